#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command's verbs on a real kernel: changes to be confirmed, unloading, and the
# doctor; and what they report about its real modules.
. "${0%/*}/lib/common.sh"

policy_has()
{
	grep -qx "$1" "$proc/policy"
}

deny_one()
{
	rm -f "$conf"
	exits 0 nfguard deny nf_nat
	echo "deny nf_tables" >"$conf"
}

rolled_back()
{
	deny_one
	log_mark
	exits 1 nfguard apply --confirm 1
	says "not confirmed: the previous policy was restored"
	policy_has "rule deny nf_nat"
	! policy_has "rule deny nf_tables" || fail "the change is still in force"
	equal "changes in the log" 2 "$(log_count '^nfguard: policy ')"
}

stays_if_confirmed()
{
	deny_one
	echo yes | nfguard apply --confirm 60 >"$scratch/out" 2>&1
	policy_has "rule deny nf_tables"
}

# As when an ssh connection breaks: the whole session gets SIGHUP, then SIGKILL.
outlives_the_terminal()
{
	local pid

	deny_one
	mkfifo "$scratch/input"
	exec 7<>"$scratch/input"
	setsid nfguard apply --confirm 3 <&7 >"$scratch/out" 2>&1 &
	pid=$!
	wait_for policy_has "rule deny nf_tables" || fail "the change is not in force"
	kill -HUP -- "-$pid"
	kill -KILL -- "-$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	exec 7>&-
	within=20 wait_for policy_has "rule deny nf_nat" || fail "the previous policy was not restored"
}

# A rule in the initial network namespace holds xt_conntrack, and what it needs.
use_conntrack()
{
	guard_unload
	modprobe nf_conntrack_netlink
	iptables-legacy -A INPUT -m conntrack --ctstate INVALID -j ACCEPT
	undo eval 'iptables-legacy -F INPUT 2>/dev/null'
	is_live xt_conntrack
	guard_load
}

unloads_what_is_unused()
{
	use_conntrack
	echo "deny nf_conntrack" >"$conf"
	exits 3 nfguard apply --unload --yes
	says '^nf_conntrack_netlink removed$'
	says '^nfguard: xt_conntrack.* denied .* but already live'
	not_live nf_conntrack_netlink
	is_live xt_conntrack
	is_live nf_conntrack
	iptables-legacy -F INPUT
	exits 0 nfguard apply --unload --yes
	says '^xt_conntrack removed$'
	says '^nf_conntrack removed$'
	not_live nf_conntrack
}

doctor_is_content()
{
	rm -f "$conf"
	exits 0 nfguard deny nf_conntrack
	nfguard doctor >"$scratch/out" 2>&1 || true
	says_not 'nfguard is not installed|the kernel module is not loaded|switched off|the guard is degraded'
	# A package's own lines, such as those of fbdev-blacklist.conf: they are about
	# modules that the cloud kernels lack, and the others have.
	says_not 'modprobe\.d/'
}

doctor_finds_switched_off_kprobes()
{
	change /sys/kernel/debug/kprobes/enabled 0
	exits 4 nfguard doctor
	says '^/sys/kernel/debug/kprobes/enabled: all kprobes are switched off'
	says '^the guard is degraded'
	echo 1 >/sys/kernel/debug/kprobes/enabled
}

# The list that was the answer to the outage, against this kernel's modules.
doctor_on_the_outage_list()
{
	local list=/etc/modprobe.d/outage-list.conf name

	undo rm -f "$list"
	for name in ip_tables iptable iptable_nat iptable_filter x_tables nf_nat \
		nf_conntrack_ipv4 nf_conntrack; do
		echo "alias $name off"
	done >"$list"
	exits 0 nfguard remove nf_conntrack
	exits 3 nfguard doctor
	says "^$list:8: alias nf_conntrack off closes only that name: [0-9]+ of [0-9]+ names still bring nf_conntrack in"
	says "^$list:7: alias nf_conntrack_ipv4 off closes nothing"
	says 'remedy: nfguard deny nf_conntrack'
	rm "$list"
}

why_conntrack()
{
	exits 0 nfguard deny nf_conntrack
	exits 0 nfguard why nf_conntrack
	says '^nf_conntrack +deny +deny nf_conntrack'
	says 'xt_conntrack +deny'
	says 'ipt_conntrack +deny'
	exits 0 nfguard why nf_conntrack --dot
	says '"ipt_conntrack" -> "xt_conntrack"'
}

expanded()
{
	exits 0 nfguard list --expand
	says 'iptable_nat +deny +needs nf_conntrack'
	exits 0 nfguard list --cmdline
	says '^module_blacklist=nf_conntrack$'
	exits 0 nfguard check
	says '1 rule, [0-9]{3} entries, default allow: no errors'
	exits 0 nfguard apply --dry-run
	says '^nothing would change$'
}

plan 10
guard_load
point "a change that nobody confirms is rolled back" rolled_back
point "a change that is confirmed stays" stays_if_confirmed
point "the rollback outlives the program and its terminal" outlives_the_terminal
point "apply --unload unloads what is denied and unused" unloads_what_is_unused
point "the doctor finds nothing wrong with the guard on a guarded host" doctor_is_content
point "the doctor finds kprobes switched off" doctor_finds_switched_off_kprobes
point "the doctor finds what the outage's list leaves open" doctor_on_the_outage_list
point "why shows the ways into nf_conntrack" why_conntrack
point "list, check and apply --dry-run agree on the closure" expanded
point "the guard is fully in effect" exits 0 nfguard status
finish
