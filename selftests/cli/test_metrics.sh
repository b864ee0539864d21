# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# Metrics for Prometheus, and the alert rules and the dashboard that use them.

share=$top/userspace/prometheus

promtool()
{
	"$top/scripts/promtool" "$@"
}

with_numbers()
{
	nfg deny nf_conntrack
	cat >"$host/debug/nfguard/rules" <<-'END'
	rule=0 request_denied=0 request_would_deny=0 load_denied=0 load_would_deny=0 last=0.000 name=- pid=0 comm= uid=0 text="default allow"
	rule=1 request_denied=3 request_would_deny=1 load_denied=2 load_would_deny=0 last=1700000000.123 name=x pid=812 comm=y uid=1000 text="deny \x22a\x5cb\x22"
	END
	cat >"$host/debug/nfguard/counters" <<-'END'
	request_allowed 23
	request_denied 3
	request_would_deny 4
	load_allowed 7
	load_denied 2
	load_would_deny 0
	request_unenforced 6
	request_unjudged 5
	events_lost 5
	END
}

# metric NAME{LABELS} VALUE
metric()
{
	grep -qxF -- "$1 $2" "$host/out" || {
		bad "stdout lacks the metric: $1 $2"
		grep -F -- "${1%%[{ ]*}" "$host/out" | sed 's/^/#   /'
	}
}

test_metrics()
{
	with_numbers
	nfg metrics
	exits 0
	silent
	metric nfguard_guarding 1
	metric "nfguard_info{version=\"$version\"}" 1
	metric 'nfguard_gate_armed{gate="request"}' 1
	metric 'nfguard_gate_armed{gate="load"}' 1
	metric nfguard_ftrace_pin_held 1
	metric nfguard_enforcing 1
	metric nfguard_locked 0
	metric nfguard_policy_generation 2
	metric nfguard_policy_in_sync 1
	metric 'nfguard_verdicts_total{gate="request",verdict="allow"}' 8
	metric 'nfguard_verdicts_total{gate="request",verdict="would-deny"}' 4
	metric 'nfguard_verdicts_total{gate="request",verdict="deny"}' 3
	metric 'nfguard_verdicts_total{gate="request",verdict="unenforced"}' 6
	metric 'nfguard_verdicts_total{gate="request",verdict="unjudged"}' 5
	metric 'nfguard_verdicts_total{gate="load",verdict="allow"}' 7
	metric 'nfguard_verdicts_total{gate="load",verdict="deny"}' 2
	metric nfguard_events_lost_total 5
	! grep -qE 'nfguard_request_(unenforced|unjudged)' "$host/out" || bad "a verdict is there twice"
	metric 'nfguard_rule_verdicts_total{rule="deny \"a\\b\"",gate="request",verdict="deny"}' 3
	metric 'nfguard_rule_verdicts_total{rule="deny \"a\\b\"",gate="request",verdict="would-deny"}' 1
	metric 'nfguard_rule_last_hit_timestamp_seconds{rule="deny \"a\\b\""}' 1700000000
	metric nfguard_denied_live_modules 0
	[ "$(tail -n 1 "$host/out")" = "# EOF" ] || bad "it does not end with # EOF"
}

test_metrics_of_a_guard_in_trouble()
{
	with_numbers
	printf 'nf_conntrack 1 0 - Live 0x0\n' >"$host/proc/modules"
	conf etc/nfguard.d/60.conf <<<'deny more'
	set_status state degraded
	set_status request_gate 'degraded -ENOENT'
	set_status ftrace_pin 'missing -EBUSY'
	set_status locked 1
	nfg metrics
	exits 0
	metric nfguard_guarding 0
	metric 'nfguard_gate_armed{gate="request"}' 0
	metric 'nfguard_gate_armed{gate="load"}' 1
	metric nfguard_ftrace_pin_held 0
	metric nfguard_locked 1
	metric nfguard_policy_in_sync 0
	metric nfguard_denied_live_modules 1
	metric 'nfguard_denied_live{module="nf_conntrack",rule="deny nf_conntrack"}' 1
	set_status mode permissive
	nfg metrics
	metric nfguard_enforcing 0
	! grep -q denied_live "$host/out" || bad "denied_live is there, though nothing is denied"
	rm -rf "$host/debug/nfguard"
	nfg metrics
	exits 0
	err_has "cannot read the counters"
	metric nfguard_guarding 0
	! grep -q verdicts "$host/out" || bad "verdicts are there without counters"
	guard_not_loaded
	nfg metrics
	exits 0
	metric nfguard_guarding 0
	[ "$(grep -vc '^#' "$host/out")" = 1 ] || bad "there are more metrics than one"
}

test_metrics_pass_promtool()
{
	with_numbers
	nfg metrics
	promtool check metrics <"$host/out" >"$host/said" 2>&1 ||
		bad "promtool: $(cat "$host/said")"
	[ ! -s "$host/said" ] || bad "promtool: $(cat "$host/said")"
	# promtool does complain if a line is missing.
	sed 's/^# HELP nfguard_locked.*//' "$host/out" >"$host/worse"
	! promtool check metrics <"$host/worse" >"$host/said" 2>&1 ||
		bad "promtool does not complain"
	guard_not_loaded
	nfg metrics
	promtool check metrics <"$host/out" >"$host/said" 2>&1 ||
		bad "promtool, without the module: $(cat "$host/said")"
}

test_metrics_are_written_atomically()
{
	local dir=$host/root/prom

	mkdir "$dir"
	echo old >"$dir/nfguard.prom"
	nfg metrics --output "$dir/nfguard.prom"
	exits 0
	out </dev/null
	grep -q '^nfguard_guarding 1$' "$dir/nfguard.prom" || bad "the file was not written"
	[ "$(tail -n 1 "$dir/nfguard.prom")" = "# EOF" ] || bad "the file is cut short"
	[ "$(stat -c %a "$dir/nfguard.prom")" = 644 ] || bad "not everybody can read the file"
	[ "$(ls -A "$dir")" = nfguard.prom ] || bad "left behind: $(ls -A "$dir")"
	nfg metrics --output "$host/none/nfguard.prom"
	exits 1
	err_has "there is no directory"
	[ ! -e "$host/none" ] || bad "a directory was created"
	nfg metrics --output "$dir"
	exits 1
	err_has "cannot be written"
	[ "$(ls -A "$dir")" = nfguard.prom ] || bad "left behind: $(ls -A "$dir")"
}

test_metrics_alert_rules()
{
	last="promtool"
	promtool check rules "$share/nfguard.rules.yml" >"$host/said" 2>&1 ||
		bad "$(cat "$host/said")"
	promtool test rules "$share/nfguard.rules.test.yml" >"$host/said" 2>&1 ||
		bad "$(cat "$host/said")"
	# promtool does find a wrong rule.
	sed 's/== 0/== 2/' "$share/nfguard.rules.yml" >"$host/nfguard.rules.yml"
	cp "$share/nfguard.rules.test.yml" "$host/"
	! promtool test rules "$host/nfguard.rules.test.yml" >"$host/said" 2>&1 ||
		bad "promtool does not find a wrong rule"
}

# The rules and the dashboard name only metrics that exist.
test_metrics_that_rules_and_dashboard_use_exist()
{
	local name n=0

	with_numbers
	printf 'nf_conntrack 1 0 - Live 0x0\n' >"$host/proc/modules"
	nfg metrics
	mv "$host/out" "$host/enforcing"
	nfg mode permissive
	nfg metrics
	cat "$host/enforcing" >>"$host/out"
	last="the rules and the dashboard"
	while read -r name; do
		n=$((n + 1))
		grep -q "^# TYPE $name " "$host/out" || bad "there is no $name"
	done < <(grep -ohE 'nfguard_[a-z_]+[a-z]' "$share"/*.yml "$share"/*.json | sort -u)
	[ "$n" -gt 15 ] || bad "only $n metrics are named"
	needs_json || return 0
	python3 - "$share/nfguard-dashboard.json" 2>"$host/python" <<-'END' || bad "$(tail -n 1 "$host/python")"
	import json, re, sys
	board = json.load(open(sys.argv[1]))
	assert len(board["panels"]) > 8
	for panel in board["panels"]:
	    assert panel["targets"], panel["title"]
	    for target in panel["targets"]:
	        names = re.findall(r"[a-z_]+_[a-z_]+(?=[{\[])", target["expr"])
	        assert names, target["expr"]
	        assert all(n.startswith("nfguard_") for n in names), names
	END
}
