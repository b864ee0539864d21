# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh assigns them
# What the tests of failing allocations share. Skips all where the kernel can't do that.
# Needs common.sh.

[ -e /proc/self/fail-nth ] ||
	skip_all "this kernel has no fault injection (CONFIG_FAULT_INJECTION)"

kmemleak=/sys/kernel/debug/kmemleak

# faults_begin VERBOSE: allocations that may sleep fail too, and those of whole pages;
# VERBOSE 2: the kernel's log has the call chain of each.
faults_begin()
{
	local dir

	for dir in failslab fail_page_alloc; do
		dir=/sys/kernel/debug/$dir
		[ -e $dir ] || bail_out "no $dir"
		change $dir/ignore-gfp-wait N
		change $dir/verbose "$1"
		change $dir/verbose_ratelimit_interval_ms 0
		[ ! -e $dir/ignore-gfp-highmem ] || change $dir/ignore-gfp-highmem N
		[ ! -e $dir/min-order ] || change $dir/min-order 0
	done
}

# To kmemleak an object is leaked if it is five seconds old and two scans found no
# pointer to it.
scanned()
{
	echo scan >"$kmemleak"
	[ "$SECONDS" -ge "$scan_end" ]
}

no_leak()
{
	scan_end=$((SECONDS + 7))
	wait_for scanned
	echo scan >"$kmemleak"
	equal "what kmemleak found" "" "$(cat "$kmemleak")"
}

unloads()
{
	guard_unload
	no_leak
}

# The last two points of such a test, whose allocations came after leaks_mark.
leaks_mark()
{
	[ ! -e $kmemleak ] || echo clear >$kmemleak
}

leaks()
{
	if [ -e $kmemleak ]; then
		point "nothing leaks" no_leak
		point "nothing is left behind by rmmod nfguard" unloads
	else
		skip "nothing leaks" "this kernel has no kmemleak"
		skip "nothing is left behind by rmmod nfguard" "this kernel has no kmemleak"
	fi
}
