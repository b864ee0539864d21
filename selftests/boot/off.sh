# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard.off=1 on the kernel's command line.

check "the module is not there" fails live nfguard
check "status says why" prints "nfguard.off=1 is on the kernel command line" \
	nfguard status
check "by its exit status" exits 4 nfguard status
check "the unit says why" prints "nfguard.off=1 is on the kernel command line" \
	journal -u nfguard.service
check "and is red" systemctl is-failed nfguard.service
check "the initramfs says why" prints "nfguard.off=1 is on" grep initramfs: <(dmesg)
check "the doctor says so" prints "so the guard stays off at boot" nfguard doctor
check "all gets in" modprobe nf_conntrack
