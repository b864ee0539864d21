#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The history of changes, taking one back, and watching denials on a terminal: what they
# say and what the kernel then does.
. "${0%/*}/lib/common.sh"

module=$(test_module nfguard_victim)

each_change_is_recorded()
{
	mkdir -p "$NFGUARD_ROOT/var/lib"
	exits 0 nfguard deny nfguard_victim --force
	exits 0 nfguard mode permissive
	exits 0 nfguard mode enforcing
	exits 0 nfguard history
	equal "changes" 4 "$(wc -l <"$scratch/out")"
	says "^3 .* nfguard mode enforcing +permissive -> enforcing$"
	says "^1 .* nfguard deny nfguard_victim --force +\+deny nfguard_victim$"
	refuses insmod "$module"
}

# First the mode and back, then the rule.
undone()
{
	local generation

	exits 0 nfguard undo
	equal "mode" permissive "$(status mode)"
	exits 0 nfguard undo
	equal "mode" enforcing "$(status mode)"
	generation=$(status generation)
	log_mark
	exits 0 nfguard undo 1
	says "/50-nfguard.conf removed, generation $generation -> $((generation + 1))$"
	equal "changes of the policy in the log" 1 "$(log_count '^nfguard: policy ')"
	insmod "$module"
	is_live nfguard_victim
	rmmod nfguard_victim
}

undone_again()
{
	exits 0 nfguard undo
	refuses insmod "$module"
	exits 0 nfguard history
	says "^7 .* nfguard undo +\+deny nfguard_victim$"
}

# What --runtime chose is over, and nobody typed anything.
boot_is_recorded()
{
	exits 0 nfguard mode --runtime permissive
	guard_unload
	rm -rf "$NFGUARD_ROOT/run/nfguard"
	exits 0 nfguard boot
	equal "mode" enforcing "$(status mode)"
	exits 0 nfguard history
	says "^9 .* nfguard boot +permissive -> enforcing$"
	exits 0 nfguard boot
	exits 0 nfguard history
	says_not "^10 "
}

# As it is on a terminal of 100 columns. It ends when its input says q.
begin_top()
{
	mkfifo "$scratch/keys"
	exec 6<>"$scratch/keys"
	TERM=xterm SHELL=/bin/sh script -qefc \
		"stty cols 100 rows 30; nfguard top" /dev/null \
		<&6 >"$scratch/screen" 2>&1 6>&- &
	top_pid=$!
}

# screen_has REGEX: it was drawn; sequences that move the cursor count as a blank.
screen_has()
{
	sed 's/\x1b\[[0-9;?]*[a-zA-Z]/ /g; s/\x1b[()][A-Z0-9]//g' "$scratch/screen" |
		grep -Eq -- "$1"
}

drawn()
{
	wait_for screen_has "$1" || {
		fail "top never showed: $1"
		note "$(sed 's/\x1b/^/g' "$scratch/screen")"
	}
}

top_is_live()
{
	local status=0

	begin_top
	drawn 'q quit'
	drawn 'deny nfguard_victim'
	refuses insmod "$module"
	# The newest event, below the rows.
	drawn 'load +nfguard_victim +.*insmod'
	printf q >&6
	wait "$top_pid" || status=$?
	exec 6>&-
	equal "its exit status" 0 "$status"
	# Nobody follows any more: the module can be removed.
	guard_unload
}

plan 5
guard_load
point "history has each change of policy and mode" each_change_is_recorded
point "undo takes back the last, and one of many, in the kernel too" undone
point "an undo can be undone" undone_again
point "a mode that ended with the boot is in the history" boot_is_recorded
point "top shows a denial when it happens, and lets go of the guard" top_is_live
finish
