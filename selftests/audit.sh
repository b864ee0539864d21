#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An audit daemon that takes nothing: the guard goes on, events and log say what happens,
# the module can't be removed until the records are written, and none is lost in silence.
# (Audit itself loses some, and counts not all of them: what it can't keep for later goes to
# the kernel's log, if that takes it; kauditd_hold_skb(), 6.1. So what is given to audit
# counts here.)
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/watch.sh"

asked=0

# More than the backlog holds.
ask_many()
{
	echo "many 40 nfguard-stuck-$asked" >"$req"
	asked=$((asked + 40))
}

audit_stuck()
{
	pkill -STOP -x auditd
	undo audit_again
	printf -- '-m filling%05000d\n' {1..30} >"$scratch/filling"
	chmod 600 "$scratch/filling"
	wait_for socket_is_full || bail_out "auditd's socket does not fill"
	auditctl -b 1 >/dev/null
}

# What auditd has not read grows no more. (Audit's backlog would not show it: kauditd tries
# the first record for a tenth of a second, and then keeps them all for later;
# kauditd_send_queue(), 6.1.)
socket_is_full()
{
	local before

	before=$(unread)
	auditctl -R "$scratch/filling" >/dev/null
	[ "$before" -gt 0 ] && [ "$(unread)" = "$before" ]
}

# Bytes in the socket of auditd; its protocol is NETLINK_AUDIT, 9.
unread()
{
	awk -v pid="$(pgrep -x auditd)" '$2 == 9 && $3 == pid { print $5 }' /proc/net/netlink
}

audit_again()
{
	auditctl -b 8192 >/dev/null
	pkill -CONT -x auditd
}

# What holds the module; the second figure of its line.
users()
{
	sed -n 's/^nfguard [0-9]* \([0-9]*\) .*/\1/p' /proc/modules
}

held()
{
	[ "$(users)" -gt 0 ]
}

free()
{
	[ "$(users)" = 0 ]
}

tracing=/sys/kernel/tracing
event=$tracing/events/nfguard_test/record

# What audit takes of nfguard's work item: nobody else asks it from one.
count_records()
{
	mountpoint -q "$tracing" || mount -t tracefs none "$tracing"
	# shellcheck disable=SC2016
	echo 'r:nfguard_test/record audit_log_start buffer=$retval:u64' >>"$tracing/kprobe_events"
	undo count_no_more
	echo 'buffer != 0 && comm ~ "kworker*"' >"$event/filter"
	echo 1 >"$event/enable"
}

count_no_more()
{
	echo 0 >"$event/enable"
	echo '-:nfguard_test/record' >>"$tracing/kprobe_events"
}

records()
{
	grep -c ' record: (.*audit_log_start' "$tracing/trace"
}

# in_event_and_log NAME
in_event_and_log()
{
	events_since | grep -q " name=$1 " && log_has_text " name=$1 "
}

not_removed()
{
	put_policy "default allow" "rule deny nfguard-stuck*" "pattern deny any nfguard-stuck*"
	mark
	log_mark
	counters_mark
	audit_stuck
	count_records
	ask_many
	wait_for held || fail "nothing waits for audit"
	exits 1 timeout 20 rmmod nfguard
	says "in use"
	held || fail "the record was written all the same"
	is_live nfguard
}

# Audit gets on all the same, if slowly, and after a long wait it gets no records for a
# while: so it may take some more.
told_while_held()
{
	local name=nfguard-stuck-late-$asked

	held || ask_many
	gets "$eperm_is" "$name"
	asked=$((asked + 1))
	wait_for in_event_and_log "$name" && held
}

nothing_waits()
{
	wait_for told_while_held || fail "a denial is not told while audit is stuck"
	equal "requests denied" "$asked" "$(rise request_denied)"
}

none_in_silence()
{
	audit_again
	wait_for free || fail "the module is still held"
	equal "records, and verdicts counted as suppressed" "$asked" \
		$(($(records) + $(rise audit_suppressed)))
	gets "$eperm_is" nfguard-stuck-again
	wait_for in_audit_log ' name="nfguard-stuck-again" ' || fail "no record any more"
	exits 0 rmmod nfguard
}

plan 3
guard_load
req_load
audit_begin
point "while audit takes nothing, the module is not removed: in use" not_removed
point "denials go on, and are told by events and log" nothing_waits
point "each verdict is given to audit, or counted as suppressed" none_in_silence
finish
