# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A policy file has an error.

check "the last good policy is in force" policy_has 'deny nf_conntrack'
check "the unit compiled it" prints \
	"in force: the last good policy files (compiled now)" journal -u nfguard.service
check "it denies" fails modprobe nf_conntrack
check "the unit has failed" systemctl is-failed nfguard.service
check "its message names file, line and column" prints "/etc/nfguard.d/50-broken.conf:1:6:" \
	journal -u nfguard.service
check "its message has the remedy" prints "fix the files (nfguard check), then nfguard apply" \
	journal -u nfguard.service
rm /etc/nfguard.d/50-broken.conf
check "apply works without the broken file" exits 0 nfguard apply
check "the unit starts again" systemctl restart nfguard.service
check "the guard is fully in effect" exits 0 nfguard status
