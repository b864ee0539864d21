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
# gets on.
flood()
{
	"${nobody[@]}" nice flood "$@" >"$scratch/flood" &
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

# victim NAME UID: a program of that name asks once, as that user.
victim()
{
	cp "$(command -v request)" "$scratch/$1"
	as_uid "$2" "$scratch/$1" family 14 >/dev/null
}

# Keeps all events in $scratch/told from now on. The file of events is no place to look for
# one again and again: each time it gets what waits, and the oldest go.
follow()
{
	cat "$debugfs/events_pipe" >"$scratch/told" &
	follower=$!
	undo kill "$follower" 2>/dev/null
}

follow_end()
{
	kill "$follower"
	wait "$follower" 2>/dev/null || true
}

# told_once COMM UID: there is one event, one line in the log and one audit record. The log
# is too long for log_read.
told_once()
{
	local what=" name=net-pf-14 .* comm=$1 uid=$2 "

	wait_for in_audit_log " comm=\"$1\" uid=$2 " || fail "$1: no audit record"
	wait_for grep -q "$what" "$scratch/told" || fail "$1: no event"
	equal "events of $1" 1 "$(grep -c "$what" "$scratch/told")"
	equal "lines of $1" 1 "$(dmesg | grep -c "nfguard: deny request$what")"
	equal "records of $1" 1 "$(grep -c " comm=\"$1\" " "$audit_log")"
}

# Two processes ask for one thing, 20,000 times; another user asks for another.
one_thing()
{
	mark
	counters_mark
	follow
	flood 2 10000
	wait_for flooded 5000 || fail "there is no flood"
	victim victim 1000
	wait "$flood"
	told_once victim 1000
	follow_end
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

# victims NAME UID STEP: twenty, while four processes of nobody ask under changing comms.
victims()
{
	local i records

	mark
	counters_mark
	records=$(wc -l <"$audit_log")
	follow
	SECONDS=0
	flood -c 4
	wait_for flooded 2000 || fail "there is no flood"
	for ((i = 1; i <= 20; i++)); do
		victim "$1$i" $(($2 + i * $3))
	done
	within=120 wait_for all_told "$1" || fail "of the twenty there are" "$(told_count "$1")"
	within=30 wait_for suppressed_told || fail "the log does not say what it left out"
	kill -0 "$flood" || fail "the flood has ended by itself"
	flood_end
	records=$(($(wc -l <"$audit_log") - records))
	at_least "10 records a second, and 50 at once" "$records" $((50 + 10 * (SECONDS + 5)))
	for ((i = 1; i <= 20; i++)); do
		told_once "$1$i" $(($2 + i * $3))
	done
	follow_end
	log_rate 50 5
	[ "$(rise events_lost)" -gt 0 ] || fail "the flood did not go beyond its share"
}

suppressed_told()
{
	dmesg --notime | sed "1,/^nfguard-selftest: $$ mark $log_marks\$/d" |
		grep -qE '^nfguard: suppressed verdicts=[0-9]+$'
}

# told_count NAME: how many events, lines of the log and audit records of victims there are.
told_count()
{
	grep -c " comm=$1[0-9]* " "$scratch/told"
	dmesg | grep -c " nfguard: .* comm=$1[0-9]* "
	grep -c " comm=\"$1[0-9]*\" " "$audit_log"
}

all_told()
{
	[ "$(told_count "$1" | sort -n | head -n 1)" -ge 20 ]
}

of_other_users()
{
	victims other 2000 1
}

of_the_same_user()
{
	victims same 65534 0
}

# Root fills the ring twice over.
ring_is_shared()
{
	local i=0

	mark
	counters_mark
	victim early 3000
	events_number 1 " comm=early " || fail "no event of the victim"
	exec 8<"$debugfs/events"
	read -r _ <&8
	i=$(wc -l <"$debugfs/events")
	over_the_ring
	at_least "events that were overwritten" 1000 "$(rise events_overwritten)"
	events_number 1 " comm=early " || fail "the victim's event was overwritten"
	# That reader began before: it learns of what it has missed, and of nothing else.
	cat <&8 >"$scratch/rest"
	exec 8<&-
	grep -q ' comm=early ' "$scratch/rest" || fail "a reader did not get the victim's event"
	# What seq_file had read ahead may have been overwritten since.
	equal "lines read or lost" "$i" $((1 + $(awk -F= '/^lost=/ { n += $2; next } { n++ }
		END { print n + 0 }' "$scratch/rest")))
}

# in_cgroup GROUP COMMAND...
in_cgroup()
{
	# shellcheck disable=SC2016
	bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' bash "$@"
}

all_wait()
{
	[ "$(pgrep -c -x flock)" = 80 ]
}

# A container that root has made, in a user namespace of its own, makes cgroups as it likes.
# It has one share all the same.
container_has_one_share()
{
	local -a groups=("$cgroups"/nfguard_of_one_{1..80})
	local group holder
	local -a askers=()

	mkdir "${groups[@]}"
	undo rmdir "${groups[@]}"
	unshare --user bash -c 'echo; exec sleep infinity' >"$scratch/holder" &
	holder=$!
	undo kill "$holder"
	wait_for test -s "$scratch/holder" || fail "no user namespace"
	echo "0 100000 65536" >"/proc/$holder/uid_map"
	echo "0 100000 65536" >"/proc/$holder/gid_map"
	# All at once, as some would be told meanwhile.
	exec 7>"$scratch/gate"
	flock 7
	counters_mark
	for group in "${groups[@]}"; do
		in_cgroup "$group" nsenter --target "$holder" --user --setuid 0 \
			flock --shared "$scratch/gate" flood -c 1 5 >/dev/null 7>&- &
		askers+=($!)
	done
	wait_for all_wait || fail "not all wait"
	exec 7>&-
	wait "${askers[@]}"
	equal "requests denied" 400 "$(rise request_denied)"
	at_least "events lost" 50 "$(rise events_lost)"
	mark
	follow
	victim beside 5000
	told_once beside 5000
	follow_end
}

# While it asks, it is moved from one cgroup to another and back. Whose share it has taken,
# gets it back.
is_moved()
{
	local -a groups=("$cgroups/nfguard_moved_a" "$cgroups/nfguard_moved_b")
	local group i asker

	mkdir "${groups[@]}"
	undo rmdir "${groups[@]}"
	echo all >"$proc/record"
	for i in {1..1000}; do
		echo "many 30 nfguard-moved-$i" >"$req"
		: <"$debugfs/events"
	done &
	asker=$!
	while kill -0 "$asker" 2>/dev/null; do
		for group in "${groups[@]}"; do
			echo "$asker" 2>/dev/null >"$group/cgroup.procs" || true
		done
	done
	counters_mark
	for group in "${groups[@]}"; do
		(
			echo "$BASHPID" >"$group/cgroup.procs"
			for i in {1..5}; do
				echo "ask nfguard-of-${group##*/}-$i" >"$req"
			done
		)
	done
	equal "events lost" 0 "$(rise events_lost)"
	at_least "events" 10 "$(rise_told)"
	echo denied >"$proc/record"
}

rise_told()
{
	: <"$debugfs/events"
	rise events_recorded
}

dying()
{
	sed -n 's/^nr_dying_descendants //p' "$cgroups/cgroup.stat"
}

none_dies()
{
	[ "$(dying)" = 0 ]
}

# Whoever asks in it is remembered for a minute.
ask_in_a_cgroup()
{
	mkdir "$cgroups/nfguard_pinned"
	in_cgroup "$cgroups/nfguard_pinned" request family 11 >/dev/null
	rmdir "$cgroups/nfguard_pinned"
	pinned=$(dying)
}

cgroup_is_given_back()
{
	at_least "cgroups that are pinned" 1 "$pinned"
	wait_for none_dies || fail "still pinned: $(dying)"
}

# cmd; nfguard events: no waiting.
read_waits_for_none()
{
	local i

	for i in {1..5}; do
		mark
		victim "soon$i" 4000
		events_since | grep -q " comm=soon$i " || fail "not in the file at once"
	done
}

plan 9
audit_begin
mount_cgroups
guard_load
put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13" \
	"rule deny net-pf-14" "name deny any net-pf-14"
chmod 755 "$scratch"
ask_in_a_cgroup
point "20,000 equal denials are some events that count them, and hide no other" one_thing
point "twenty users have an event, a log line and an audit record each in a flood" of_other_users
point "so have twenty processes of the user that floods" of_the_same_user
point "a container that root has made has one share, whatever cgroups it makes" \
	container_has_one_share
point "a read of events waits for none: a denial is in the file at once" read_waits_for_none
req_load
point "a full ring drops the events of who has most, and readers learn how many" ring_is_shared
point "who is moved to another cgroup meanwhile takes nothing from its share" is_moved
point "a cgroup that is gone is given back after a while" cgroup_is_given_back
point "the kernel has nothing to complain about" no_complaint
finish
