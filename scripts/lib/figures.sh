# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh assigns them
# What a bench measured, kept as JSON in .cache/bench/NAME.json. Needs common.sh.

# with_figures NAME UNIT COMMAND...: runs a command and keeps the figures in its output,
# which are lines "# WHAT N" or "# WHAT N UNIT".
with_figures()
{
	local name=$1 unit=$2 log=$cache/bench/$1.log to reader status=0

	shift 2
	mkdir -p "$cache/bench"
	# It is waited for below, so that the log is complete when it is read.
	exec {to}> >(exec tee "$log")
	reader=$!
	run "$@" >&"$to" || status=$?
	exec {to}>&-
	wait "$reader"
	awk -v unit="$unit" '
		BEGIN { printf "{\n\t\"unit\": \"%s\",\n\t\"figures\": {", unit }
		$1 == "#" {
			number = $NF == unit ? NF - 1 : NF
			if (number < 3 || $number !~ /^[0-9]+$/) next
			what = $2
			for (i = 3; i < number; i++) what = what " " $i
			printf "%s\n\t\t\"%s\": %d", comma, what, $number
			comma = ","
		}
		END { print "\n\t}\n}" }' "$log" >"$cache/bench/$name.json"
	return "$status"
}
