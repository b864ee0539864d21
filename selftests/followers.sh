#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Followers of events_pipe: two at once, a slow one, a stopped one, a killed one, and one
# that reads while the module is to be removed. And more events than the ring holds, which
# can fill neither the memory nor the log, and count whatever is lost.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

# follow FILE: in the background; sets $follower.
follow()
{
	cat "$debugfs/events_pipe" >"$1" &
	follower=$!
	undo kill -KILL "$follower"
}

# in_sequence FILE: it has only complete lines, and each event's number is one more than
# the one before it, unless a line says how many are missing.
in_sequence()
{
	local bad

	! grep -vE "^lost=[0-9]+\$|$event_line" "$1" >&3 || fail "$1: broken lines"
	bad=$(awk '
		{ split($1, n, "=") }
		/^lost=/ { want += n[2]; next }
		want && n[2] != want { print "seq " n[2] ", not " want; exit }
		{ want = n[2] + 1 }' "$1")
	[ -z "$bad" ] || fail "$1: $bad"
}

users()
{
	local name n

	while read -r name _ n _; do
		[ "$name" != nfguard ] || echo "$n"
	done </proc/modules
}

two_followers()
{
	follow "$scratch/one"
	follow "$scratch/two"
	for i in {1..5}; do
		gets "$eperm_is" "nfguard-test-$i"
	done
	wait_for has_lines 5 "$scratch/one" || fail "the first did not get five"
	wait_for has_lines 5 "$scratch/two" || fail "the second did not get five"
	cmp "$scratch/one" "$scratch/two" >&3 || fail "they differ"
	cmp "$scratch/one" "$debugfs/events" >&3 || fail "their events differ from those of the file"
	in_sequence "$scratch/one"
	equal "events" 5 "$(wc -l <"$scratch/one")"
	equal "users of the module" 2 "$(users)"
}

killed()
{
	kill -KILL "$follower"
	wait "$follower" 2>/dev/null || true
	wait_for used_by 1 || fail "the module has $(users) users"
	gets "$eperm_is" nfguard-test-after
	wait_for has_lines 6 "$scratch/one" || fail "the other follower got no more events"
}

used_by()
{
	[ "$(users)" = "$1" ]
}

# select(2) says when there is something to read, and a non-blocking read gets EAGAIN if
# there is nothing.
polled()
{
	local line n=0

	exec 8<"$debugfs/events_pipe"
	while read -r -t 0 -u 8; do
		read -r line <&8
		n=$((n + 1))
	done
	equal "events that were ready" "$(wc -l <"$debugfs/events")" "$n"
	gets "$eperm_is" nfguard-test-poll
	read -r -t 20 line <&8 || fail "no event came"
	[[ $line == *" name=nfguard-test-poll "* ]] || fail "the wrong event came: $line"
	exec 8<&-
	equal "error of a non-blocking read" "Resource temporarily unavailable" \
		"$(dd if="$debugfs/events_pipe" iflag=nonblock bs=64k 2>&1 >/dev/null |
			sed -n 's/.*: \(Resource.*\)/\1/p')"
}

# Reading a few bytes at a time gives the same lines.
small_reads()
{
	dd if="$debugfs/events" of="$scratch/small" bs=7 2>/dev/null
	cmp "$scratch/small" "$debugfs/events" >&3 || fail "they differ"
}

# Removing the module under a follower is refused, and nothing is lost.
removal_refused()
{
	exits 1 rmmod nfguard
	says 'in use'
	equal "state" guarding "$(status state)"
	gets "$eperm_is" nfguard-test-still
	wait_for has_lines "$(wc -l <"$debugfs/events")" "$scratch/one" ||
		fail "the follower got no more events"
}

# More events than the ring holds, while one follower is stopped.
stopped()
{
	follow "$scratch/stopped"
	wait_for has_lines 1 "$scratch/stopped" || fail "it did not begin"
	kill -STOP "$follower"
	counters_mark
	log_mark
	over_the_ring
	wait_for all_accounted || fail "$(rise request_allowed) allowed, $(rise events_recorded) recorded, $(rise events_lost) lost"
	kill -CONT "$follower"
	wait_for caught_up "$scratch/stopped" || fail "it did not catch up"
	in_sequence "$scratch/stopped"
	grep -q '^lost=[1-9]' "$scratch/stopped" || fail "no line says how much it lost"
	wait_for caught_up "$scratch/one" || fail "the other did not catch up"
	in_sequence "$scratch/one"
	at_least "bytes of the events file" 500000 "$(wc -c <"$debugfs/events")"
	at_least "1 MiB" "$(wc -c <"$debugfs/events")" $((1 << 20))
}

# A storm can't fill the log, and the log accounts for all of it.
storm_in_the_log()
{
	counters_mark
	log_mark
	echo "storm 2 20000 nfguard-test-storm" >"$req"
	wait_for log_accounts || fail "$(rise request_denied) denied, $(log_verdicts name=nfguard-test-storm) logged, $(rise log_suppressed) suppressed"
	log_rate 50 5
}

log_accounts()
{
	[ $(($(log_verdicts name=nfguard-test-storm) + $(rise log_suppressed))) -eq "$(rise request_denied)" ]
}

all_accounted()
{
	[ $(($(rise events_recorded) + $(rise events_lost))) -eq "$(rise request_allowed)" ]
}

caught_up()
{
	[ "$(tail -n 1 "$1")" = "$(tail -n 1 "$debugfs/events")" ]
}

# The command, as in a terminal and in a pipe.
command_follows()
{
	nfguard events --follow --json --name 'nfguard-test-c*' >"$scratch/json" 2>"$scratch/err" &
	follower=$!
	undo kill -KILL "$follower"
	for i in {1..3}; do
		gets "$eperm_is" "nfguard-test-c$i"
	done
	wait_for has_lines 3 "$scratch/json" || fail "not three lines"
	kill "$follower"
	wait "$follower" 2>/dev/null || true
	! grep -vE '^\{"seq": [0-9]+, "time": [0-9.]+, .*"name": "nfguard-test-c[1-3]", .*\}$' "$scratch/json" >&3 ||
		fail "there are other lines"
	# It ends with its reader, though no more events come.
	timeout 60 nfguard events --follow --name 'nfguard-test-c*' 2>/dev/null |
		head -n 3 >"$scratch/head"
	# It sees that the pipe is closed, or SIGPIPE ends it.
	matches "exit status at a closed pipe" '^(1|141)$' "${PIPESTATUS[0]}"
	equal "lines before the pipe was closed" 3 "$(wc -l <"$scratch/head")"
}

gone_with_the_last()
{
	local line

	for line in $(jobs -p); do
		kill "$line" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	wait_for used_by 0 || fail "the module has $(users) users"
	exits 0 rmmod nfguard
	[ ! -e "$debugfs" ] || fail "the files are still there"
	guard_load
	equal "events left from before" 0 "$(wc -l <"$debugfs/events")"
}

# What the log had no room for is told when the module goes, and the limit holds all the same.
told_at_removal()
{
	deny_tests
	log_mark
	echo "many 200 nfguard-test-many-first" >"$req"
	wait_for log_has "^nfguard: suppressed " || fail "the log does not say what it left out"
	echo "many 200 nfguard-test-many-then" >"$req"
	exits 0 rmmod nfguard
	log_read
	printf '%s\n' "${log[@]}" >"$scratch/log"
	equal "verdicts in the log, and those that it left out" 400 \
		$(($(grep " name=nfguard-test-many-" "$scratch/log" | verdicts) +
			$(sed -n 's/^nfguard: suppressed verdicts=//p' "$scratch/log" | paste -sd +)))
	equal "the last line" "nfguard: removed: nothing is guarded" "$(tail -n 1 "$scratch/log")"
	log_rate 50 5
	guard_load
}

# Only events that nobody has read count. To read the events file is to read them.
nobody_reads()
{
	local last

	overwritten_after 0
	cp "$debugfs/events" "$scratch/read"
	last=$(event_seq '$' "$scratch/read")
	overwritten_after "$last"
}

# overwritten_after SEQ: the events after SEQ that are overwritten unread are counted.
overwritten_after()
{
	local overwritten first

	counters_mark
	over_the_ring
	wait_for all_accounted || fail "not all is accounted for"
	overwritten=$(rise events_overwritten)
	first=$(event_seq 1 "$debugfs/events")
	equal "events overwritten unread" $((first - 1 - $1)) "$overwritten"
	at_least "events overwritten unread" 1000 "$overwritten"
}

deny_tests()
{
	put_policy "default allow" "rule deny nfguard-test-*" "pattern deny any nfguard-test-*"
}

plan 12
guard_load
deny_tests
req_load
point "two followers get the same events" two_followers
point "one is killed, and the other goes on" killed
point "a follower can wait in select(2), or not wait at all" polled
point "reads of a few bytes give the same lines" small_reads
point "the module can't be removed under a follower" removal_refused
point "nfguard events --follow works, and ends when its pipe is closed" command_follows
point "a follower that was stopped learns how much it lost" stopped
point "a storm can't fill the log, which accounts for all of it" storm_in_the_log
point "the module can be removed once the last follower is gone" gone_with_the_last
point "what the log had no room for is told when the module goes, within the limit" told_at_removal
point "events overwritten unread are counted" nobody_reads
point "the kernel has nothing to complain about" no_complaint
finish
