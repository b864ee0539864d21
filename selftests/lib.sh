# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests share. A test is a bash script of this shape:
#
#	. "${0%/*}/lib.sh"
#	plan 2
#	guard_load
#	point "the guard is armed" armed
#	point "nothing is denied" denies_nothing
#	finish
#
# A point is a function. It fails if `fail` is called in it, or if a command in
# it fails whose status nobody looks at: a misspelt check can't pass. Whatever a
# test changes is undone when it ends, however it ends.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$here:$here/helpers:/usr/sbin:/sbin:$PATH
export LC_ALL=C

proc=/proc/nfguard
debugfs=/sys/kernel/debug/nfguard

set -uE
exec 3>&1	# diagnostics, also from within $(...)

# --- KTAP ---------------------------------------------------------------------

points_planned=0
points_run=0
points_failed=0
points_skipped=0
failures=0

note()
{
	printf '%s\n' "$*" | sed 's/^/# /' >&3
}

# fail WHAT: the point under way fails, and goes on to find what else does.
fail()
{
	failures=$((failures + 1))
	note "$@"
}

plan()
{
	points_planned=$1
	echo "TAP version 13"
	echo "1..$points_planned"
}

result()
{
	points_run=$((points_run + 1))
	echo "$1 $points_run $2"
}

# point DESCRIPTION FUNCTION [ARG...]
point()
{
	local description=$1

	shift
	failures=0
	trap 'fail "$0:$LINENO: $BASH_COMMAND: status $?"' ERR
	"$@"
	trap - ERR
	if [ "$failures" -eq 0 ]; then
		result ok "$description"
	else
		points_failed=$((points_failed + 1))
		result "not ok" "$description"
	fi
}

# skip DESCRIPTION REASON: only for what this kernel truly lacks.
skip()
{
	points_skipped=$((points_skipped + 1))
	result ok "$1 # SKIP $2"
}

skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

# The test can't even begin: nothing after this would mean anything.
bail_out()
{
	echo "Bail out! $*"
	exit 1
}

finish()
{
	echo "# Totals: pass:$((points_run - points_failed - points_skipped)) fail:$points_failed xfail:0 xpass:0 skip:$points_skipped error:0"
	[ "$points_run" -eq "$points_planned" ] ||
		bail_out "$points_run points were run, $points_planned planned"
	[ "$points_failed" -eq 0 ] || exit 1
	[ "$points_skipped" -lt "$points_run" ] || exit 4
	exit 0
}
