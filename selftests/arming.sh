#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# arming.sh [nfguard|kprobe] [CYCLES]: a probe is armed and disarmed by loading and
# removing its module, again and again, while a task on each of two processors requests
# modules without a pause. With `kprobe` the module is nfguard_probe, which is nothing
# but a kprobe. scripts/check-arming runs it, and says which of the two fails where.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"

what=${1:-nfguard}
cycles=${2:-20}

arm()
{
	case $what in
	nfguard) guard_load deny=nfguard_counted ;;
	kprobe) insmod "$(test_module nfguard_probe)" ;;
	esac
}

disarm()
{
	case $what in
	nfguard) guard_unload ;;
	kprobe) rmmod nfguard_probe ;;
	esac
}

probe_gone()
{
	! live nfguard_probe || rmmod nfguard_probe
}

# The note of the last cycle is what check-arming counts by when the kernel dies.
cycled()
{
	local i

	for ((i = 1; i <= cycles; i++)); do
		arm
		gets "$eperm_is" nfguard-counted
		disarm
		gets "$enoent_is" nfguard-counted
		[ "$failures" -eq 0 ] || return 0
		note "cycle $i"
	done
}

both_answers()
{
	echo stop >"$req"
	storm_got
	note "EPERM $eperm, ENOENT $enoent"
	at_least "EPERM that the tasks got" 1 "$eperm"
	at_least "ENOENT that the tasks got" 1 "$enoent"
	equal "other answers" 0 "$other"
}

case $what in
nfguard | kprobe) ;;
*) bail_out "nothing is called '$what': nfguard or kprobe" ;;
esac
plan 3
req_load
log_mark
echo "start 2 nfguard-counted nfguard-free" >"$req"
undo probe_gone
point "$what is armed and disarmed under a storm of requests $cycles times" cycled
point "each request of the storm got one of the two answers" both_answers
point "the kernel has nothing to complain about" no_complaint
finish
