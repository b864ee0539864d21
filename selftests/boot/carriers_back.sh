# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The host is back, and guarded.

check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "the policy is that of the file" policy_has 'deny nf_conntrack'
check "its disk's driver is live" live virtio_blk
check "nothing denies it" fails policy_has 'deny virtio_blk'
