# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What nfguard writes to the kernel's log.

log_marks=0

# log_mark: the other functions look only at what comes after this.
log_mark()
{
	log_marks=$((log_marks + 1))
	echo "nfguard-selftest: $$ mark $log_marks" >/dev/kmsg
}

# log_read: fills the array `log`.
log_read()
{
	local -a all
	local i

	log=()
	mapfile -t all < <(dmesg --notime)
	for ((i = ${#all[@]} - 1; i >= 0; i--)); do
		case ${all[i]} in
		"nfguard-selftest: $$ mark $log_marks") return ;;
		"nfguard: "*) log=("${all[i]}" "${log[@]}") ;;
		esac
	done
	fail "the kernel's log has lost its mark"
}

# log_count REGEX
log_count()
{
	local line n=0

	log_read
	for line in "${log[@]}"; do
		[[ ! $line =~ $1 ]] || n=$((n + 1))
	done
	echo "$n"
}

# How many verdicts the events on stdin stand for: equal ones are one event.
verdicts()
{
	awk '{ n = 1 } match($0, / count=[0-9]+ first=/) { n = substr($0, RSTART + 7) + 0 }
		{ sum += n } END { print sum + 0 }'
}

# log_verdicts REGEX: how many verdicts the lines stand for that match.
log_verdicts()
{
	log_read
	printf '%s\n' "${log[@]}" | grep -E -- "$1" | verdicts
}

# log_has REGEX: leaves the lines in the array `log`.
log_has()
{
	local line

	log_read
	for line in "${log[@]}"; do
		[[ ! $line =~ $1 ]] || return 0
	done
	return 1
}

# logged REGEX: waits for it, since a verdict is logged a moment after it is made.
logged()
{
	wait_for log_has "$1" && return
	fail "not in the log: $1"
	note "${log[@]}"
}

# log_rate LINES SECONDS: no more than that many lines about verdicts in any time so long,
# from one loading of the module.
log_rate()
{
	local worst

	worst=$(dmesg | awk -v lines="$1" -v seconds="$2" '
		/\] nfguard: loaded / { n = 0 }
		$0 ~ /\] nfguard: (deny|would-deny|unenforced|unjudged|suppressed) / {
			sub(/^\[ */, ""); sub(/\].*/, "")
			at[++n] = $0 + 0
			if (n > lines && at[n] - at[n - lines] < seconds) {
				print at[n - lines] " to " at[n]; exit
			}
		}')
	[ -z "$worst" ] || fail "more than $1 lines in the log within $2 s: $worst"
}
