# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after verify.sh, with the stale image. Then what verify advises is done.
. "$here/verify_lib.sh"

check "the initramfs had the old policy" prints "1 rule" grep 'initramfs: in force' <(dmesg)
check "the unit brought the new one" policy_has 'deny dummy'
verified dummy
check "now it is out of reach" said '^now: out of reach$'
check "the next boot still is not" next_boot_not "$(uname -r)"
check "what verify advises is done" rebuild_images
check "then all is well" exits 0 nfguard verify dummy nf_conntrack
