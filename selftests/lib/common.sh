# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR/..
# shellcheck disable=SC2034	# the tests and the rest of lib use them
# What the guest tests share. A test is a bash script of this shape:
#
#	. "${0%/*}/lib/common.sh"
#	plan 2
#	guard_load
#	point "the guard is armed" armed
#	point "nothing is denied" denies_nothing
#	finish
#
# A point is a function. It fails if it calls `fail`, or if a command in it fails
# whose status nothing checks: so a misspelt check can't pass. Whatever a test changes
# is undone when the test ends, however it ends.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$here:$here/helpers:/usr/sbin:/sbin:$PATH
export LC_ALL=C

proc=/proc/nfguard
debugfs=/sys/kernel/debug/nfguard

set -uE
exec 3>&1	# diagnostics, which may come from within $(...)

# The tests' policy files have a root of their own; the host's are left alone.
scratch=$(mktemp -d /tmp/nfguard-selftest.XXXXXX)
export NFGUARD_ROOT=$scratch/root
conf=$NFGUARD_ROOT/etc/nfguard.d/50-nfguard.conf
runtime_conf=$NFGUARD_ROOT/run/nfguard.d/00-runtime.conf

. "$here/lib/ktap.sh"
. "$here/lib/undo.sh"
. "$here/lib/checks.sh"
. "$here/lib/modules.sh"
. "$here/lib/clients.sh"
. "$here/lib/guard.sh"
. "$here/lib/log.sh"

# wait_for COMMAND...: until COMMAND succeeds. It fails after three minutes, which only a
# test that fails takes: a guest without KVM stands still for half a minute at times.
# Where a time is what the test is about: within=SECONDS wait_for COMMAND...
wait_for()
{
	local end=$((SECONDS + ${within:-180}))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# Leaves the machine as a test wants to find it.
clean_slate()
{
	guard_unload
	rm -rf "$NFGUARD_ROOT"
	mkdir -p "${conf%/*}" "${runtime_conf%/*}"
	! live nfguard_victim || rmmod nfguard_victim
	unload_netfilter
}

on_exit()
{
	local status=$?

	trap - ERR EXIT
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null
	undo_all
	locked || clean_slate
	rm -rf "$scratch"
	exit "$status"
}

[ "$(id -u)" = 0 ] || skip_all "not root"
has_module nfguard || bail_out "nfguard is not installed"
locked && bail_out "nfguard is locked until reboot: reboot first"
trap on_exit EXIT
clean_slate
