#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every way into a denied module that the kernel's module index knows: each
# alias of it and of all that needs it is requested from within the kernel, as
# it stands and with dashes and underscores swapped, and each of those modules
# is tried by modprobe and insmod. What the ways are is found here, from depmod's
# files, not asked of the tool that is tested.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/req.sh"
. "${0%/*}/lib/closure.sh"

# The rules, and how to find the modules that each names: a regular expression
# for their paths.
rules=(
	"nf_conntrack	/nf_conntrack\.ko"
	"nf_tables	/nf_tables\.ko"
	"ip_tables	/ip_tables\.ko"
	"@netfilter	/netfilter/"
)

# find_ways REGEX: the files $closure, and $scratch/names, its aliases, the
# modules' own names among them.
find_ways()
{
	closure_of "$1" >"$closure"
	# An alias belongs to it if each module that has it does.
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

# ask_all: requests all names both ways; sets $asked, and $let, how many got
# anything but EPERM. Leaves those in $scratch/let.
ask_all()
{
	local name

	asked=0 let=0
	: >"$scratch/let"
	while read -r name; do
		ask "$name"
		asked=$((asked + 1))
		[ "$answer" = "$eperm_is" ] || {
			let=$((let + 1))
			echo "$name" >>"$scratch/let"
		}
	done < <(cat "$scratch/names"; swapped)
}

started()
{
	[ ! -e "$recorder.log" ] || cat "$recorder.log"
}

modprobe_is()
{
	echo "$1" >/proc/sys/kernel/modprobe
}

# (a) Without the guard: each request starts a modprobe, and modprobe brings the
# modules in. Some can't: what they need is not in a virtual machine.
all_open()
{
	local modules live

	rm -f "$recorder.log"
	modprobe_is "$recorder"
	ask_all
	equal "requests that started modprobe" "$asked" "$(started | wc -l)"
	mapfile -t modules <"$closure"
	modprobe -a "${modules[@]}" 2>/dev/null || true
	live=$(live_of_closure | wc -l)
	at_least "modules that came in" 1 "$live"
	note "$rule: without the guard $asked of $asked requests started modprobe, and $live of ${#modules[@]} modules came in"
	unload_closure
	unload_netfilter
}

# (b) With the guard, and a script as modprobe: it is never started.
none_started()
{
	rm -f "$recorder.log"
	modprobe_is "$recorder"
	ask_all
	equal "requests let through" "" "$(cat "$scratch/let")"
	equal "names that modprobe was asked for" "" "$(started)"
	at_least "requests" 2 "$asked"
	note "$rule: with the guard 0 of $asked requests started modprobe"
}

# (c) With the guard and the real modprobe: lsmod is the same, to the line.
none_loaded()
{
	local before

	before=$(cut -d ' ' -f 1-4 /proc/modules)
	modprobe_is "$real_modprobe"
	ask_all
	equal "live modules" "$before" "$(cut -d ' ' -f 1-4 /proc/modules)"
	note "$rule: with the guard $asked requests changed nothing in lsmod"
}

# Root's own modprobe inserts what is allowed before it comes to what is denied.
none_inserted()
{
	local module file tried=0
	local -a brought

	live_names >"$scratch/before"
	while read -r module; do
		! modprobe "$module" 2>/dev/null || fail "modprobe $module succeeded"
		file=$(module_file "$module")
		! insmod "$file" 2>/dev/null || fail "insmod $file succeeded"
		tried=$((tried + 1))
	done <"$closure"
	equal "denied modules that are live" "" "$(live_of_closure)"
	at_least "modules tried" 1 "$tried"
	mapfile -t brought < <(live_names | comm -13 "$scratch/before" -)
	note "$rule: with the guard $tried modprobe and $tried insmod brought none of them in${brought:+, but what they need and may have: ${brought[*]}}"
	wait_for 60 all_gone "${brought[@]}" || bail_out "modules would not go: ${brought[*]}"
}

all_gone()
{
	local module still=0

	for module; do
		! live "$module" || rmmod "$module" 2>/dev/null || still=1
	done
	[ "$still" = 0 ]
}

# Some of a group may be built in, which the tool says, and its status too.
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
	point "$rule: neither modprobe nor insmod brings one in" none_inserted
	guard_unload
done
finish
