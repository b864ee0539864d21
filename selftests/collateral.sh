#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is not denied is let through: every alias that the kernel's module index
# has beyond the closure gets past the gate, and those of net, fs and crypto
# bring in the same modules as they do without the guard.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/closure.sh"

# aliases_beyond REGEX: all of those that a module beyond the closure has, whose
# file matches; for a pattern, a name that matches it. Those of modprobe.d are
# left out: they are asked first, and lead elsewhere.
aliases_beyond()
{
	awk -v regex="$1" '
		FILENAME ~ /closure$/ { denied[$1] = 1; next }
		FILENAME ~ /dep$/ {
			sub(/:.*/, "")
			path = $0
			sub(/.*\//, "")
			sub(/\.ko.*/, "")
			gsub(/-/, "_")
			if (path ~ regex && !($0 in denied)) {
				beyond[$0] = 1
				print
			}
			next
		}
		/^alias/ && ($3 in beyond) { print $2 }
	' "$closure" "$index/modules.dep" "$index/modules.alias" \
		"$index/modules.symbols" | as_requests | sort -u
}

all_allowed()
{
	local name n=0

	deny_all
	counters_mark
	while read -r name; do
		ask "$name"
		n=$((n + 1))
		[ "$answer" = "$enoent_is" ] ||
			fail "a request of $name got $answer"
	done < <(aliases_beyond .)
	at_least "aliases" 100 "$n"
	equal "requests allowed" "$n" "$(rise request_allowed)"
	equal "requests denied" 0 "$(rise request_denied)"
	note "$n aliases beyond the closure were let through"
}

deny_all()
{
	# Status 3 where a part of it is built in.
	nfguard deny @netfilter >"$scratch/out" 2>&1 || [ $? = 3 ]
}

# Only names that would not bring in hundreds: no symbols.
load_all()
{
	local name

	while read -r name; do
		case $name in
		symbol:*) ;;
		*) ask "$name" ;;
		esac
	done <"$scratch/names"
	live_names
}

# Guarded first: then what comes in without the guard only adds to it.
same_modules()
{
	local guarded unguarded

	aliases_beyond '^kernel/(net|fs|crypto)/' >"$scratch/names"
	command -v modprobe >/proc/sys/kernel/modprobe
	guarded=$(load_all)
	guard_unload
	unguarded=$(load_all)
	at_least "modules" 50 "$(echo "$guarded" | wc -l)"
	equal "what is live" "$unguarded" "$(echo "$guarded" | grep -vx nfguard)"
	note "$(echo "$unguarded" | wc -l) modules are live with the guard and without"
}

closure_of /netfilter/ >"$closure"
plan 2
guard_load
req_load
point "every alias beyond the closure gets past the gate" all_allowed
point "net, fs and crypto load as without the guard" same_modules
finish
