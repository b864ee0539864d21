# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard.off=1 is on the kernel command line.

check "the module is not live" fails live nfguard
check "status says why" prints "nfguard.off=1 is on the kernel command line" \
	nfguard status
check "status exits with 4" exits 4 nfguard status
check "the unit says why" prints "nfguard.off=1 is on the kernel command line" \
	journal -u nfguard.service
check "the unit has failed" systemctl is-failed nfguard.service
check "the initramfs says why" prints "nfguard.off=1 is on" grep initramfs: <(dmesg)
check "the doctor says so" prints "so the guard stays off at boot" nfguard doctor
check "everything can be loaded" modprobe nf_conntrack
