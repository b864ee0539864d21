# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154	# the tests and common.sh have them
# What the tests of the closure share: which modules are in it, by depmod's own files,
# which of them are live, and how to unload those. Needs common.sh.

index=/lib/modules/$(uname -r)
closure=$scratch/closure	# its modules, one a line, sorted

# closure_of REGEX: prints the modules whose file matches, and those that need one.
closure_of()
{
	awk -v wanted="$1" '
		$0 ~ wanted {
			sub(/:.*/, "")
			sub(/.*\//, "")
			sub(/\.ko.*/, "")
			gsub(/-/, "_")
			print
		}
	' "$index/modules.dep" | sort -u
}

# Turns aliases into names that can be requested: a pattern into a name that matches it;
# names that are too long for the kernel's buffer are dropped.
as_requests()
{
	sed 's/\[\([^]]\)[^]]*\]/\1/g; s/\*/0/g; s/?/0/g' | awk 'length() <= 55'
}

live_names()
{
	cut -d ' ' -f 1 /proc/modules | sort
}

live_of_closure()
{
	live_names | comm -12 - "$closure"
}

closure_gone()
{
	local -a left

	mapfile -t left < <(live_of_closure)
	[ "${#left[@]}" -gt 0 ] || return 0
	rmmod "${left[@]}" 2>/dev/null || true
	[ -z "$(live_of_closure)" ]
}

# It takes several rounds, as users must go before what they use.
unload_closure()
{
	wait_for closure_gone || bail_out "modules can't be unloaded: $(live_of_closure)"
}
