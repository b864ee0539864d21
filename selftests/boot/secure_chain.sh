# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The firmware with Microsoft's keys, Debian's shim, GRUB and kernel, and DKMS's key
# enrolled as a MOK.

check "locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "by way of shim" prints "MokListRT" ls /sys/firmware/efi/efivars
check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "both gates are proved" exits 0 nfguard selftest
check "locked" prints "locked: generation" nfguard lock
check "rmmod -f" fails rmmod -f nfguard
