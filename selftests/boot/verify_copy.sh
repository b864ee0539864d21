# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after verify_good.sh: the initramfs has loaded the denied module.
. "$here/verify_lib.sh"

check "the initramfs did not load the guard" fails grep -q 'nfguard: initramfs' <(dmesg)
check "the denied module is live, as verify said" live dummy
check "the unit loaded the guard" prints "loaded by nfguard.service" nfguard doctor
verified dummy
check "verify says so of now" said '^dummy is denied but already live'
