#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Others may probe and trace __request_module() too. Whoever comes first and whoever goes
# first, what is denied stays denied, the others go on seeing calls, and the probes come
# off cleanly (otherwise the kernel says "Failed to disarm").
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

tracing=/sys/kernel/tracing
# An instance of its own for one of the two tracers, since each can run only one.
instance=$tracing/instances/nfguard_test
guard=(deny=nfguard_counted)

# --- the others ---------------------------------------------------------------

# hits_TRACER stops at the first hit: under load a trace has no end.
add_kprobe()
{
	echo 'p:nfguard_test/enter __request_module' >>"$tracing/kprobe_events"
	echo 1 >"$tracing/events/nfguard_test/enter/enable"
}

remove_kprobe()
{
	echo 0 >"$tracing/events/nfguard_test/enter/enable"
	echo '-:nfguard_test/enter' >>"$tracing/kprobe_events"
}

hits_kprobe()
{
	grep -m 1 -c ' enter: (__request_module' "$tracing/trace"
}

add_kretprobe()
{
	echo 'r:nfguard_test/leave __request_module' >>"$tracing/kprobe_events"
	echo 1 >"$tracing/events/nfguard_test/leave/enable"
}

remove_kretprobe()
{
	echo 0 >"$tracing/events/nfguard_test/leave/enable"
	echo '-:nfguard_test/leave' >>"$tracing/kprobe_events"
}

hits_kretprobe()
{
	grep -m 1 -c ' leave: (.* <- __request_module)' "$tracing/trace"
}

add_function()
{
	mkdir "$instance"
	echo __request_module >"$instance/set_ftrace_filter"
	echo function >"$instance/current_tracer"
}

remove_function()
{
	echo nop >"$instance/current_tracer"
	rmdir "$instance"
}

hits_function()
{
	grep -m 1 -c ' __request_module <-' "$instance/trace"
}

add_function_graph()
{
	echo __request_module >"$tracing/set_ftrace_filter"
	echo function_graph >"$tracing/current_tracer"
}

remove_function_graph()
{
	echo nop >"$tracing/current_tracer"
	echo >"$tracing/set_ftrace_filter"
}

hits_function_graph()
{
	# 5.10 shows a denied call as the function that refuses it: it asks for the
	# address after the kprobe has changed it.
	grep -m 1 -Ec '\| *(__request_module|refuse_request)( \[nfguard\])?\(\)' \
		"$tracing/trace"
}

# each VERB LIST: for each tracer of a list with "+" between them.
each()
{
	local verb=$1 tracer
	local -a list

	IFS=+ read -ra list <<<"$2"
	for tracer in "${list[@]}"; do
		"${verb}_$tracer" || fail "$verb $tracer: status $?"
	done
}

clear_traces()
{
	: >"$tracing/trace"
	[ ! -e "$instance" ] || : >"$instance/trace"
}

# sees LIST NAME: each tracer sees a request of that name.
sees()
{
	local tracer
	local -a list

	IFS=+ read -ra list <<<"$1"
	clear_traces
	ask "$2"
	for tracer in "${list[@]}"; do
		at_least "requests of $2 that $tracer saw" 1 \
			"$("hits_$tracer" || true)"
	done
}

# --- what must hold -----------------------------------------------------------

denies()
{
	gets "$eperm_is" nfguard-counted
	gets "$enoent_is" nfguard-free
	equal "the request gate" armed "$(status request_gate)"
}

# A kprobe that was there before ours is called after it, so it does not see what ours
# denies. All others see each call; but function tracers come after a breakpoint.
sees_denied()
{
	case $2:$1 in
	before:*kprobe* | before:*kretprobe*) ;;
	*function*) [ -n "$breakpoint" ] || sees "$1" nfguard-counted ;;
	*) sees "$1" nfguard-counted ;;
	esac
}

# together LIST ORDER FIRST: the tracers come before or after nfguard (ORDER); ours or
# theirs go first (FIRST).
together()
{
	local tracer=$1 order=$2 first=$3

	log_mark
	if [ "$order" = before ]; then
		each add "$tracer"
		guard_load "${guard[@]}"
	else
		guard_load "${guard[@]}"
		each add "$tracer"
	fi
	denies
	sees "$tracer" nfguard-free
	sees_denied "$tracer" "$order"
	if [ "$first" = theirs ]; then
		each remove "$tracer"
		denies
		guard_unload
	else
		guard_unload
		gets "$enoent_is" nfguard-counted
		sees "$tracer" nfguard-counted
		each remove "$tracer"
	fi
	gets "$enoent_is" nfguard-counted
	no_complaint
}

# The same while tasks request modules without pause.
under_load()
{
	echo "start 2 nfguard-counted nfguard-free" >"$req"
	together "$@"
	echo stop >"$req"
	storm_got
	at_least "EPERM that the tasks got" 1 "$eperm"
	at_least "ENOENT that the tasks got" 1 "$enoent"
	equal "other answers" 0 "$other"
}

together_all=kprobe+kretprobe+function+function_graph
tracers=(kprobe kretprobe function function_graph "$together_all")
if ! grep -qw function "$tracing/available_tracers"; then
	together_all=kprobe+kretprobe
	tracers=(kprobe kretprobe "$together_all" function function_graph)
fi
breakpoint=
! gate_is_breakpoint || breakpoint=1
plan $((4 * ${#tracers[@]} + 4))
req_load
for tracer in "${tracers[@]}"; do
	for order in before after; do
		for first in ours theirs; do
			says="$tracer comes $order nfguard, and $first goes first"
			if [[ $tracer == function* && $together_all != *function* ]]; then
				skip "$says" "this kernel has no function tracing"
			else
				point "$says" together "$tracer" $order $first
			fi
		done
	done
done
for order in before after; do
	for first in ours theirs; do
		point "under load, all come $order nfguard, and $first go first" \
			under_load "$together_all" $order $first
	done
done
finish
