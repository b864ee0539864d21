# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The reboot after initramfs.sh, with the image that the host made itself.

check "the guard is fully in effect" exits 0 nfguard status
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "the initramfs had the new policy" prints "3 rules" grep 'initramfs: in force' <(dmesg)
check "the new policy is still in force" policy_has 'deny dummy'
check "the unit had nothing to change" prints "(as before)" journal -u nfguard.service
