# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# nfguard-lock.service is enabled.

check "the guard is locked" status_has locked 1
check "it has the policy of the policy files" exits 0 nfguard status
check "the lock unit is active" systemctl is-active nfguard-lock.service
check "it locked after the policy was in force" before "$(done_at nfguard.service)" \
	"$(started nfguard-lock.service)"
check "it locked before udev's rules load more modules" before "$(done_at nfguard-lock.service)" \
	"$(done_at sysinit.target)"
check "no rule can be added" exits 1 nfguard deny dummy
check "modprobe -r fails" fails modprobe -r nfguard
check "rmmod -f fails" fails rmmod -f nfguard
check "the unit can be restarted" systemctl restart nfguard.service
