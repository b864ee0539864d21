# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The guard: loading it, reading its files, giving it a policy.
# shellcheck disable=SC2154	# common.sh assigns them

loaded()
{
	[ -d "$proc" ]
}

locked()
{
	[ "$(cat "$proc/lock" 2>/dev/null)" = 1 ]
}

guard_load()
{
	modprobe nfguard "$@" || bail_out "nfguard can't be loaded"
}

guard_unload()
{
	! loaded || rmmod nfguard
}

# Whether this kernel lets ftrace be switched off: newer ones (7.3, for one) do not.
# Only without the guard, which prevents it too.
ftrace_switch=/proc/sys/kernel/ftrace_enabled

can_switch_ftrace()
{
	echo 0 2>/dev/null >"$ftrace_switch" && echo 1 >"$ftrace_switch"
}

# gate_is_breakpoint: the request gate's kprobe is a breakpoint on this kernel, at
# __request_module()'s first instruction: a probe of the test's own there would not be at
# an ftrace site. Then nothing that is done to ftrace affects the gate, and a denied call
# does not reach the function tracers.
gate_is_breakpoint()
{
	local events=/sys/kernel/tracing/kprobe_events list

	echo 'p:nfguard_test/site __request_module' >>"$events" ||
		bail_out "no probe can be put on __request_module()"
	echo 1 >/sys/kernel/tracing/events/nfguard_test/site/enable
	list=$(grep __request_module /sys/kernel/debug/kprobes/list) || true
	echo 0 >/sys/kernel/tracing/events/nfguard_test/site/enable
	echo '-:nfguard_test/site' >>"$events"
	[[ $list == *__request_module* && $list != *'[FTRACE]'* ]]
}

# --- status and counters ------------------------------------------------------

# value FILE KEY: from a file of "KEY VALUE" lines.
value()
{
	local key value

	while read -r key value; do
		[ "$key" != "$2" ] || echo "$value"
	done <"$1"
}

status()
{
	value "$proc/status" "$1"
}

counter()
{
	value "$debugfs/counters" "$1"
}

counters_mark()
{
	local key value

	marked=()
	while read -r key value; do
		marked[$key]=$value
	done <"$debugfs/counters"
}
declare -A marked

# rise KEY: how much the counter has risen since counters_mark.
rise()
{
	echo $(($(counter "$1") - marked[$1]))
}

# rule_line TEXT: the rule's line in the rules file. TEXT is escaped as it is there.
rule_line()
{
	local line

	while read -r line; do
		case $line in
		*" text=\"$1\"") echo "$line" ;;
		esac
	done <"$debugfs/rules"
}

# rule_field TEXT FIELD
rule_field()
{
	local line

	line=$(rule_line "$1")
	[[ ${line% text=*} =~ (^| )"$2"=([^ ]*) ]] && echo "${BASH_REMATCH[2]}"
}

# --- the policy ---------------------------------------------------------------

# policy_text LINE...: a policy with the current token and the right number of entries.
policy_text()
{
	local entries=0 line

	for line; do
		case $line in
		name\ * | pattern\ *) entries=$((entries + 1)) ;;
		esac
	done
	printf '%s\n' "policy 1 token=$(status token) entries=$entries" "$@" end
}

# put_policy LINE...: puts such a policy into effect.
put_policy()
{
	equal "write of the policy" ok "$(policy_text "$@" | write_once "$proc/policy")"
}
