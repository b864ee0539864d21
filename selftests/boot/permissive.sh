# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# Permissive mode, said once.
. "$here/carriers_lib.sh"

check "permissive" exits 0 nfguard mode permissive
check "it is in force" status_has mode permissive
check "and stored" grep -qw permissive /etc/nfguard.d/mode
check "what is denied gets in" modprobe nf_conntrack
check "and is in the events" wait_for 10 prints nf_conntrack nfguard events --name nf_conntrack
check "a new initramfs is made" wait_for 600 image_made
check "which has the mode" prints nfguard.d/mode lsinitramfs "/boot/initrd.img-$(uname -r)"
