# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The boot after: with the image that the host itself made.

check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "with the new policy" prints "3 rules" grep 'initramfs: in force' <(dmesg)
check "which is in force still" policy_has 'deny dummy'
check "so that the unit changed nothing" prints "(as before)" journal -u nfguard.service
