#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is not denied is let through: every alias in the kernel's module index that is
# outside the closure gets past the gate, and those of net, fs and crypto load the same
# modules as without the guard.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/closure.sh"

# aliases_beyond REGEX: prints the names and aliases of the modules outside the closure
# whose file matches; for a pattern, a name that matches it. Aliases of modprobe.d are
# left out: they come first, and lead elsewhere.
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
	deny_all
	counters_mark
	all_get "$enoent_is" < <(aliases_beyond .)
	at_least "aliases outside the closure" 100 "$asked"
	equal "requests allowed" "$asked" "$(rise request_allowed)"
	equal "requests denied" 0 "$(rise request_denied)"
	note "$asked aliases outside the closure were let through"
}

deny_all()
{
	# Exit status 3 if a part of it is built in.
	nfguard deny @netfilter >"$scratch/out" 2>&1 || [ $? = 3 ]
}

# Without symbols, which would load hundreds of modules.
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

# Guarded first: whatever loads only without the guard then comes on top.
same_modules()
{
	local guarded unguarded

	aliases_beyond '^kernel/(net|fs|crypto)/' >"$scratch/names"
	command -v modprobe >/proc/sys/kernel/modprobe
	guarded=$(load_all)
	guard_unload
	unguarded=$(load_all)
	at_least "modules" 50 "$(echo "$guarded" | wc -l)"
	equal "live modules" "$unguarded" "$(echo "$guarded" | grep -vx nfguard)"
	note "$(echo "$unguarded" | wc -l) modules are live with the guard and without"
}

closure_of /netfilter/ >"$closure"
plan 2
guard_load
req_load
point "every alias outside the closure gets past the gate" all_allowed
point "aliases of net, fs and crypto load the same modules as without the guard" same_modules
finish
