#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Memory runs out at each allocation of a policy write in turn: either the write gets
# ENOMEM and the old policy stays, or the kernel found other memory and the new policy is
# complete. Nothing leaks.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/faults.sh"

# With the token in their text the rules are new in each write, and need new counters.
policy=("default allow" "rule deny nfguard_a @TOKEN@" "name deny any nfguard_a"
	"rule deny nfguard_b @TOKEN@" "pattern deny unprivileged nfguard_b*"
	"name allow unprivileged nfguard_b")

refusals()
{
	grep -c ' ENOMEM$' "$scratch/answers"
}

# How many allocations come before one of ours depends on what is left in the slabs: one
# round alone would miss some.
each_fails()
{
	local i rounds=3

	put_policy "default deny" "rule allow nfguard_old" "name allow any nfguard_old"
	counters_mark
	for ((i = 0; i < rounds; i++)); do
		policy_template "${policy[@]}" | rewrite -f "$proc/policy" "$proc/status"
	done >"$scratch/answers"
	note "$(paste -sd, "$scratch/answers")"
	equal "answers but ok and ENOMEM" "" \
		"$(grep -vE '^(end )?[0-9]+ (ok|ENOMEM)$' "$scratch/answers" || true)"
	equal "writes in which nothing failed" "$rounds" \
		"$(grep -c '^end [0-9]* ok$' "$scratch/answers")"
	at_least "writes that got ENOMEM" $((4 * rounds)) "$(refusals)"
}

counted()
{
	equal "policies that took effect" "$(grep -c ' ok$' "$scratch/answers")" \
		"$(rise policy_swaps)"
	equal "writes refused" "$(refusals)" "$(rise writes_refused)"
	equal "the rules in force" 2 "$(status rules)"
}

plan 4
faults_begin 0
guard_load
leaks_mark
point "if an allocation of a write fails, the old policy stays" each_fails
point "the counters count each refusal" counted
leaks
finish
