#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel matches patterns with glob_match(), modprobe and the command with
# fnmatch(3). They agree on every pattern of modules.alias against every alias, of all
# trees that are there: a debug kernel's own has hardly any.
. "${0%/*}/lib/common.sh"

# Prints the aliases, normalised as in the kernel, but not inside a pattern's brackets.
aliases()
{
	awk '/^alias/ {
		rest = $2
		out = ""
		while ((at = index(rest, "["))) {
			head = substr(rest, 1, at - 1)
			gsub(/-/, "_", head)
			end = index(rest, "]")
			out = out head substr(rest, at, end - at + 1)
			rest = substr(rest, end + 1)
		}
		gsub(/-/, "_", rest)
		print out rest
	}' /lib/modules/*/modules.alias | sort -u
}

# Prints the aliases, and names that match the patterns among them: taken as names,
# patterns match hardly anything.
names()
{
	aliases
	aliases | sed 's/\[\([^]]\)[^]]*\]/\1/g; s/\*/x0/g; s/?/y/g'
	aliases | sed 's/\[[^]]*\([^]]\)\]/\1/g; s/\*//g; s/?/z/g'
	# These do not occur in aliases, but can in rules.
	printf '%s\n' 'a[!b-d]*' 'ax' 'abz' '[a-c][!x]?' 'cy1' '*' '**' 'x*' 'x'
}

agree()
{
	local patterns matches

	names | sort -u >"$scratch/names"
	globs "$scratch/names" >"$scratch/out" || fail "they differ"
	note "$(tail -n 5 "$scratch/out")"
	# All of them, however many aliases a kernel has, and names made of each pattern.
	patterns=$(grep -c '[*?[]' "$scratch/names")
	matches=$(sed -nE "s/^$patterns patterns, $(wc -l <"$scratch/names") names, ([0-9]+) matches, 0 differences\$/\1/p" \
		"$scratch/out")
	at_least "patterns" 100 "$patterns"
	at_least "matches" "$patterns" "${matches:-0}"
}

insmod "$(test_module nfguard_glob)" || bail_out "nfguard_glob can't be loaded"
undo rmmod nfguard_glob
plan 1
point "glob_match and fnmatch agree on all patterns and names" agree
finish
