#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The parameters of the module.
. "${0%/*}/lib/common.sh"

# does_not_load REGEX PARAM...: the module does not load, and the log says why.
does_not_load()
{
	local why=$1

	shift
	log_mark
	refuses modprobe nfguard "$@"
	not_live nfguard
	[ ! -e "$proc" ]
	logged "$why"
}

plain()
{
	guard_load
	equal "state" guarding "$(status state)"
	equal "mode" enforcing "$(status mode)"
	equal "default" allow "$(status default)"
	equal "rules" 0 "$(status rules)"
	equal "generation" 0 "$(status generation)"
	equal "locked" 0 "$(status locked)"
	exits 0 nfguard status
	guard_unload
}

deny_guards_at_once()
{
	guard_load deny=nf-conntrack,net-pf-13,nfguard_v*
	equal "rules" 3 "$(status rules)"
	equal "names" 2 "$(status names)"
	equal "patterns" 1 "$(status patterns)"
	refuses modprobe nf_conntrack
	not_live nf_conntrack
	request family 13 >/dev/null
	refuses insmod "$(test_module nfguard_victim)"
	equal "loads denied" 2 "$(counter load_denied)"
	equal "requests denied" 1 "$(counter request_denied)"
	equal "hits" 1 "$(rule_field "deny nf-conntrack" load_denied)"
}

deny_is_replaced()
{
	exits 0 nfguard apply
	equal "rules" 0 "$(status rules)"
	equal "generation" 1 "$(status generation)"
	modprobe nf_conntrack
	is_live nf_conntrack
	clean_slate
}

bad_deny()
{
	local long

	printf -v long '%056d' 0

	does_not_load 'deny= refused at name 1: ' "deny=$long"
	does_not_load 'deny= refused at name 2: ' "deny=a,$long"
	does_not_load 'deny= refused at name 2: ' deny=a,a
	does_not_load 'deny= refused at name 2: ' deny=a,[
	does_not_load 'deny= refused at name 1: ' deny=,a
	does_not_load 'deny= refused at name ' $'deny=\xe4'
}

permissive()
{
	guard_load mode=permissive deny=nfguard_victim
	equal "mode" permissive "$(status mode)"
	insmod "$(test_module nfguard_victim)"
	equal "loads that would be denied" 1 "$(counter load_would_deny)"
	rmmod nfguard_victim
	guard_unload
}

bad_mode()
{
	does_not_load '^nfguard: mode= must be enforcing or permissive' mode=off
}

unknown_parameter()
{
	log_mark
	guard_load nosuch=1
	logged "^nfguard: unknown parameter 'nosuch' ignored"
	equal "state" guarding "$(status state)"
	guard_unload
}

off_is_inert()
{
	log_mark
	guard_load off=1 deny=nfguard_victim
	equal "files" status "$(cd "$proc" && echo ./* | sed 's,\./,,g')"
	equal "state" off "$(status state)"
	equal "lines of status" 2 "$(wc -l <"$proc/status")"
	logged '^nfguard: off=1: loaded inert, nothing is guarded'
	[ ! -e "$debugfs" ]
	insmod "$(test_module nfguard_victim)"
	is_live nfguard_victim
	rmmod nfguard_victim
}

off_does_not_hold_ftrace()
{
	echo 0 >"$ftrace_switch"
	equal "ftrace_enabled" 0 "$(cat "$ftrace_switch")"
	echo 1 >"$ftrace_switch"
}

cli_says_off()
{
	exits 4 nfguard status
	says "off=1"
	exits 4 nfguard mode permissive
	says "off=1"
	exits 4 nfguard apply
	says "off=1"
	exits 1 nfguard lock --yes
	guard_unload
}

strict_refuses()
{
	echo 0 >"$ftrace_switch"
	does_not_load '^nfguard: not loaded, because strict=1 is set' strict=1
	echo 1 >"$ftrace_switch"
}

# Where the gate is a breakpoint, ftrace is nothing to it.
strict_loads_without_ftrace()
{
	echo 0 >"$ftrace_switch"
	strict_loads
	echo 1 >"$ftrace_switch"
}

strict_refuses_without_kprobes()
{
	echo 0 >"$kprobes"
	does_not_load '^nfguard: not loaded, because strict=1 is set' strict=1
	logged "^nfguard: the request gate can't be armed: error=-"
	echo 1 >"$kprobes"
}
kprobes=/sys/kernel/debug/kprobes/enabled

strict_loads()
{
	guard_load strict=1
	equal "state" guarding "$(status state)"
	equal "ftrace pin" "$pin" "$(status ftrace_pin)"
	guard_unload
}

# with_switch DESCRIPTION FUNCTION
with_switch()
{
	if [ -n "$switch" ]; then
		point "$@"
	else
		skip "$1" "this kernel does not let ftrace be switched off"
	fi
}

plan 13
switch=
if can_switch_ftrace; then
	switch=1
	undo put_back "$ftrace_switch" 1
fi
undo put_back "$kprobes" 1
point "without parameters it guards with an empty policy" plain
point "deny= denies from the first moment, at both gates" deny_guards_at_once
point "nfguard apply replaces the policy of deny=" deny_is_replaced
point "an invalid deny= is refused, and the log says which name" bad_deny
point "mode=permissive denies nothing" permissive
point "an unknown mode is refused" bad_mode
point "an unknown parameter is ignored" unknown_parameter
point "off=1: the module is inert, has only its status file, and says so" off_is_inert
with_switch "off=1 does not keep ftrace on" off_does_not_hold_ftrace
point "with off=1 the commands say so" cli_says_off
pin=held site="at an ftrace site"
if gate_is_breakpoint; then
	pin=unneeded site="as a breakpoint"
	with_switch "strict=1 loads while ftrace is off" strict_loads_without_ftrace
else
	with_switch "strict=1 does not load while ftrace is off" strict_refuses
fi
point "strict=1 does not load while kprobes are off" strict_refuses_without_kprobes
# scripts/check-kernels reads from this how the gate is armed.
point "strict=1 loads when both gates work, the request gate $site" strict_loads
finish
