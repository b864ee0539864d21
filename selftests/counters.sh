#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The counters are exact: what four tasks ask, each 100,000 times, and count
# themselves, is what is counted.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

tasks=4
times=100000
# A kernel that looks for bugs takes its time over each request.
[ ! -e /sys/kernel/debug/kmemleak ] || times=10000
total=$((tasks * times))
policy=("default allow" "rule deny nfguard_counted" "name deny any nfguard_counted"
	"rule allow nfguard_free" "name allow any nfguard_free")

# storm NAME [NAME2]: waits until all have been answered.
storm()
{
	echo "storm $tasks $times $*" >"$req"
	storm_got
}

rule_denied()
{
	rule_field "deny nfguard_counted" request_denied
}

denied()
{
	put_policy "${policy[@]}"
	counters_mark
	storm nfguard-counted
	equal "EPERM that the tasks got" "$total" "$eperm"
	equal "requests denied" "$total" "$(rise request_denied)"
	equal "requests allowed" 0 "$(rise request_allowed)"
	equal "requests denied by the rule" "$total" "$(rule_denied)"
}

allowed()
{
	counters_mark
	storm nfguard-free
	equal "ENOENT that the tasks got" "$total" "$enoent"
	equal "requests allowed" "$total" "$(rise request_allowed)"
	equal "requests denied" 0 "$(rise request_denied)"
	equal "requests that would have been denied" 0 "$(rise request_would_deny)"
}

would_be_denied()
{
	echo permissive >"$proc/mode"
	counters_mark
	storm nfguard-counted nfguard-free
	echo enforcing >"$proc/mode"
	equal "ENOENT that the tasks got" "$total" "$enoent"
	equal "requests allowed" "$total" "$(rise request_allowed)"
	equal "requests that would have been denied" $((total / 2)) \
		"$(rise request_would_deny)"
	equal "requests that would have been denied, by the rule" $((total / 2)) \
		"$(rule_field "deny nfguard_counted" request_would_deny)"
}

# All at once: both verdicts, and the policy swapped for one of the same rules.
swapped()
{
	local swaps=0 before storm

	before=$(rule_denied)
	counters_mark
	storm nfguard-counted nfguard-free &
	storm=$!
	while kill -0 "$storm" 2>/dev/null; do
		policy_template "${policy[@]}" |
			rewrite -n 20 "$proc/policy" "$proc/status"
		swaps=$((swaps + 20))
	done
	wait "$storm"
	storm_got
	note "$swaps swaps"
	at_least "swaps meanwhile" 20 "$swaps"
	equal "swaps" "$swaps" "$(rise policy_swaps)"
	equal "EPERM that the tasks got" $((total / 2)) "$eperm"
	equal "ENOENT that the tasks got" $((total / 2)) "$enoent"
	equal "requests denied" $((total / 2)) "$(rise request_denied)"
	equal "requests allowed" $((total / 2)) "$(rise request_allowed)"
	equal "requests denied by the rule" $((total / 2)) \
		$(($(rule_denied) - before))
}

nothing_missed()
{
	equal "requests that the kprobe missed" 0 "$(counter kprobe_missed)"
}

# A verdict is told or counted as suppressed, and none twice.
all_accounted_for()
{
	local told=-1

	# Of a guard just loaded, the log has said nothing that would limit it.
	guard_unload
	guard_load deny=nfguard_counted
	log_mark
	counters_mark
	storm nfguard-counted
	accounted()
	{
		told=$(log_count '^nfguard: deny request name=nfguard-counted ')
		[ $((told + $(rise log_suppressed))) = "$total" ]
	}
	wait_for 10 accounted ||
		fail "$total denied, but $told told and $(rise log_suppressed) suppressed"
	at_least "verdicts told" 1 "$told"
}

plan 6
req_load
guard_load
point "$total requests denied" denied
point "$total requests allowed" allowed
point "$total requests, half of which would have been denied" would_be_denied
point "$total requests of either verdict, while the policy is swapped" swapped
point "none was missed" nothing_missed
point "each denial is in the log or counted as suppressed" all_accounted_for
finish
