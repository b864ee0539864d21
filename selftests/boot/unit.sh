# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The initramfs does not have nfguard: the unit loads it.

guarded
check "the unit loaded it" prints "loaded by nfguard.service" nfguard doctor
check "the initramfs did not" fails grep -q 'nfguard: initramfs' <(dmesg)
check "it was active before a firewall that starts as early" before "$(done_at nfguard.service)" \
	"$(started nftables.service)"
check "the firewall was denied" denied_program nft
