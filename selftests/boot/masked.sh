# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard.service is masked, and the initramfs was not rebuilt.

check "the module is not live" fails live nfguard
check "the log says why" prints "nfguard.service is masked: nothing is guarded" dmesg
check "the doctor says so" prints "nfguard.service is masked" nfguard doctor
check "everything can be loaded" modprobe nf_conntrack
