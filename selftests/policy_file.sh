#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What reads and writes of the policy promise: a read returns one policy, a write replaces
# the one that was read, and counters outlive both.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

marked_policy()
{
	local i
	local -a lines=("default allow" "rule deny mark_$1")

	for ((i = 0; i < 40; i++)); do
		lines+=("name deny any mark_$1_$i")
	done
	put_policy "${lines[@]}"
}

header()
{
	local policy token

	marked_policy 0
	read -r policy <"$proc/policy"
	token=$(status token)
	equal "first line" "policy 1 token=$token entries=40" "$policy"
	[[ $token =~ ^[0-9a-f]{16}\.[0-9]+$ ]]
	equal "generation in the token" "$(status generation)" "${token#*.}"
	equal "names" 40 "$(status names)"
	equal "last line" end "$(tail -n 1 "$proc/policy")"
}

digest()
{
	equal "sha256" "$(tail -n +2 "$proc/policy" | sha256sum | cut -d' ' -f1)" \
		"$(status sha256)"
}

# The text is the same whatever the size of the reads.
pieces()
{
	local size

	cat "$proc/policy" >"$scratch/whole"
	for size in 1 7 64 4096; do
		dd bs="$size" status=none <"$proc/policy" | cmp - "$scratch/whole"
	done
	# A program that seeks.
	dd bs=1 skip=100 status=none <"$proc/policy" |
		cmp - <(tail -c +101 "$scratch/whole")
}

# Opened before the swap, read after it.
pinned()
{
	exec 5<"$proc/policy"
	head -c 10 <&5 >"$scratch/read"
	marked_policy 1
	cat <&5 >>"$scratch/read"
	exec 5<&-
	equal "marks in it" 41 "$(grep -c mark_0 "$scratch/read")"
	equal "lines in it" 44 "$(wc -l <"$scratch/read")"
	equal "marks in the one in force" 41 "$(grep -c mark_1 "$proc/policy")"
}

swap_on()
{
	local i

	for ((i = 1; i <= 15; i++)); do
		marked_policy "$i"
	done
	: >"$scratch/swapped"
}

# A read is of one policy if all names in it have the same mark.
check_read()
{
	local lines line mark=

	mapfile -t lines <"$1"
	equal "lines of a read" 44 "${#lines[@]}"
	for line in "${lines[@]}"; do
		[[ $line =~ mark_([0-9]+) ]] || continue
		: "${mark:=${BASH_REMATCH[1]}}"
		[ "$mark" = "${BASH_REMATCH[1]}" ] ||
			fail "one read has $mark and ${BASH_REMATCH[1]}"
	done
}

never_mixed()
{
	local reads=0 writer

	rm -f "$scratch/swapped"
	swap_on &
	writer=$!
	until [ -e "$scratch/swapped" ]; do
		dd bs=61 status=none <"$proc/policy" >"$scratch/read"
		check_read "$scratch/read"
		reads=$((reads + 1))
	done
	wait "$writer"
	at_least "reads meanwhile" 5 "$reads"
}

counters_survive()
{
	put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13"
	request family 13 >/dev/null
	equal "hits" 1 "$(rule_field "deny net-pf-13" request_denied)"
	put_policy "default allow" "rule allow x" "name allow any x" \
		"rule deny net-pf-13" "name deny any net-pf-13"
	request family 13 >/dev/null
	equal "hits after a swap" 2 "$(rule_field "deny net-pf-13" request_denied)"
	equal "its number" 2 "$(rule_field "deny net-pf-13" rule)"
	equal "name of the last hit" net-pf-13 "$(rule_field "deny net-pf-13" name)"
	equal "comm of the last hit" request "$(rule_field "deny net-pf-13" comm)"
}

totals_never_fall()
{
	local total

	total=$(counter request_denied)
	put_policy "default allow"
	equal "requests denied" "$total" "$(counter request_denied)"
	put_policy "default allow" "rule deny net-pf-13" "name deny any net-pf-13"
	equal "hits of a rule that was away" 0 \
		"$(rule_field "deny net-pf-13" request_denied)"
	equal "requests denied" "$total" "$(counter request_denied)"
}

swaps_counted_and_logged()
{
	local generation

	generation=$(status generation)
	counters_mark
	log_mark
	put_policy "default deny"
	equal "swaps" 1 "$(rise policy_swaps)"
	equal "generation" $((generation + 1)) "$(status generation)"
	equal "default" deny "$(status default)"
	logged "^nfguard: policy from=$generation to=$((generation + 1)) sha256=$(status sha256) rules=0 names=0 patterns=0 pid=[0-9]+ comm=write_once uid=0\$"
	put_policy "default allow"
}

# Two writers read the policy, then both write: the later one must get ESTALE.
one_of_two_wins()
{
	local i answers

	for ((i = 0; i < 10; i++)); do
		policy_text "default allow" "rule deny a$i" >"$scratch/a"
		policy_text "default allow" "rule deny b$i" >"$scratch/b"
		write_once "$proc/policy" <"$scratch/a" >"$scratch/a.answer" &
		write_once "$proc/policy" <"$scratch/b" >"$scratch/b.answer"
		wait $!
		answers=$(sort "$scratch/a.answer" "$scratch/b.answer" | tr '\n' ' ')
		equal "answers" "ok write ESTALE " "$answers"
	done
}

winner_is_in_force()
{
	local winner=b

	[ "$(cat "$scratch/a.answer")" != ok ] || winner=a
	grep -qx "rule deny ${winner}9" "$proc/policy"
}

# The command tries again with what the other one wrote, so that neither change is lost.
two_clis()
{
	local i
	local -a pids=()

	rm -f "$conf"
	for i in 1 2 3 4; do
		nfguard deny --force "nfguard-cli-$i" >"$scratch/cli.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	for i in 1 2 3 4; do
		grep -q "^name deny any nfguard_cli_$i\$" "$proc/policy" ||
			grep -q "^name deny any nfguard-cli-$i\$" "$proc/policy"
	done
	equal "rules" 4 "$(status rules)"
}

mode_file()
{
	equal "mode" enforcing "$(cat "$proc/mode")"
	equal "write" ok "$(write_once "$proc/mode" <<<permissive)"
	equal "mode" permissive "$(cat "$proc/mode")"
	equal "mode in status" permissive "$(status mode)"
	log_mark
	equal "write of the same" ok "$(printf permissive | write_once "$proc/mode")"
	equal "lines in the log" 0 "$(log_count .)"
	equal "write" ok "$(write_once "$proc/mode" <<<enforcing)"
	logged '^nfguard: mode from=permissive to=enforcing pid=[0-9]+ comm=write_once uid=0$'
}

modes_of_files()
{
	equal "policy" "600 0" "$(stat -c '%a %u' "$proc/policy")"
	equal "mode" "644 0" "$(stat -c '%a %u' "$proc/mode")"
	equal "lock" "644 0" "$(stat -c '%a %u' "$proc/lock")"
	equal "status" "444 0" "$(stat -c '%a %u' "$proc/status")"
	equal "counters" "400 0" "$(stat -c '%a %u' "$debugfs/counters")"
	equal "rules" "400 0" "$(stat -c '%a %u' "$debugfs/rules")"
}

held()
{
	grep -qx 'hold 1' "$req"
}

# The writer waits for a grace period, or has its answer.
waits_or_ended()
{
	[ -s "$scratch/answer" ] || grep -q rcu "/proc/$writer/wchan" 2>/dev/null
}

# What may be in the middle of a verdict keeps a write waiting. A guest that stands still
# for long may find that it is over: then once more.
swap_waits()
{
	local tries writer

	for tries in 1 2 3 4 5; do
		policy_text "default allow" "rule deny wait_$tries" >"$scratch/text"
		: >"$scratch/answer"
		echo hold >"$req"
		wait_for held
		write_once "$proc/policy" <"$scratch/text" >"$scratch/answer" &
		writer=$!
		wait_for waits_or_ended
		held || { wait "$writer"; continue; }
		[ ! -s "$scratch/answer" ] ||
			fail "the write returned before the verdict: $(cat "$scratch/answer")"
		echo release >"$req"
		wait "$writer"
		equal "answer" ok "$(cat "$scratch/answer")"
		return
	done
	fail "never held for long enough"
}

plan 14
guard_load
point "the first line has token and count, and agrees with status" header
point "sha256 in status is the digest of all but the first line" digest
point "the policy reads the same in pieces" pieces
point "an open file keeps the policy that it was opened with" pinned
point "no read mixes two policies while they are swapped" never_mixed
point "a rule keeps its counters when the policy is swapped" counters_survive
point "totals never fall" totals_never_fall
point "a swap is counted, and the log has the old and the new generation" swaps_counted_and_logged
point "of two writes with one token exactly one takes effect" one_of_two_wins
point "the policy in force is the winner's" winner_is_in_force
point "commands that run at the same time lose no rule" two_clis
if [ "$(nproc)" -gt 1 ]; then
	req_load
	point "a write returns once no verdict by the old policy is under way" swap_waits
else
	skip "a write returns once no verdict by the old policy is under way" "one processor"
fi
point "the mode file accepts what it shows" mode_file
point "the files have their documented permissions" modes_of_files
finish
