#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Memory that runs out at each allocation of a policy write, in turn: the write
# gets ENOMEM and the old policy stays, or the kernel found other memory and the
# new one is whole. Nothing leaks.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

[ -e /proc/self/fail-nth ] ||
	skip_all "this kernel has no fault injection (CONFIG_FAULT_INJECTION)"

kmemleak=/sys/kernel/debug/kmemleak
# Rules that each write has anew, so that each has counters to allocate.
policy=("default allow" "rule deny nfguard_a @TOKEN@" "name deny any nfguard_a"
	"rule deny nfguard_b @TOKEN@" "pattern deny unprivileged nfguard_b*"
	"name allow unprivileged nfguard_b")

# Those that may sleep fail too, and those of whole pages.
faults_begin()
{
	local dir

	for dir in failslab fail_page_alloc; do
		dir=/sys/kernel/debug/$dir
		[ -e $dir ] || bail_out "no $dir"
		change $dir/ignore-gfp-wait N
		change $dir/verbose 0
		[ ! -e $dir/ignore-gfp-highmem ] || change $dir/ignore-gfp-highmem N
		[ ! -e $dir/min-order ] || change $dir/min-order 0
	done
}

refusals()
{
	grep -c ' ENOMEM$' "$scratch/answers"
}

# How many allocations lie before one of ours depends on what the slabs have left,
# so that one round passes over some.
each_fails()
{
	local i rounds=3

	put_policy "default deny" "rule allow nfguard_old" "name allow any nfguard_old"
	counters_mark
	for ((i = 0; i < rounds; i++)); do
		policy_template "${policy[@]}" | rewrite -f "$proc/policy" "$proc/status"
	done >"$scratch/answers"
	note "$(paste -sd, "$scratch/answers")"
	equal "answers but ok and ENOMEM" "" \
		"$(grep -vE '^(end )?[0-9]+ (ok|ENOMEM)$' "$scratch/answers" || true)"
	equal "writes in which nothing failed" "$rounds" \
		"$(grep -c '^end [0-9]* ok$' "$scratch/answers")"
	at_least "writes that got ENOMEM" $((4 * rounds)) "$(refusals)"
}

counted()
{
	equal "policies that took force" "$(grep -c ' ok$' "$scratch/answers")" \
		"$(rise policy_swaps)"
	equal "writes refused" "$(refusals)" "$(rise writes_refused)"
	equal "the rules in force" 2 "$(status rules)"
}

# It takes an object for leaked once it is five seconds old, and two scans have
# found nothing that points to it.
scanned()
{
	echo scan >"$kmemleak"
	[ "$SECONDS" -ge "$scan_end" ]
}

no_leak()
{
	scan_end=$((SECONDS + 7))
	wait_for 60 scanned
	echo scan >"$kmemleak"
	equal "what kmemleak found" "" "$(cat "$kmemleak")"
}

unloads()
{
	guard_unload
	no_leak
}

plan 4
faults_begin
guard_load
[ ! -e $kmemleak ] || echo clear >$kmemleak
point "each allocation of a write fails, and the old policy stays" each_fails
point "the counters know of each" counted
if [ -e $kmemleak ]; then
	point "nothing leaks" no_leak
	point "nothing is left once nfguard is gone" unloads
else
	skip "nothing leaks" "this kernel has no kmemleak"
	skip "nothing is left once nfguard is gone" "this kernel has no kmemleak"
fi
finish
