#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Other module notifiers, at both ends of the chain, before and after ours: the denial
# holds, and each that saw the module coming also sees it going.
. "${0%/*}/lib/common.sh"

victim=$(test_module nfguard_victim)
notify=/sys/module/nfguard_notify/parameters
guard=(deny=nfguard_victim)

notify_load()
{
	insmod "$(test_module nfguard_notify)" || bail_out "nfguard_notify can't be loaded"
}

seen()
{
	(cd "$notify" && cat first_coming first_going last_coming last_going) | paste -sd' '
}

seen_begin()
{
	local file

	for file in first_coming first_going last_coming last_going; do
		echo 0 >"$notify/$file"
	done
}

# refused MESSAGE SEEN: insmod of the victim fails with MESSAGE.
refused()
{
	seen_begin
	exits 1 insmod "$victim"
	says "$1"
	not_live nfguard_victim
	equal "coming and going that the first and the last saw" "$2" "$(seen)"
}

admitted()
{
	seen_begin
	exits 0 insmod "$victim"
	is_live nfguard_victim
	rmmod nfguard_victim
	equal "coming and going that the first and the last saw" "1 1 1 1" "$(seen)"
}

# With equal priority, the notifier that registered first is called first.
ours_after()
{
	log_mark
	notify_load
	guard_load "${guard[@]}"
	refused "Operation not permitted" "1 1 0 0"
	logged 'deny load name=nfguard_victim '
}

ours_gone()
{
	guard_unload
	admitted
	rmmod nfguard_notify
}

ours_before()
{
	log_mark
	guard_load "${guard[@]}"
	notify_load
	refused "Operation not permitted" "0 0 0 0"
	logged 'deny load name=nfguard_victim '
}

allowed_again()
{
	put_policy "default allow"
	admitted
}

# A notifier fails after ours has allowed the load: the load gate has counted one load,
# and no more.
last_fails()
{
	echo 2 >"$notify/fail"
	counters_mark
	refused "No space left on device" "1 1 0 0"
	equal "loads allowed" 1 "$(rise load_allowed)"
	equal "loads denied" 0 "$(rise load_denied)"
	put_policy "default allow" "rule deny nfguard_victim" \
		"name deny any nfguard_victim"
	refused "Operation not permitted" "0 0 0 0"
	echo 0 >"$notify/fail"
	rmmod nfguard_notify
}

# A notifier fails before ours is called.
first_fails()
{
	guard_unload
	notify_load
	guard_load "${guard[@]}"
	echo 1 >"$notify/fail"
	counters_mark
	refused "No space left on device" "0 0 0 0"
	equal "loads denied" 0 "$(rise load_denied)"
	echo 0 >"$notify/fail"
	refused "Operation not permitted" "1 1 0 0"
	equal "loads denied" 1 "$(rise load_denied)"
	rmmod nfguard_notify
}

# It may be in the list while the gate decides, but never as live.
try_victim()
{
	while [ ! -e "$scratch/stop" ]; do
		insmod "$victim" 2>/dev/null && echo "was inserted" >>"$scratch/wrong"
		grep '^nfguard_victim .* Live ' /proc/modules >>"$scratch/wrong"
	done
}

# Many at once, while the other notifiers come and go.
churned()
{
	local i times=8 pids=()

	counters_mark
	: >"$scratch/wrong"
	for i in 1 2; do
		(trap - ERR; try_victim) &
		pids+=($!)
	done
	for ((i = 0; i < times; i++)); do
		notify_load
		rmmod nfguard_notify
	done
	: >"$scratch/stop"
	wait "${pids[@]}" || true
	equal "loads that got through" "" "$(cat "$scratch/wrong")"
	at_least "loads denied" "$times" "$(rise load_denied)"
	equal "loads allowed, all of them of nfguard_notify" "$times" "$(rise load_allowed)"
}

plan 7
point "a notifier before ours sees a denied module coming and going" ours_after
point "without ours, both see the module coming and going" ours_gone
point "a notifier after ours does not see a denied module" ours_before
point "an allowed module they both see coming and going" allowed_again
point "the denial holds when a notifier after ours fails" last_fails
point "the denial holds when a notifier before ours fails" first_fails
point "the denial holds while notifiers come and go" churned
finish
