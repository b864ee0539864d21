# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154	# the tests and common.sh have them
# What tests do with the helper module nfguard_req, which requests modules from within
# the kernel, and what the stress tests share. Needs common.sh.

req=/proc/nfguard_req

# With an empty modprobe path an allowed request gets ENOENT and starts nothing, but it
# passes the gate like any other.
req_load()
{
	insmod "$(test_module nfguard_req)" || bail_out "nfguard_req can't be loaded"
	undo rmmod nfguard_req
	change /proc/sys/kernel/modprobe ''
}

# ask NAME: requests it, and sets $answer.
ask()
{
	echo "ask $1" >"$req"
	read -r _ answer <"$req"
}

# gets ANSWER NAME: a request of NAME gets ANSWER.
gets()
{
	ask "$2"
	equal "the answer to a request of $2" "$1" "$answer"
}

# all_get ANSWER: each of the names that it reads gets ANSWER. Sets $asked, how many.
all_get()
{
	local -a batch

	asked=0
	# No name is longer than 55 bytes, and echo writes 1,024 at once.
	while mapfile -t -n 16 batch && [ ${#batch[@]} -gt 0 ]; do
		echo "each $1 ${batch[*]}" >"$req" ||
			fail "a request got another answer: $(dmesg | grep ' got -\?[0-9]*$' | tail -n 1)"
		asked=$((asked + ${#batch[@]}))
	done
}

# storm_got: sets $eperm, $enoent and $other, as nfguard_req counted them.
storm_got()
{
	# shellcheck disable=SC2034
	{ read -r _ && read -r _ eperm enoent other; } <"$req"
}

# More events than the ring holds, some 3,000: of requests that are allowed, which the log
# does not slow down. None is equal to another, and an open of the file has those told that
# wait.
over_the_ring()
{
	local i=0

	echo all >"$proc/record"
	until [ "$(rise events_recorded)" -gt 6000 ]; do
		echo "many 30 nfguard-many-$((i++))" >"$req"
		: <"$debugfs/events"
	done
	echo denied >"$proc/record"
}

eperm_is=-1
enoent_is=-2

# policy_template LINE...: a policy for `rewrite`, which inserts the token.
policy_template()
{
	policy_text "$@" | sed '1s/token=[^ ]*/token=@TOKEN@/'
}

# --- complaints of the kernel -------------------------------------------------

# Prints those since the last log_mark.
complaints()
{
	dmesg --notime | sed "1,/^nfguard-selftest: $$ mark $log_marks\$/d" |
		grep -E 'WARNING|BUG|Oops|UBSAN|Failed to |blocked for more|stall'
}

no_complaint()
{
	local lines

	lines=$(complaints) || return 0
	fail "the kernel complains:"
	note "$lines"
}
