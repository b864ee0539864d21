#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module can be removed while its files in /proc are open, or held by O_PATH, and
# loaded again.
. "${0%/*}/lib/common.sh"

cycles=20

# hold NAME COMMAND...: runs reopen in the background. COMMAND must not be a function:
# its pid would be that of a shell.
hold()
{
	local said=$scratch/holder.$1

	shift
	"$@" >"$said" 2>&1 &
	holders+=($!)
	wait_for grep -qs '^ready$' "$said" || bail_out "$*: $(cat "$said")"
}

# let_go NAME ERRNO: reopening a file failed with ERRNO in the end.
let_go()
{
	grep -Eq "^reopened [1-9][0-9]*, then $2\$" "$scratch/holder.$1" ||
		fail "$1: $(cat "$scratch/holder.$1")"
}

stop_holders()
{
	kill "${holders[@]}"
	wait "${holders[@]}"
	holders=()
}
holders=()

open_files()
{
	local fd

	guard_load
	# shellcheck disable=SC2094
	exec 5<"$proc/policy" 6<"$proc/mode" 7<"$proc/lock" 8<"$proc/status" \
		9>"$proc/policy"
	head -c 5 <&5 >/dev/null
	exits 0 rmmod nfguard
	not_live nfguard
	[ ! -e "$proc" ]
	[ ! -e "$debugfs" ]
	for fd in 5 6 7 8; do
		refuses cat <&"$fd"
	done
	equal "write" "write EIO" "$(write_once -f 9 <<<x)"
	exec 5<&- 6<&- 7<&- 8<&- 9>&-
}

# An open file in debugfs holds its module, which is the kernel's doing.
open_debugfs()
{
	guard_load
	exec 5<"$debugfs/counters"
	exits 1 rmmod nfguard
	says "in use"
	exec 5<&-
	exits 0 rmmod nfguard
}

path_descriptors()
{
	guard_load
	hold root reopen "$proc"/{policy,mode,lock,status}
	hold nobody "${nobody[@]}" "$(command -v reopen)" "$proc"/{mode,lock,status}
	exits 0 rmmod nfguard
	not_live nfguard
	stop_holders
	let_go root ENOENT
	let_go nobody ENOENT
}

# In debugfs they are held only by O_PATH, or rmmod would wait for them.
path_descriptors_of_debugfs()
{
	guard_load
	hold debugfs reopen -p "$debugfs"/{counters,rules}
	wait_for rmmod nfguard 2>/dev/null
	not_live nfguard
	stop_holders
	let_go debugfs ENOENT
}

# A file of the removed module must not lead to the module loaded next.
loaded_again()
{
	guard_load
	hold root reopen "$proc"/{policy,mode,lock,status}
	hold nobody "${nobody[@]}" "$(command -v reopen)" "$proc"/{mode,lock,status}
	rmmod nfguard
	guard_load
	equal "state" guarding "$(status state)"
	stop_holders
	let_go root ENOENT
	let_go nobody ENOENT
}

many_times()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		rmmod nfguard
		modprobe nfguard "deny=nf_conntrack,nft_*"
		[ "$(status state)" = guarding ] || fail "cycle $i: $(cat "$proc/status")"
	done
	refuses modprobe nf_conntrack
	not_live nf_conntrack
}

new_token_each_time()
{
	local before

	before=$(status token)
	rmmod nfguard
	guard_load
	[ "$(status token)" != "$before" ] || fail "the same token: $before"
}

nothing_guarded_after()
{
	rmmod nfguard
	modprobe nf_conntrack
	is_live nf_conntrack
	unload_netfilter
}

# A probe that was removed must be gone from the kernel's list, too.
no_probe_left()
{
	local left

	left=$(grep -c __request_module /sys/kernel/debug/kprobes/list) || true
	equal "kprobes" 0 "$left"
	# Without function tracing there is no such file.
	[ -e /sys/kernel/tracing/enabled_functions ] || return 0
	left=$(grep -c . /sys/kernel/tracing/enabled_functions) || true
	equal "functions that ftrace traces" 0 "$left"
}

# kmemleak reports an object that is some seconds old, at the second scan.
no_leak()
{
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	equal "leaks" "" "$(cat /sys/kernel/debug/kmemleak)"
}

plan 10
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
point "it is removed while each of its files in /proc is open" open_files
point "it can't be removed while a file in debugfs is open" open_debugfs
point "it is removed while root and nobody hold the files in /proc by O_PATH" \
	path_descriptors
point "it is removed while files in debugfs are held by O_PATH" path_descriptors_of_debugfs
point "old descriptors do not reach the module loaded next" loaded_again
point "it is removed and loaded $cycles times" many_times
point "each load has a token of its own" new_token_each_time
point "once it is removed, nothing is guarded" nothing_guarded_after
point "no probe and no traced function are left behind" no_probe_left
if [ -w /sys/kernel/debug/kmemleak ]; then
	point "nothing leaked" no_leak
else
	skip "nothing leaked" "this kernel has no kmemleak"
fi
finish
