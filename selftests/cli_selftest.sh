#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "nfguard selftest" proves both gates, and fails if one does not hold.
. "${0%/*}/lib/common.sh"

kprobes=/sys/kernel/debug/kprobes/enabled

passes()
{
	exits 0 nfguard selftest
	says '^ok +request gate'
	says '^ok +load gate'
	not_live nfguard_proof
}

leaves_no_trace()
{
	counters_mark
	exits 0 nfguard selftest
	equal "loads denied" 0 "$(rise load_denied)"
	equal "loads allowed" 0 "$(rise load_allowed)"
	equal "requests denied" 0 "$(rise request_denied)"
	at_least "the time of the proof" "$(($(date +%s) - 60))" "$(status load_gate_proved)"
}

passes_in_permissive()
{
	exits 0 nfguard mode permissive
	exits 0 nfguard selftest
	says '^ok +request gate'
	says '^ok +load gate'
	exits 0 nfguard mode enforcing
}

fails_without_kprobes()
{
	echo 0 >"$kprobes"
	exits 4 nfguard selftest
	says '^not ok +request gate'
	says '^ok +load gate'
	echo 1 >"$kprobes"
	exits 0 nfguard selftest
}

fails_when_off()
{
	guard_unload
	guard_load off=1
	exits 4 nfguard selftest
	says "off=1"
	guard_unload
}

fails_when_not_loaded()
{
	exits 4 nfguard selftest
	says "not loaded"
	not_live nfguard_proof
}

nobody_is_told()
{
	guard_load
	exits 4 as_nobody nfguard selftest
	says "CAP_SYS_MODULE|root"
	guard_unload
}

plan 7
guard_load
undo put_back "$kprobes" "$(cat "$kprobes")"
point "it passes, and its helper module is not live" passes
point "it counts nothing, and sets the time of the proof" leaves_no_trace
point "it passes in permissive mode" passes_in_permissive
point "while kprobes are off, it fails for the request gate" fails_without_kprobes
point "it fails if the guard is off" fails_when_off
point "it fails without the guard" fails_when_not_loaded
point "run by nobody, it says what it lacks" nobody_is_told
finish
