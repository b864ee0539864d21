# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The firmware with Microsoft's keys, Debian's shim, GRUB and kernel, and DKMS's key
# enrolled as a MOK.

check "the kernel is locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "shim booted it" prints "MokListRT" ls /sys/firmware/efi/efivars
check "the guard is fully in effect" exits 0 nfguard status
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "both gates are proved" exits 0 nfguard selftest
check "nfguard lock" prints "locked: generation" nfguard lock --yes
check "rmmod -f fails" fails rmmod -f nfguard
