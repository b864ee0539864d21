# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The power goes at a point of --confirm, which the kernel's command line names. What
# was not confirmed is as it was after the next boot, what was confirmed is kept.
. "$here/carriers_lib.sh"

point=$(sed -n 's/.*nfguard_point=\([a-z_]*\).*/\1/p' /proc/cmdline)
notes=/root/confirm
try=/etc/nfguard.d/20-try.conf

# All that has to be as it was.
snapshot()
{
	grep ^mode /proc/nfguard/status
	grep '^rule' /proc/nfguard/policy
	tail -n +2 "$stored"
	find /etc/nfguard.d -maxdepth 1 -name '*.conf' -o -name mode | sort | xargs grep -H .
}

# begin COMMAND...: with --confirm. What it says is in $said, "yes" goes to descriptor 9.
begin()
{
	rm -f /run/answer
	mkfifo /run/answer
	"$@" </run/answer >$said 2>&1 &
	command=$!
	exec 9>/run/answer
}
said=/run/said

# asked COMMAND...: the command has changed what is in force, and waits for an answer.
asked()
{
	begin "$@"
	check "$point: it asks" wait_for 30 grep -q 'type yes' $said
}

answer_yes()
{
	echo yes >&9
	wait "$command" || true
	echo "# $(tr '\n' ' ' <$said)"
}

expect()
{
	echo "$1" >$notes/expect
	sync $notes/expect
}

edit()
{
	echo 'deny dummy' >$try
	sync
}

# The rollback is armed, the command waits for the policy files.
point_armed()
{
	edit
	exec 8>>/run/nfguard/lock
	flock 8
	begin nfguard apply --confirm 60 8>&-
	check "$point: it waits" wait_for 30 grep -q -- '-> FLOCK' /proc/locks
}

point_swapped()
{
	edit
	begin nfguard apply --confirm 60
	check "$point: the policy is in force" wait_for 30 policy_has 'deny dummy'
}

point_asked()
{
	edit
	asked nfguard apply --confirm 60
}

# Whichever it is, all of it is the same.
point_answered()
{
	edit
	expect either
	asked nfguard apply --confirm 60
	echo yes >&9
}

point_kept()
{
	edit
	expect 'deny dummy'
	asked nfguard apply --confirm 60
	answer_yes
}

point_timed_out()
{
	edit
	asked nfguard apply --confirm 2
	check "$point: it goes back" wait_for 30 fails policy_has 'deny dummy'
}

point_killed()
{
	edit
	asked nfguard apply --confirm 60
	kill -KILL "$command"
}

point_killed_and_timed_out()
{
	edit
	asked nfguard apply --confirm 4
	kill -KILL "$command"
	check "$point: it goes back" wait_for 30 fails policy_has 'deny dummy'
}

point_deny_asked()
{
	asked nfguard deny --confirm 60 dummy
}

point_deny_kept()
{
	expect 'deny dummy'
	asked nfguard deny --confirm 60 dummy
	answer_yes
}

point_mode_asked()
{
	asked nfguard mode --confirm 60 permissive
	check "$point: permissive" status_has mode permissive
}

point_mode_kept()
{
	expect 'mode permissive'
	asked nfguard mode --confirm 60 permissive
	answer_yes
}

as_before()
{
	diff $notes/before <(snapshot)
}

consistent()
{
	nfguard status >/dev/null || return
	if policy_has 'deny dummy' >/dev/null; then
		[ -e $try ] && grep -qx 'rule deny dummy' "$stored"
	else
		as_before
	fi
}

# What the cut left.
verify()
{
	local was expect

	was=$(cat $notes/point)
	expect=$(cat $notes/expect)
	check "$was: armed, as the files say" exits 0 nfguard status
	case $expect in
	before) check "$was: all is as before" as_before ;;
	either) check "$was: all of it or nothing" consistent ;;
	mode*) check "$was: $expect" status_has "mode" permissive ;;
	*)
		check "$was: $expect is in force" policy_has "$expect"
		check "$was: and stored" grep -qx "rule $expect" "$stored"
		check "$was: and in a file" grep -qrx --include='*.conf' "$expect" /etc/nfguard.d
		;;
	esac
}

# As at the beginning, whatever that left.
reset()
{
	rm -f $try $try.unconfirmed
	nfguard remove dummy
	nfguard apply
	nfguard mode enforcing
	sync
}

# The image is not what is tested here.
systemctl stop nfguard-initramfs.path
mkdir -p $notes
if [ -e $notes/point ]; then
	verify
	reset >/dev/null 2>&1
fi
if [ -n "$point" ]; then
	snapshot >$notes/before
	echo "$point" >$notes/point
	echo before >$notes/expect
	sync
	"point_$point"
	echo "# at $point"
	exec sleep infinity
fi
