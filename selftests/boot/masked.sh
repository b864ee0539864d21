# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard.service is masked, by somebody who did not make the initramfs anew.

check "the module is not there" fails live nfguard
check "the log says why" prints "nfguard.service is masked: nothing is guarded" dmesg
check "the doctor says so" prints "nfguard.service is masked" nfguard doctor
check "all gets in" modprobe nf_conntrack
