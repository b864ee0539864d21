# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The host whose disk's driver is denied, with nfguard.off=1: as README says.
. "$here/carriers_lib.sh"

check "the module is not there" fails live nfguard
check "status says why" prints "nfguard.off=1 is on the kernel command line" nfguard status
check "the rule is there" prints "deny virtio_blk" nfguard list
# 4: nothing is guarded now.
check "it is removed" exits 4 nfguard remove virtio_blk
check "from what is stored" fails grep -q virtio_blk "$stored"
check "and from the initramfs" wait_for 600 image_made
check "which has the new policy" image_has_stored
