#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fifty tasks ask at the same moment, which is as many parallel requests as the kernel
# allows. All are refused, and all are counted.
. "${0%/*}/lib/common.sh"

tasks=50
started=$scratch/started

# Takes modprobe's place: the askers get the same answer whether or not it ran.
stand_in()
{
	cat >"$scratch/modprobe" <<-EOT
		#!/bin/sh
		echo "\$*" >>$started
	EOT
	chmod +x "$scratch/modprobe"
	: >"$started"
}

refused()
{
	exits 0 nfguard deny --force fs-nfguard-test
	counters_mark
	log_mark
	change /proc/sys/kernel/modprobe "$scratch/modprobe"
	request -p "$tasks" filesystem nfguard-test >"$scratch/answers"
	equal "tasks that got an answer" "$tasks" "$(wc -l <"$scratch/answers")"
	equal "answers" ENODEV "$(sort -u "$scratch/answers")"
	equal "starts of modprobe" "" "$(cat "$started")"
}

# So that the above can fail.
allowed_start()
{
	request -p "$tasks" filesystem nfguard-other >/dev/null
	equal "starts of modprobe" "$tasks" "$(grep -c -- '-q -- fs-nfguard-other' "$started")"
	equal "requests allowed" "$tasks" "$(rise request_allowed)"
}

counted()
{
	# get_fs_type() asks only once.
	equal "requests denied" "$tasks" "$(rise request_denied)"
	equal "for the rule" "$tasks" "$(rule_field "deny fs-nfguard-test" request_denied)"
	equal "requests that the kprobe missed" 0 "$(rise kprobe_missed)"
}

# Each denial is in the log, or counted as left out of it.
logged_or_suppressed()
{
	wait_for all_accounted_for ||
		fail "$(log_verdicts 'name=fs-nfguard-test') in the log, $(rise log_suppressed) suppressed"
}

all_accounted_for()
{
	[ $(($(log_verdicts '^nfguard: deny request name=fs-nfguard-test ') + \
		$(rise log_suppressed))) -eq "$tasks" ]
}

loads_refused()
{
	local i denied failed=0
	local -a pids=()

	rm -f "$conf"
	exits 0 nfguard deny --force nfguard_victim
	counters_mark
	for ((i = 0; i < tasks; i++)); do
		insmod "$(test_module nfguard_victim)" 2>/dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || failed=$((failed + 1))
	done
	equal "insmods that failed" "$tasks" "$failed"
	not_live nfguard_victim
	# Since 6.5 parallel loads of one file are one.
	denied=$(rise load_denied)
	at_least "loads denied" 1 "$denied"
	at_least "tasks for each load denied" "$denied" "$tasks"
	equal "for the rule" "$denied" "$(rule_field "deny nfguard_victim" load_denied)"
	equal "loads allowed" 0 "$(rise load_allowed)"
}

plan 5
guard_load
stand_in
point "$tasks requests at once are all refused" refused
point "all of them are counted" counted
point "$tasks allowed requests start a modprobe each, so this test can fail" allowed_start
point "each denial is in the log or counted as suppressed" logged_or_suppressed
point "$tasks loads at once are all refused and counted" loads_refused
finish
