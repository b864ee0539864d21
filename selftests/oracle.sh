#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The name that the request gate judges is the one that the kernel makes: for each format
# in the kernel's source, nfguard's own tracepoint prints the name that the gate judged, and
# a kprobe event the one that security_kernel_module_request() gets right after it.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

tracing=/sys/kernel/tracing
event=$tracing/events/nfguard_test/oracle
verdicts=$tracing/events/nfguard/verdict
x16=xxxxxxxxxxxxxxxx
x56=$x16$x16$x16${x16:8}

# Only for requests of this shell, whose `echo` is no process of its own.
oracle_begin()
{
	# shellcheck disable=SC2016
	echo 'p:nfguard_test/oracle security_kernel_module_request name=+0($arg1):string' \
		>>$tracing/kprobe_events
	undo oracle_end
	echo "common_pid == $$" >$event/filter
	echo 1 >$event/enable
	echo "common_pid == $$" >$verdicts/filter
	undo verdicts_end
	echo 1 >$verdicts/enable
}

verdicts_end()
{
	[ ! -e "$verdicts" ] || echo 0 >"$verdicts/enable"
}

oracle_end()
{
	[ ! -e "$event" ] || echo 0 >"$event/enable"
	echo '-:nfguard_test/oracle' >>"$tracing/kprobe_events"
}

oracle_names()
{
	sed -n 's/.* oracle: (.*) name="\(.*\)"$/\1/p' "$tracing/trace"
}

mapfile_oracle()
{
	mapfile -t oracle < <(oracle_names)
	mapfile -t judged < <(judged_names)
}

judged_names()
{
	sed -n 's/.* verdict: [a-z-]* request name=\([^ ]*\) .*/\1/p' "$tracing/trace"
}

cases()
{
	sed -n 's/^case [0-9]* //p' "$req"
}

# Requests a module with each format. Fills `answers`.
request_each()
{
	local i line

	answers=()
	: >"$tracing/trace"
	for ((i = 0; i < ${#where[@]}; i++)); do
		echo "case $i" >"$req"
		read -r _ line <"$req"
		answers+=("$line")
	done
}

# In permissive mode the gate judges the name, and the kernel goes on to make it.
same_names()
{
	local i

	put_policy "default deny"
	counters_mark
	request_each
	mapfile_oracle
	equal "names that the kernel made" "${#where[@]}" "${#oracle[@]}"
	equal "names that the gate judged" "${#where[@]}" "${#judged[@]}"
	equal "requests counted" "${#where[@]}" "$(rise request_would_deny)"
	for ((i = 0; i < ${#where[@]}; i++)); do
		[ "${judged[i]}" = "${oracle[i]}" ] ||
			fail "${where[i]}: the kernel made '${oracle[i]}', the gate judged '${judged[i]}'"
	done
}

# If the names were all the same, a mix-up could not be seen.
many_names()
{
	at_least "formats" 80 "${#where[@]}"
	at_least "names" 70 "$(printf '%s\n' "${judged[@]}" | sort -u | wc -l)"
	at_least "characters of the longest name" 55 \
		"$(printf '%s\n' "${judged[@]}" | wc -L)"
}

all_denied()
{
	local i

	echo enforcing >"$proc/mode"
	request_each
	mapfile_oracle
	equal "names that the kernel made" 0 "${#oracle[@]}"
	for ((i = 0; i < ${#where[@]}; i++)); do
		equal "${where[i]}" "$eperm_is" "${answers[i]}"
	done
}

# Names too long for the kernel's buffer: the gate only counts them, the kernel refuses.
too_long()
{
	local name

	for name in "$x56" "${x56}x" "${x56}xxxxxx"; do
		counters_mark
		: >"$tracing/trace"
		gets -36 "$name"
		equal "names judged" 0 "$(rise request_denied)"
		equal "names that did not fit" 1 "$(rise request_unnamed)"
		equal "names that the kernel made" "" "$(oracle_names)"
	done
	counters_mark
	gets "$eperm_is" "${x56%x}"
	equal "names judged" 1 "$(rise request_denied)"
}

# Of so many values the gate makes no name: the request goes by its format and the default.
too_many_values()
{
	local name="wide-(%d){25}"	# its format, as far as a name goes

	verdicts_end
	guard_unload
	guard_load
	put_policy "default allow" "rule deny wide-1*" "pattern deny any wide-1*"
	mark
	log_mark
	counters_mark
	echo wide >"$req"
	equal "what the request got" "last $enoent_is" "$(head -n 1 "$req")"
	equal "requests let through" 1 "$(rise request_allowed)"
	equal "of them unjudged" 1 "$(rise request_unjudged)"
	events_since | grep -qE " unjudged request name=$name rule=\"default allow\" " ||
		fail "no event tells it"
	wait_for log_has "^nfguard: unjudged request name=$name " || fail "not in the log"

	put_policy "default deny"
	counters_mark
	echo wide >"$req"
	equal "what the request got" "last $eperm_is" "$(head -n 1 "$req")"
	equal "requests denied" 1 "$(rise request_denied)"
	equal "unjudged" 0 "$(rise request_unjudged)"
}

plan 5
req_load
# A path to nothing: without a path the kernel makes no name.
put_back /proc/sys/kernel/modprobe "$scratch/modprobe"
mapfile -t where < <(cases)
guard_load mode=permissive
oracle_begin
point "the gate and the kernel make the same names from ${#where[@]} formats" same_names
point "the names differ enough to prove something" many_names
point "in enforcing mode, each is refused before the kernel makes a name" all_denied
point "a name that is too long is left to the kernel, which refuses it" too_long
point "a request of more values than the gate reads is told, and refused by default deny" \
	too_many_values
finish
