#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# nfguard generate: the policy that it makes of what permissive mode saw, applied
# enforcing, lets the same programs run, and denies the rest.
. "${0%/*}/lib/common.sh"

# What the host is for, as far as this test goes. Each brings in what it needs.
programs()
{
	in_netns iptables-legacy -t filter -A INPUT -m limit --limit 1/s -j LOG
	in_netns nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state new counter'
	in_netns ipset create s hash:ip
}

# What it is not for.
others()
{
	! in_netns iptables-legacy -t nat -A POSTROUTING -j MASQUERADE || fail "nat"
	! in_netns ipset create s2 list:set || fail "another ipset"
	! in_netns ipvsadm -L || fail "ipvs"
}

module_list()
{
	netfilter_live
	printf '%s\n' "${names[@]}" | sort
}

learn()
{
	exits 0 nfguard mode permissive
	programs >"$scratch/run" 2>&1 || fail "the programs fail without a denial: $(cat "$scratch/run")"
	module_list >"$scratch/used"
	at_least "modules that they use" 6 "$(wc -l <"$scratch/used")"
	wait_for 10 all_recorded || fail "not all is recorded"
}

all_recorded()
{
	[ "$(counter events_recorded)" -eq \
		$(($(counter request_would_deny) + $(counter load_would_deny))) ]
}

# Of a rule on each module that is used a program is named.
made()
{
	exits 0 nfguard generate
	cp "$scratch/out" "$scratch/generated"
	grep -Eq "$1" "$scratch/generated" || {
		fail "not made: $1"
		note "$(cat "$scratch/generated")"
	}
}

applied()
{
	unload_netfilter
	rm -f "$conf"
	cp "$scratch/generated" "$conf"
	exits 0 nfguard mode enforcing
	nfguard apply >"$scratch/out" 2>&1 || [ $? = 3 ] || fail "apply: $(cat "$scratch/out")"
	counters_mark
	programs >"$scratch/run" 2>&1 || fail "the programs are denied something: $(cat "$scratch/run")"
	module_list >"$scratch/used_now"
	diff "$scratch/used" "$scratch/used_now" >&3 || fail "other modules than before"
	others >"$scratch/run" 2>&1
	module_list >"$scratch/used_now"
	diff "$scratch/used" "$scratch/used_now" >&3 || fail "more modules than before"
	at_least "denials" 3 $(($(rise request_denied) + $(rise load_denied)))
}

begin()
{
	clean_slate
	guard_load
	printf '%s\n' "$@" >"$conf"
	nfguard apply >"$scratch/out" 2>&1 || [ $? = 3 ] || fail "apply: $(cat "$scratch/out")"
}

deny_list()
{
	begin 'deny nf_conntrack @ipset @ipvs' 'deny ip_tables'
	learn
	made '^# used: nf_conntrack, by nft'
	made '^allow ip_set +# ipset|^# used: ip_set, by ipset'
	made '^deny nf_nat$'
	applied
}

# What was live before the guard, as dummy is here, was used too.
allow_list()
{
	guard_unload
	modprobe dummy
	undo rmmod dummy
	begin 'default deny'
	learn
	made '^allow xt_limit +# iptables-legacy'
	made '^allow ip_set_hash_ip +# ipset'
	made '^allow nft_ct +# nft'
	made '^allow dummy +# already live$'
	made '^default deny$'
	# What those need is not named.
	! grep -E '^allow (nf_conntrack|x_tables|ip_set|nf_tables) ' "$scratch/generated" >&3 ||
		fail "more rules than are due"
	applied
}

since()
{
	begin 'deny nf_conntrack ip_set'
	exits 0 nfguard mode permissive
	in_netns ipset create s hash:ip
	wait_for 10 all_recorded || fail "not all is recorded"
	exits 0 nfguard generate
	says '^# used: ip_set, by ipset$'
	wait_for 10 later
	exits 1 nfguard generate --since "@$now"
	says 'nothing was used'
	exits 0 nfguard generate --since 10m
	says '^# used: ip_set, by ipset$'
}

# The next second, so that what was recorded is before it.
later()
{
	now=$(date +%s)
	[ "$now" -gt "$(sed -n '$s/.* time=\([0-9]*\)\..*/\1/p' "$debugfs/events")" ]
}

plan 3
point "a deny-list lets the same programs run, and no other" deny_list
point "an allow-list does" allow_list
point "of what was used since a time" since
finish
