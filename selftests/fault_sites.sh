#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Memory runs out at each allocation in turn: of the module's initialisation, and of each
# read and write of each file. Each fails with an error or does without, nothing is left
# half done, and nothing leaks. The sites are named, as the kernel's log has their call
# chains.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/faults.sh"

# answers WHAT ARG...: what each run of nth got, in $scratch/answers; its sites are noted.
answers()
{
	local chains

	dmesg -C
	nth "$@" >"$scratch/answers"
	equal "$*: answers but ok, ENOMEM and, of a gate that is not armed, ENODEV" "" \
		"$(grep -vE '^(end )?[0-9]+ (ok|ENOMEM|ENODEV)$' "$scratch/answers" || true)"
	equal "$*: what it gets when nothing fails" ok \
		"$(sed -n 's/^end [0-9]* //p' "$scratch/answers" | sort -u)"
	chains=$(dmesg --notime | chains)
	note "$*: $(grep -c ENOMEM "$scratch/answers") of $(wc -l <"$scratch/answers") runs failed"
	[ -z "$chains" ] || note "$chains"
	printf '%s' "$chains${chains:+$'\n'}" >>"$scratch/chains"
}

# The call chains of stdin's failures that nfguard is in: its functions, innermost first.
chains()
{
	awk '
		function told() {
			if (chain != "" && !seen[chain]++)
				print "  " chain
			chain = ""
		}
		/FAULT_INJECTION: forcing a failure/ { told(); inside = 1; next }
		/<\/TASK>/ { told(); inside = 0 }
		inside && $1 != "?" && /\[nfguard\]/ {
			sub(/\+.*/, "", $1)
			chain = chain (chain == "" ? "" : " < ") $1
		}
		END { told() }'
}

# allocations PARAMETER: of loading the module.
allocations()
{
	nth load "$nfguard" "$1" 0 | sed -n 's/^end \([0-9]*\) .*/\1/p'
}

# What the module itself allocates is what it takes more than where it does nothing.
# strict=1: without it a gate that finds no memory is told as degraded, and the watch arms
# it later.
loads_or_not()
{
	local own

	guard_unload
	own=$(($(allocations "$1") - $(allocations off=1)))
	at_least "allocations of its own" 20 "$own"
	answers load "$nfguard" "$1" $((own + 20))
	at_least "runs that failed" 10 "$(grep -c ENOMEM "$scratch/answers")"
	not_live nfguard
	[ ! -e "$proc" ] || fail "$proc is there without the module"
	guard_load
}

each_read()
{
	local file

	put_policy "default allow" "rule deny nfguard_a" "name deny any nfguard_a"
	for file in "$proc"/* "$debugfs"/*; do
		# Its readers wait for events that come.
		[ "${file##*/}" != events_pipe ] || continue
		[ ! -r "$file" ] || answers read "$file"
	done
	equal "the rules in force" 1 "$(status rules)"
}

each_write()
{
	local file was

	for file in mode record; do
		was=$(cat "$proc/$file")
		answers write "$proc/$file" "$was"
		equal "$file" "$was" "$(cat "$proc/$file")"
	done
}

# With one that waits to be told, reading the events formats it and makes room for it.
an_event()
{
	gets "$eperm_is" nfguard_a
	answers read "$debugfs/events"
	at_least "events of it" 1 "$(grep -c ' name=nfguard_a ' "$debugfs/events")"
	equal "events lost" 0 "$(counter events_lost)"
}

has_sites()
{
	sort -u "$scratch/chains" >"$scratch/sites"
	at_least "sites in nfguard" 10 "$(wc -l <"$scratch/sites")"
}

plan 8
faults_begin 2
nfguard=$(module_file nfguard)
req_load
: >"$scratch/chains"
guard_load
leaks_mark
point "each allocation of loading fails, and the module is loaded or not" loads_or_not ""
point "likewise with strict=1" loads_or_not strict=1
point "each allocation of reading each file fails" each_read
point "each allocation of writing the mode and the record fails" each_write
point "an event is told, whichever allocation of its reader fails" an_event
point "the log names the sites" has_sites
leaks
finish
