# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The points of a test, printed as KTAP: plan, point, skip, finish.

points_planned=0
points_run=0
points_failed=0
points_skipped=0
failures=0

note()
{
	local text="$*"

	printf '# %s\n' "${text//$'\n'/$'\n'# }" >&3
}

# fail WHAT: fails the current point, which goes on and may find more.
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

# skip DESCRIPTION REASON: only for what this kernel really lacks.
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

# The test can't go on: whatever came after this would prove nothing.
bail_out()
{
	echo "Bail out! $*"
	exit 1
}

finish()
{
	echo "# Totals: pass:$((points_run - points_failed - points_skipped)) fail:$points_failed xfail:0 xpass:0 skip:$points_skipped error:0"
	[ "$points_run" -eq "$points_planned" ] ||
		bail_out "ran $points_run points, planned $points_planned"
	[ "$points_failed" -eq 0 ] || exit 1
	[ "$points_skipped" -lt "$points_run" ] || exit 4
	exit 0
}
