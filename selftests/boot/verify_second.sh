# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The other kernel, which verify said has no guard.
. "$here/verify_lib.sh"

check "nothing is in force, as verify said" exits 4 nfguard status
check "the unit is red" systemctl is-failed nfguard.service
check "what is denied gets in" modprobe dummy
verified dummy
check "verify says so of now" said '^now: not out of reach$'
check "and of the next boot of this kernel" next_boot_not "$(uname -r)"
