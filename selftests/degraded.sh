#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What switches a kprobe off without a trace: refused where it can be, reported loudly
# where it can't. The load gate holds meanwhile.
. "${0%/*}/lib/common.sh"

kprobes=/sys/kernel/debug/kprobes/enabled

guarding()
{
	equal "state" guarding "$(status state)"
	equal "request gate" armed "$(status request_gate)"
	equal "ftrace pin" "$pin" "$(status ftrace_pin)"
	equal "load gate" registered "$(status load_gate)"
	exits 0 nfguard status
}

ftrace_stays_on()
{
	equal "write of 0 to ftrace_enabled" "$refusal" \
		"$(write_once "$ftrace_switch" <<<0)"
	equal "ftrace_enabled" 1 "$(cat "$ftrace_switch")"
	guarding
}

# The gate does not hang on ftrace: off, it goes on denying.
ftrace_is_nothing()
{
	exits 0 nfguard deny --force net-pf-13
	counters_mark
	echo 0 >"$ftrace_switch"
	guarding
	equal "answer" EAFNOSUPPORT "$(request family 13)"
	equal "requests denied" 1 "$(rise request_denied)"
	echo 1 >"$ftrace_switch"
}

says_degraded()
{
	exits 0 nfguard deny --force nf_conntrack net-pf-13
	log_mark
	echo 0 >"$kprobes"
	equal "state" degraded "$(status state)"
	matches "request gate" "^degraded $(shown ENAMETOOLONG)\$" "$(status request_gate)"
	exits 4 nfguard status
	says "request gate is not armed"
}

# What does not hold would stay so until the reboot.
lock_refused()
{
	exits 1 nfguard lock --yes
	says "request gate is not armed"
	says "nfguard lock --degraded"
	equal "a write to lock" "write ENODEV" "$(write_once "$proc/lock" <<<1)"
	equal "locked" 0 "$(status locked)"
}

request_passes_unseen()
{
	counters_mark
	request family 13 >/dev/null
	equal "requests denied" 0 "$(rise request_denied)"
	equal "requests allowed" 0 "$(rise request_allowed)"
}

load_gate_holds()
{
	counters_mark
	in_netns conntrack -L >"$scratch/out" 2>&1 || true
	not_live nf_conntrack
	refuses modprobe nf_conntrack
	not_live nf_conntrack
	at_least "loads denied" 2 "$(rise load_denied)"
	equal "load gate" registered "$(status load_gate)"
}

# Nobody reads status: the watch finds out within some ten seconds.
log_says_so()
{
	within=60 wait_for log_has "^nfguard: request gate from=armed to=degraded error=$(shown ENAMETOOLONG)" ||
		fail "the log does not say so within a minute"
}

armed_again()
{
	log_mark
	echo 1 >"$kprobes"
	guarding
	equal "answer" EAFNOSUPPORT "$(request family 13)"
	equal "requests denied" 1 "$(rise request_denied)"
	within=60 wait_for log_has '^nfguard: request gate from=degraded to=armed' ||
		fail "the log does not say so within a minute"
}

load_without_kprobes()
{
	guard_unload
	echo 0 >"$kprobes"
	log_mark
	guard_load deny=nfguard_victim
	equal "state" degraded "$(status state)"
	logged "^nfguard: the request gate can't be armed: error=-"
	logged '^nfguard: loaded version=[^ ]* state=degraded'
	exits 4 nfguard status
	refuses insmod "$(test_module nfguard_victim)"
	not_live nfguard_victim
	echo 1 >"$kprobes"
}

load_without_ftrace()
{
	guard_unload
	echo 0 >"$ftrace_switch"
	log_mark
	guard_load
	equal "state" degraded "$(status state)"
	matches "request gate" '^degraded -' "$(status request_gate)"
	matches "ftrace pin" '^missing -' "$(status ftrace_pin)"
	logged "^nfguard: the request gate can't be armed: error=-"
	logged "^nfguard: the ftrace pin can't be armed: error=-"
	logged '^nfguard: loaded version=[^ ]* state=degraded'
	exits 4 nfguard status
}

load_gate_holds_without_ftrace()
{
	exits 4 nfguard apply
	counters_mark
	refuses modprobe nf_conntrack
	not_live nf_conntrack
	equal "loads denied" 1 "$(rise load_denied)"
}

# Nobody does anything but switch it on.
watch_arms()
{
	log_mark
	echo 1 >"$ftrace_switch"
	within=60 wait_for log_has '^nfguard: request gate from=degraded to=armed' ||
		fail "the watch does not arm the gate within a minute"
	guarding
	counters_mark
	exits 0 nfguard deny --force net-pf-13
	equal "answer" EAFNOSUPPORT "$(request family 13)"
	equal "requests denied" 1 "$(rise request_denied)"
	# As it was, for the next point.
	guard_unload
	echo 0 >"$ftrace_switch"
	guard_load
}

loaded_again()
{
	# Removed while ftrace is off: it must leave nothing behind.
	guard_unload
	[ ! -e "$ftrace_switch" ] || echo 1 >"$ftrace_switch" || true
	guard_load
	guarding
}

plan 13
pin=held
no_switch="this kernel does not let ftrace be switched off"
refusal="write EBUSY"
if can_switch_ftrace; then
	undo put_back "$ftrace_switch" 1
else
	refusal="write EOPNOTSUPP"
fi
if gate_is_breakpoint; then
	pin=unneeded
	no_pin="the kprobe is a breakpoint on this kernel, which ftrace does not affect"
	no_switch=$no_pin
fi
undo put_back "$kprobes" 1
guard_load
if [ "$pin" = held ]; then
	point "ftrace_enabled=0 is refused" ftrace_stays_on
elif can_switch_ftrace; then
	point "ftrace_enabled=0 changes nothing" ftrace_is_nothing
else
	skip "ftrace_enabled=0 is refused" "$no_pin"
fi
point "kprobes/enabled=0: status says degraded, and the command exits with 4" says_degraded
point "it can't be locked then, and the command says what to do" lock_refused
point "the guard does not see a request then, so this test can fail" request_passes_unseen
point "the load gate still denies" load_gate_holds
point "the log says so, though nobody reads status" log_says_so
point "kprobes/enabled=1: armed again, and denying" armed_again
point "loaded while kprobes are off, it says degraded, and denies loads" \
	load_without_kprobes
if [ "$pin" = held ] && [ "$refusal" = "write EBUSY" ]; then
	point "loaded while ftrace is off, it says degraded, and what is missing" \
		load_without_ftrace
	point "its load gate denies" load_gate_holds_without_ftrace
	point "once ftrace is on, the watch arms the gate and says so" watch_arms
else
	skip "loaded while ftrace is off, it says degraded" "$no_switch"
	skip "its load gate denies" "$no_switch"
	skip "once ftrace is on, the watch arms the gate and says so" "$no_switch"
fi
point "loaded again with both on, it is guarding" loaded_again
if [ "$pin" = held ]; then
	point "ftrace can't be switched off any more" ftrace_stays_on
else
	skip "ftrace can't be switched off any more" "$no_pin"
fi
finish
