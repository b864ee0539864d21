#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A livepatch of __request_module(), before and after nfguard. Where the gate can't refuse,
# it says so, and tells no denial that did not happen. (trace.sh has tracers and probes.)
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

patch=/sys/kernel/livepatch/nfguard_patch

patch_on()
{
	insmod "$(test_module nfguard_patch)" || return
	undo patch_off
	wait_for transition_ends
}

transition_ends()
{
	[ "$(cat "$patch/transition" 2>/dev/null)" = 0 ]
}

patch_off()
{
	[ -d "$patch" ] || return 0
	echo 0 >"$patch/enabled"
	wait_for patch_removable
}

# Its directory goes when the transition has ended.
patch_removable()
{
	[ ! -d "$patch" ] && rmmod nfguard_patch 2>/dev/null
}

ran()
{
	cat /sys/module/nfguard_patch/parameters/ran
}

deny_13()
{
	put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13"
}

denies()
{
	counters_mark
	request family 13 >/dev/null
	equal "requests denied" 1 "$(rise request_denied)"
	equal "unenforced" 0 "$(rise request_unenforced)"
}

not_told()
{
	local before

	guard_unload
	patch_on
	log_mark
	guard_load
	equal "state" degraded "$(status state)"
	matches "request gate" '^degraded ' "$(status request_gate)"
	deny_13
	before=$(ran)
	mark
	counters_mark
	request family 13 >/dev/null
	# socket(2) asks once or twice.
	at_least "calls of the patched function" $((before + 1)) "$(ran)"
	equal "requests denied" 0 "$(rise request_denied)"
	at_least "unenforced" 1 "$(rise request_unenforced)"
	equal "denials of the rule" 0 "$(rule_field "deny net-pf-13" request_denied)"
	wait_for log_has '^nfguard: unenforced request name=net-pf-13 ' ||
		fail "the log does not say so"
	events_number 0 ' deny request ' || fail "an event tells a denial"
	at_least "unenforced in the events" 1 "$(events_since |
		grep ' unenforced request name=net-pf-13 ' | verdicts)"
	exits 4 nfguard status
}

# Nor of a request that goes by its format, as it has too many values.
not_told_of_a_format()
{
	put_policy "default deny"
	mark
	counters_mark
	echo wide >"$req"
	equal "what the request got" "last $enoent_is" "$(head -n 1 "$req")"
	equal "requests denied" 0 "$(rise request_denied)"
	equal "unenforced" 1 "$(rise request_unenforced)"
	events_number 0 ' deny request ' || fail "an event tells a denial"
	deny_13
}

lock_is_refused()
{
	log_mark
	equal "write to lock" "write ENODEV" "$(write_once "$proc/lock" <<<1)"
	logged '^nfguard: refuse lock error=.* reason="the request gate is degraded"'
	equal "locked" 0 "$(cat "$proc/lock")"
}

armed_without_the_patch()
{
	patch_off
	within=60 wait_for log_has '^nfguard: request gate from=degraded to=armed' ||
		fail "the watch does not say so"
	equal "state" guarding "$(status state)"
	denies
}

patched_afterwards()
{
	patch_on
	equal "state" guarding "$(status state)"
	denies
	patch_off
	denies
}

plan 5
guard_load
req_load
if insmod "$(test_module nfguard_patch)" 2>/dev/null; then
	undo patch_off
	wait_for transition_ends
	patch_off
	point "livepatched before: no denial is told that did not happen" not_told
	point "nor of one that goes by its format" not_told_of_a_format
	point "lock is refused then" lock_is_refused
	point "without the livepatch the watch arms the gate" armed_without_the_patch
	point "livepatched afterwards: it denies" patched_afterwards
else
	for what in "livepatched before" "nor of one that goes by its format" \
		"lock is refused then" "without the livepatch" "livepatched afterwards"; do
		skip "$what" "this kernel has no livepatching"
	done
fi
finish
