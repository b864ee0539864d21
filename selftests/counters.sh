#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The counters are exact: they agree with what four tasks count, which request 100,000
# times each.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

tasks=4
times=100000
# A debug kernel takes its time over each request.
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

# All at once: both verdicts, and the policy swapped for one with the same rules.
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

# Each verdict is either logged or counted as suppressed, and none twice.
all_accounted_for()
{
	local logged=-1

	# A guard that was just loaded has not used up any of its limit yet.
	guard_unload
	guard_load deny=nfguard_counted
	log_mark
	counters_mark
	storm nfguard-counted
	accounted()
	{
		logged=$(log_verdicts '^nfguard: deny request name=nfguard-counted ')
		[ $((logged + $(rise log_suppressed))) = "$total" ]
	}
	wait_for accounted ||
		fail "$total denied, but $logged logged and $(rise log_suppressed) suppressed"
	at_least "verdicts logged" 1 "$logged"
}

plan 6
req_load
guard_load
point "$total denied requests are all counted" denied
point "$total allowed requests are all counted" allowed
point "of $total requests in permissive mode, the half that would be denied is counted" would_be_denied
point "$total requests with either verdict are counted while the policy is swapped" swapped
point "the kprobe missed none" nothing_missed
point "each denial is in the log or counted as suppressed" all_accounted_for
finish
