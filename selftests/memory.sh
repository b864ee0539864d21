#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What nfguard takes of the kernel's memory is what docs/PERFORMANCE.md promises. A policy
# is charged to the cgroup of who writes it.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/watch.sh"

# names COUNT: one rule's.
names()
{
	echo "rule deny nfguard_memory"
	seq -f "name deny any nfguard_memory_%05.0f" "$1"
}

# rules COUNT: each with a name.
rules()
{
	seq -f "nfguard_memory_%05.0f" "$1" | sed 's/.*/rule deny &\nname deny any &/'
}

charged()
{
	value "$group/memory.stat" kernel
}

# fits LEAST MOST
fits()
{
	[ "$(charged)" -ge "$1" ] && [ "$(charged)" -le "$2" ]
}

# takes BYTES LINE...: a policy of these lines takes no more than that, and no less than
# its text and 24 bytes a name. What is left of the program that wrote it goes soon, and
# the kernel sums up every two seconds.
takes()
{
	local least

	policy_text "default allow" "${@:2}" >"$scratch/policy"
	group=$cgroups/nfguard_memory_$1
	mkdir "$group"
	undo rmdir "$group"
	# shellcheck disable=SC2016
	equal "write of the policy" ok "$(bash -c '
		echo $$ >"$1/cgroup.procs"
		exec write_once "$2" <"$3"' bash "$group" "$proc/policy" "$scratch/policy")"
	least=$(($(stat -c %s "$scratch/policy") + 24 * $(grep -c ^name "$scratch/policy")))
	wait_for fits "$least" "$1" || fail "it takes $(charged) bytes, not $least to $1"
	note "$(charged) bytes"
}

of_a_module()
{
	local -a lines

	mapfile -t lines < <(names 387)
	takes $((60 << 10)) "${lines[@]}"
}

of_all_names()
{
	local -a lines

	mapfile -t lines < <(names 65536)
	takes 6000000 "${lines[@]}"
}

# A rule has its text, its last hit, and 8 bytes on each processor.
of_all_rules()
{
	local -a lines

	mapfile -t lines < <(rules 4096)
	takes $((4096 * (416 + 8 * $(getconf _NPROCESSORS_CONF)))) "${lines[@]}"
}

# With the slots of events and of requests, which it has from the beginning.
of_the_module()
{
	local size

	size=$(cat /sys/module/nfguard/coresize)
	note "$size bytes"
	[ "$size" -le $((384 << 10)) ] || fail "it takes $size bytes"
}

[ ! -e /sys/kernel/debug/kmemleak ] || skip_all "a debug kernel takes more"
mount_cgroups
echo +memory >"$cgroups/cgroup.subtree_control" || bail_out "no memory controller"

plan 4
guard_load
point "387 names under one rule take 60 KiB at most" of_a_module
point "65,536 names take 6 MB at most" of_all_names
point "4,096 rules take 416 bytes each, and 8 on each processor" of_all_rules
point "the module takes 384 KiB at most" of_the_module
finish
