# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The initramfs knows nothing of nfguard: the unit loads it.

guarded
check "loaded by the unit" prints "loaded by nfguard.service" nfguard doctor
check "and not before" fails grep -q 'nfguard: initramfs' <(dmesg)
check "before a firewall that begins as early" before "$(done_at nfguard.service)" \
	"$(started nftables.service)"
check "which met the denial" denied_program nft
