#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# nfguard generate: the policy that it makes from what permissive mode saw, applied in
# enforcing mode, lets the same programs run and denies the rest.
. "${0%/*}/lib/common.sh"

# What the host is used for in this test. Each program loads what it needs.
programs()
{
	in_netns iptables-legacy -t filter -A INPUT -m limit --limit 1/s -j LOG
	in_netns nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state new counter'
	in_netns ipset create s hash:ip
}

# What it is not used for.
others()
{
	! in_netns iptables-legacy -t nat -A POSTROUTING -j MASQUERADE || fail "nat works"
	! in_netns ipset create s2 list:set || fail "another type of ipset works"
	! in_netns ipvsadm -L || fail "ipvs works"
}

module_list()
{
	netfilter_live
	printf '%s\n' "${names[@]}" | sort
}

learn()
{
	exits 0 nfguard mode permissive
	programs >"$scratch/run" 2>&1 || fail "the programs fail in permissive mode: $(cat "$scratch/run")"
	module_list >"$scratch/used"
	at_least "modules that they use" 6 "$(wc -l <"$scratch/used")"
	wait_for all_recorded || fail "not everything is recorded"
}

all_recorded()
{
	[ "$(verdicts <"$debugfs/events")" -eq \
		$(($(counter request_would_deny) + $(counter load_would_deny))) ]
}

# made REGEX: the policy has such a line.
made()
{
	exits 0 nfguard generate
	cp "$scratch/out" "$scratch/generated"
	grep -Eq "$1" "$scratch/generated" || {
		fail "the generated policy lacks: $1"
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
	programs >"$scratch/run" 2>&1 || fail "a program is denied something: $(cat "$scratch/run")"
	module_list >"$scratch/used_now"
	diff "$scratch/used" "$scratch/used_now" >&3 || fail "the programs use other modules now"
	others >"$scratch/run" 2>&1
	module_list >"$scratch/used_now"
	diff "$scratch/used" "$scratch/used_now" >&3 || fail "other programs loaded more modules"
	at_least "denials" 3 $(($(rise request_denied) + $(rise load_denied)))
}

begin()
{
	clean_slate
	guard_load
	printf '%s\n' "$@" >"$conf"
	nfguard apply --force >"$scratch/out" 2>&1 || [ $? = 3 ] || fail "apply: $(cat "$scratch/out")"
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

# What was live before the guard (here dummy) counts as used, too.
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
	# The modules that those need are not named.
	! grep -E '^allow (nf_conntrack|x_tables|ip_set|nf_tables) ' "$scratch/generated" >&3 ||
		fail "there are rules that are not needed"
	applied
}

since()
{
	begin 'deny nf_conntrack ip_set'
	exits 0 nfguard mode permissive
	in_netns ipset create s hash:ip
	wait_for all_recorded || fail "not everything is recorded"
	exits 0 nfguard generate
	says '^# used: ip_set, by ipset$'
	wait_for later
	exits 0 nfguard generate --since "@$now"
	says 'nothing was used'
	exits 0 nfguard generate --since 10m
	says '^# used: ip_set, by ipset$'
}

# Whether the next second has come, so that all that was recorded is before it.
later()
{
	now=$(date +%s)
	[ "$now" -gt "$(sed -n '$s/.* time=\([0-9]*\)\..*/\1/p' "$debugfs/events")" ]
}

plan 3
point "a generated deny-list lets the same programs run, and no others" deny_list
point "so does a generated allow-list" allow_list
point "--since leaves out what was used before" since
finish
