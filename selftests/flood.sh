#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A flood of denials hides nothing: not the denial of somebody else, in events, log and
# audit, and not how many they were. And it fills neither the log nor audit's.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

# as_uid UID COMMAND...
as_uid()
{
	setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all -- "${@:2}"
}

# flood ARGUMENT...: in the background, as nobody; sets $flood. Nice, so that the test itself
# gets on: there is one processor.
flood()
{
	as_nobody nice flood "$@" >"$scratch/flood" &
	flood=$!
	undo kill "$flood" 2>/dev/null
}

flood_end()
{
	kill "$flood" 2>/dev/null
	wait "$flood" 2>/dev/null || true
}

flooded()
{
	[ "$(counter request_denied)" -ge $((marked[request_denied] + $1)) ]
}

# victim N UID: a program of that name asks once, as that user.
victim()
{
	cp "$(command -v request)" "$scratch/victim$1"
	as_uid "$2" "$scratch/victim$1" family 14 >/dev/null
}

# told_once COMM UID: there is one event, one line in the log and one audit record.
told_once()
{
	local what=" name=net-pf-14 .* comm=$1 uid=$2 "

	wait_for 60 events_number 1 "$what" || fail "$1: not one event"
	wait_for 60 log_has "^nfguard: deny request$what" || fail "$1: not in the log"
	equal "lines of $1" 1 "$(log_count "$what")"
	wait_for 60 in_audit_log " comm=\"$1\" uid=$2 " || fail "$1: no audit record"
	equal "records of $1" 1 "$(grep -c " comm=\"$1\" " "$audit_log")"
}

# Two processes ask for one thing, 20,000 times; another user asks for another.
one_thing()
{
	mark
	counters_mark
	flood 2 10000
	wait_for 60 flooded 5000 || fail "there is no flood"
	victim 0 1000
	wait "$flood"
	told_once victim0 1000
	equal "requests" 20000 "$(cat "$scratch/flood")"
	events_since >"$scratch/events"
	equal "verdicts in the events" 20000 \
		"$(grep ' name=net-pf-13 .* comm=flood uid=65534 ' "$scratch/events" | verdicts)"
	at_least "30 events tell that" "$(grep -c ' comm=flood ' "$scratch/events")" 30
	equal "verdicts in the log" 20000 "$(
		log_read
		printf '%s\n' "${log[@]}" | grep ' comm=flood ' | verdicts
	)"
	equal "events lost" 0 "$(rise events_lost)"
}

# victims UID STEP: twenty, while four processes of nobody ask under changing comms.
victims()
{
	local i

	mark
	counters_mark
	: >"$audit_log"
	SECONDS=0
	flood -c 4
	wait_for 60 flooded 2000 || fail "there is no flood"
	for ((i = 1; i <= 20; i++)); do
		victim "$i" $(($1 + i * $2))
	done
	wait_for 120 all_told || fail "$(told_count) of the twenty events, lines and records"
	kill -0 "$flood" || fail "the flood has ended by itself"
	flood_end
	for ((i = 1; i <= 20; i++)); do
		told_once "victim$i" $(($1 + i * $2))
	done
	at_least "600 audit records a minute" "$(grep -c op=nfguard "$audit_log")" \
		$((50 + 10 * (SECONDS + 5)))
	log_rate 50 5
	[ "$(rise events_lost)" -gt 0 ] || fail "the flood did not go beyond its share"
	wait_for 30 log_has '^nfguard: suppressed verdicts=[0-9]+$' ||
		fail "the log does not say what it left out"
}

# How many events, lines of the log and audit records of victims there are.
told_count()
{
	events_since | grep -c ' comm=victim'
	dmesg | sed "1,/nfguard-selftest: $$ mark $log_marks\$/d" | grep -c ' comm=victim'
	grep -c ' comm="victim' "$audit_log"
}

all_told()
{
	[ "$(told_count | sort -n | head -n 1)" -ge 20 ]
}

of_other_users()
{
	victims 2000 1
}

of_the_same_user()
{
	victims 65534 0
}

# Root fills the ring twice over.
ring_is_shared()
{
	local i=0

	put_policy "default allow" "rule deny nfguard-test-*" "pattern deny any nfguard-test-*" \
		"rule deny net-pf-14" "name deny any net-pf-14"
	mark
	counters_mark
	victim 30 3000
	events_number 1 " comm=victim30 " || fail "no event of the victim"
	exec 8<"$debugfs/events"
	read -r _ <&8
	i=$(wc -l <"$debugfs/events")
	over_the_ring
	at_least "events that were overwritten" 1000 "$(rise events_overwritten)"
	events_number 1 " comm=victim30 " || fail "the victim's event was overwritten"
	# That reader began before: it learns of what it has missed, and of nothing else.
	cat <&8 >"$scratch/rest"
	exec 8<&-
	grep -q ' comm=victim30 ' "$scratch/rest" || fail "a reader did not get the victim's event"
	# What seq_file had read ahead may have been overwritten since.
	equal "lines read or lost" "$i" $((1 + $(awk -F= '/^lost=/ { n += $2; next } { n++ }
		END { print n + 0 }' "$scratch/rest")))
}

# cmd; nfguard events: no waiting.
read_waits_for_none()
{
	local i

	for i in {1..5}; do
		mark
		victim "4$i" 4000
		events_since | grep -q " comm=victim4$i " || fail "not in the file at once"
	done
}

plan 6
audit_begin
guard_load
put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13" \
	"rule deny net-pf-14" "name deny any net-pf-14"
chmod 755 "$scratch"
point "20,000 equal denials are some events that count them, and hide no other" one_thing
point "twenty users have an event, a log line and an audit record each in a flood" of_other_users
point "so have twenty processes of the user that floods" of_the_same_user
point "a read of events waits for none: a denial is in the file at once" read_waits_for_none
req_load
point "a full ring drops the events of who has most, and readers learn how many" ring_is_shared
point "the kernel has nothing to complain about" no_complaint
finish
