#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# nfguard is loaded and unloaded while tasks request modules, modules are inserted and
# removed, and its files are read and written. Requests get only the two right answers,
# and the kernel has nothing to complain about.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

seconds=20
rounds=0
guard=("deny=nfguard_counted,nfguard_victim")

# The denied module: it gets in only while the guard is not loaded.
churn_victim()
{
	local file

	file=$(test_module nfguard_victim)
	while :; do
		insmod "$file"
		rmmod nfguard_victim
	done
}

churn_allowed()
{
	local file

	file=$(test_module nfguard_notify)
	while :; do
		insmod "$file"
		rmmod nfguard_notify
	done
}

read_files()
{
	while :; do
		cat "$proc/status" "$proc/policy" "$proc/mode" "$debugfs/rules" \
			"$debugfs/counters"
	done
}

write_policies()
{
	while :; do
		policy_text "default allow" "rule deny nfguard_counted" \
			"name deny any nfguard_counted" \
			"pattern deny any nfguard_victi*" |
			write_once "$proc/policy"
	done
}

# In a process group of its own, so that what it started ends with it.
background()
{
	trap - ERR
	set -m
	"$@" >/dev/null 2>&1 &
	set +m
	undo kill -KILL -- "-$!"
}

# An open file in debugfs holds the module, and the readers have one open at times.
gone()
{
	rmmod nfguard 2>/dev/null
	! loaded
}

stressed()
{
	local end=$((SECONDS + seconds))

	# However slow the kernel is, it is loaded again at least once.
	while [ "$SECONDS" -lt "$end" ] || [ "$rounds" -lt 2 ]; do
		modprobe nfguard "${guard[@]}"
		gets "$eperm_is" nfguard-counted
		gets "$enoent_is" nfguard-free
		wait_for gone
		rounds=$((rounds + 1))
		gets "$enoent_is" nfguard-counted
	done
	note "$rounds times"
}

both_answers()
{
	echo stop >"$req"
	storm_got
	note "EPERM $eperm, ENOENT $enoent"
	at_least "EPERM that the tasks got" 1000 "$eperm"
	at_least "ENOENT that the tasks got" 1000 "$enoent"
	equal "other answers" 0 "$other"
}

background_ends()
{
	local i

	for ((i = ${#undo_list[@]} - 1; i >= before; i--)); do
		eval "${undo_list[i]}" 2>/dev/null || true
		unset "undo_list[i]"
	done
	{ wait; } 2>/dev/null
	! live nfguard_victim || rmmod nfguard_victim
	! live nfguard_notify || rmmod nfguard_notify
	guard_load
	equal "its state" guarding "$(status state)"
	guard_unload
}

plan 4
req_load
log_mark
echo "start 2 nfguard-counted nfguard-free" >"$req"
before=${#undo_list[@]}
for churn in churn_victim churn_allowed read_files write_policies; do
	background $churn
done
point "loaded and unloaded under load, it denies whenever it is loaded" stressed
point "each request got one of the two answers" both_answers
point "afterwards it loads and guards" background_ends
point "the kernel has nothing to complain about" no_complaint
finish
