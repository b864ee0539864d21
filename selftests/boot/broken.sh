# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A policy file has an error.

check "the last good policy is in force" policy_has 'deny nf_conntrack'
check "which the unit compiled" prints \
	"in force: the last good policy files (compiled now)" journal -u nfguard.service
check "it holds" fails modprobe nf_conntrack
check "the unit is red" systemctl is-failed nfguard.service
check "and names file and place" prints "/etc/nfguard.d/50-broken.conf:1:6:" \
	journal -u nfguard.service
check "and the way out" prints "fix the files (nfguard check), then nfguard apply" \
	journal -u nfguard.service
rm /etc/nfguard.d/50-broken.conf
check "corrected" exits 0 nfguard apply
check "the unit comes up" systemctl restart nfguard.service
check "and all is well" exits 0 nfguard status
