# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# What metrics say of the mode and of permissive hosts, and the unit that writes them.

test_mode_in_metrics()
{
	one_rule
	nfg mode permissive
	nfg metrics
	metric nfguard_enforcing 0
	metric nfguard_enforcing_stored 0
	nfg mode --runtime enforcing
	nfg metrics
	metric nfguard_enforcing 1
	metric nfguard_enforcing_stored 0
	rm "$etc/mode"
	nfg metrics
	metric nfguard_enforcing_stored 1
}

# A permissive host tells what it would deny, under names of their own.
test_mode_permissive_metrics()
{
	one_rule
	echo 'base 1 0 - Live 0x0' >"$host/proc/modules"
	nfg mode permissive
	nfg metrics
	exits 0
	metric nfguard_would_deny_live_modules 1
	metric 'nfguard_would_deny_live{module="base",rule="deny base"}' 1
	! grep -q denied_live "$host/out" || bad "something is denied"
	promtool check metrics <"$host/out" >"$host/said" 2>&1 || bad "$(cat "$host/said")"
	nfg mode enforcing
	nfg metrics
	metric nfguard_denied_live_modules 1
	! grep -q would_deny_live "$host/out" || bad "denied and would-deny"
}

# Without node_exporter the unit is red, and says what to do.
test_metrics_unit_without_a_directory()
{
	local unit=$top/userspace/boot/systemd/nfguard-metrics.service

	nfg metrics --output "$host/none/nfguard.prom"
	exits 1
	out </dev/null
	err <<<'nfguard: none/nfguard.prom: there is no directory none, so nobody would collect the metrics: apt-get install prometheus-node-exporter, or name the directory that its option --collector.textfile.directory names'
	[ ! -e "$host/none" ] || bad "a directory was made"
	last=$unit
	# Either of these would keep the command from saying so.
	! grep -q '^Condition' "$unit" || bad "a condition: the unit is skipped, not red"
	grep -qx 'ReadWritePaths=-/var/lib/prometheus/node-exporter' "$unit" ||
		bad "no namespace can be made without the directory"
}
