# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard-lock.service is enabled.

check "locked" status_has locked 1
check "with the policy of the files" exits 0 nfguard status
check "by the unit" systemctl is-active nfguard-lock.service
check "after the policy was in force" before "$(done_at nfguard.service)" \
	"$(started nfguard-lock.service)"
check "before udev's rules bring in more" before "$(done_at nfguard-lock.service)" \
	"$(done_at sysinit.target)"
check "no rule is added" exits 1 nfguard deny dummy
check "the module stays" fails modprobe -r nfguard
check "forced or not" fails rmmod -f nfguard
check "the unit may be restarted" systemctl restart nfguard.service
