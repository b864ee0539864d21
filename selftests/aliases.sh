#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every way into a denied module that the kernel's module index knows. Each alias of the
# module, and of everything that needs it, is requested from within the kernel, as it is
# and with dashes and underscores swapped; and modprobe and insmod try each of those
# modules. The ways are found here, in depmod's files: the tool under test is not asked.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/closure.sh"

# rule, regular expression for the paths of the modules that it names
rules=(
	"nf_conntrack	/nf_conntrack\.ko"
	"nf_tables	/nf_tables\.ko"
	"ip_tables	/ip_tables\.ko"
	"@netfilter	/netfilter/"
)

# find_ways REGEX: writes the modules to $closure, and their aliases and own names to
# $scratch/names.
find_ways()
{
	closure_of "$1" >"$closure"
	# An alias belongs to the closure if each module that has the alias does.
	awk '
		FNR == NR { denied[$1] = 1; print; next }
		/^alias/ {
			if (!($3 in denied))
				open[$2] = 1
			all[$2] = 1
		}
		END {
			for (alias in all)
				if (!(alias in open))
					print alias
		}
	' "$closure" "$index/modules.alias" "$index/modules.symbols" |
		as_requests | sort -u >"$scratch/names"
}

swapped()
{
	tr '_-' '-_' <"$scratch/names"
}

# All names are refused, as they are and swapped.
all_refused()
{
	all_get "$eperm_is" < <(cat "$scratch/names"; swapped)
}

started()
{
	[ ! -e "$recorder.log" ] || cat "$recorder.log"
}

modprobe_is()
{
	echo "$1" >/proc/sys/kernel/modprobe
}

# (a) Without the guard each request starts a modprobe, and modprobe loads the modules.
# Some can't load: a virtual machine lacks what they need.
all_open()
{
	local modules live

	rm -f "$recorder.log"
	modprobe_is "$recorder"
	# Each starts a program. Those that are swapped lead to the same, and what another
	# rule was seen to leave open needs no second proof.
	sort -u "$scratch/names" "$scratch/opened" >"$scratch/open"
	all_get 0 < <(comm -13 "$scratch/opened" "$scratch/open")
	mv "$scratch/open" "$scratch/opened"
	equal "requests that started modprobe" "$asked" "$(started | wc -l)"
	mapfile -t modules <"$closure"
	modprobe -a "${modules[@]}" 2>/dev/null || true
	live=$(live_of_closure | wc -l)
	at_least "modules loaded" 1 "$live"
	note "$rule: without the guard $asked of $asked requests started modprobe, and $live of ${#modules[@]} modules were loaded"
	unload_closure
	unload_netfilter
}

# (b) With the guard, and a script in modprobe's place, the script never starts.
none_started()
{
	rm -f "$recorder.log"
	modprobe_is "$recorder"
	all_refused
	equal "requests that started modprobe" "" "$(started)"
	at_least "requests" 2 "$asked"
	note "$rule: with the guard 0 of $asked requests started modprobe"
}

# (c) With the guard and the real modprobe, lsmod stays the same, line by line.
none_loaded()
{
	local before

	before=$(cut -d ' ' -f 1-4 /proc/modules)
	modprobe_is "$real_modprobe"
	all_refused
	equal "live modules" "$before" "$(cut -d ' ' -f 1-4 /proc/modules)"
	note "$rule: with the guard $asked requests changed nothing in lsmod"
}

# Root's own modprobe loads allowed modules before it comes to a denied one.
none_inserted()
{
	local file tried=0
	local -a modules files brought

	live_names >"$scratch/before"
	mapfile -t modules <"$closure"
	mapfile -t files < <(modinfo -n "${modules[@]}")
	equal "files of modules" "${#modules[@]}" "${#files[@]}"
	! modprobe -a "${modules[@]}" 2>"$scratch/said" || fail "modprobe -a succeeded"
	equal "modules that modprobe could not insert" "${#modules[@]}" \
		"$(grep -c 'could not insert' "$scratch/said")"
	for file in "${files[@]}"; do
		! insmod "$file" 2>/dev/null || fail "insmod $file succeeded"
		tried=$((tried + 1))
	done
	equal "denied modules that are live" "" "$(live_of_closure)"
	at_least "modules tried" 1 "$tried"
	mapfile -t brought < <(live_names | comm -13 "$scratch/before" -)
	note "$rule: with the guard modprobe of ${#modules[@]} modules and $tried insmod loaded none of them${brought:+, but allowed modules that they need: ${brought[*]}}"
	wait_for all_gone "${brought[@]}" || bail_out "modules can't be unloaded: ${brought[*]}"
}

all_gone()
{
	local module still=0

	for module; do
		! live "$module" || rmmod "$module" 2>/dev/null || still=1
	done
	[ "$still" = 0 ]
}

# If some of a group is built in, the command says so, in its exit status too.
deny_it()
{
	rm -f "$conf"
	if built_in; then
		exits 3 nfguard deny "$rule"
		says "built into this kernel"
	else
		exits 0 nfguard deny "$rule"
	fi
}

built_in()
{
	grep -q "$regex" "$index/modules.builtin"
}

recorder=$scratch/record
cp "$(command -v record)" "$recorder"
real_modprobe=$(command -v modprobe)

: >"$scratch/opened"
plan $((${#rules[@]} * 5))
req_load
for line in "${rules[@]}"; do
	read -r rule regex <<<"$line"
	find_ways "$regex"
	point "$rule: without the guard the ways are open" all_open
	guard_load
	point "$rule: it can be denied" deny_it
	point "$rule: no request starts modprobe" none_started
	point "$rule: no request changes what is live" none_loaded
	point "$rule: neither modprobe nor insmod loads one" none_inserted
	guard_unload
done
finish
