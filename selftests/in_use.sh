#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# apply --unload leaves alone what a person would call used, though its reference
# count is 0, and says what uses it; each remedy that it prints, followed to the
# letter, has the module removed.
. "${0%/*}/lib/common.sh"

modules_used=(wireguard bridge dummy sch_fq iptable_filter ebtable_filter nf_tables
	esp4 tun rds af_alg)

# Each point makes what is to be used without the guard of the one before.
unguarded()
{
	guard_unload
	rm -f "$conf"
}

# used NAME WHAT: the module is denied, live and used by WHAT: it stays.
used()
{
	guard_load
	echo "deny $1" >"$conf"
	exits 3 nfguard apply --unload
	says "^nfguard: $1 is denied .* but already live, and stays: $2 uses? it: "
	says_not "^$1 removed"
	is_live "$1"
	exits 3 nfguard doctor
	says "^$1 is denied but already live, and stays: $2 uses? it"
}

# remedy: the commands of the last message, as they stand there.
remedy()
{
	nfguard apply --unload >"$scratch/out" 2>"$scratch/err" || true
	sed -n 's/.* uses\? it: \(.*\), then nfguard apply --unload$/\1; nfguard apply --unload/p' \
		"$scratch/err"
}

# goes NAME: once the remedy is followed.
goes()
{
	local todo

	todo=$(remedy)
	[ -n "$todo" ] || fail "no remedy for $1"
	note "$todo"
	exits 0 bash -c "$todo"
	not_live "$1"
}

interface_of()
{
	unguarded
	ip link add "use-$1" type "$1"
	used "$1" "interface use-$1"
	ip link show "use-$1" >/dev/null || fail "use-$1 is gone"
	goes "$1"
}

in_another_namespace()
{
	unguarded
	undo eval 'ip netns del nfguard-use 2>/dev/null'
	ip netns add nfguard-use
	ip -n nfguard-use link add wg7 type wireguard
	used wireguard "interface wg7 in the network namespace nfguard-use"
	goes wireguard
	ip netns del nfguard-use
}

in_own_netns()
{
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# A process keeps this one.
in_a_process_namespace()
{
	local pid

	unguarded
	unshare --net -- sleep 600 &
	pid=$!
	wait_for in_own_netns "$pid"
	nsenter -t "$pid" -n ip link add wg8 type wireguard
	used wireguard "interface wg8 in the network namespace of (sleep|unshare) \($pid\)"
	goes wireguard
	kill "$pid"
	wait "$pid" || true
}

qdisc()
{
	unguarded
	ip link add use-dummy type dummy
	tc qdisc add dev use-dummy root fq
	used sch_fq "qdisc fq on use-dummy"
	goes sch_fq
	ip link del use-dummy
}

policy_of_iptables()
{
	unguarded
	iptables-legacy -P FORWARD DROP
	used iptable_filter "table filter \(the policy of FORWARD\)"
	iptables-legacy -S FORWARD | grep -q 'P FORWARD DROP' || fail "the policy is gone"
	goes iptable_filter
}

rules_of_iptables()
{
	unguarded
	iptables-legacy -N use
	iptables-legacy -A use -j ACCEPT
	used iptable_filter "table filter \([0-9]+ rules\)"
	goes iptable_filter
}

# Looked at, as in the outage, and not used.
untouched_table()
{
	unguarded
	iptables-legacy -L >/dev/null
	guard_load
	echo "deny iptable_filter" >"$conf"
	exits 0 nfguard apply --unload
	says '^iptable_filter removed$'
}

policy_of_ebtables()
{
	unguarded
	ebtables-legacy -P FORWARD DROP
	used ebtable_filter "table filter \(the policy of FORWARD\)"
	goes ebtable_filter
}

table_of_nft()
{
	unguarded
	nft add table inet use
	used nf_tables "table inet use"
	nft list tables | grep -q use || fail "the table is gone"
	goes nf_tables
}

states_of_ipsec()
{
	unguarded
	undo ip xfrm state flush
	ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 \
		auth 'hmac(sha256)' 0x0123456789abcdef0123456789abcdef \
		enc 'cbc(aes)' 0x0123456789abcdef0123456789abcdef
	used esp4 "IPsec \(1 state\)"
	equal "remedy" "ip xfrm state flush; nfguard apply --unload" "$(remedy)"
	ip xfrm state flush
	wait_for unloads || fail "esp4 stays"
	not_live esp4
}

held()
{
	[ "$(sed -n "s/^$1 [0-9]* \([0-9]*\) .*/\1/p" /proc/modules)" -gt 0 ]
}

unloads()
{
	nfguard apply --unload >/dev/null 2>&1
}

# held_by_process NAME COMM COMMAND...: the command, which becomes COMM, holds it.
held_by_process()
{
	local name=$1 comm=$2 pid

	shift 2
	unguarded
	# Before, there is no device to open.
	modprobe "$name"
	"$@" &
	pid=$!
	undo eval "kill $pid 2>/dev/null"
	wait_for held "$name" || fail "nothing holds $name"
	used "$name" "process $comm \\($pid\\)"
	equal "remedy" "kill $pid; nfguard apply --unload" "$(remedy)"
	# It takes a moment until a killed process is gone, and what it held.
	kill "$pid"
	wait "$pid" || true
	wait_for unloads || fail "$name stays"
	not_live "$name"
}

open_device()
{
	exec sleep 600 9<>/dev/net/tun
}

open_socket()
{
	exec perl -e 'socket(my $s, 21, 5, 0) or die $!; sleep 600'
}

socket_of_af_alg()
{
	exec perl -e 'socket(my $s, 38, 5, 0) or die $!; sleep 600'
}

forced()
{
	unguarded
	ip link add use-wg type wireguard
	guard_load
	echo "deny wireguard" >"$conf"
	exits 0 nfguard apply --unload --force
	says '^removing wireguard takes away interface use-wg$'
	says '^wireguard removed$'
	not_live wireguard
}

missing=
for name in "${modules_used[@]}"; do
	has_module "$name" || missing="$missing $name"
done
[ -z "$missing" ] || skip_all "this kernel lacks$missing"

plan 16
for kind in wireguard bridge dummy; do
	point "an interface uses $kind" interface_of "$kind"
done
point "so does one in a named network namespace" in_another_namespace
point "and in that of a process" in_a_process_namespace
point "a qdisc is named" qdisc
point "a policy of DROP uses iptable_filter" policy_of_iptables
point "so do rules" rules_of_iptables
point "a table that was only looked at is not used" untouched_table
point "a policy of DROP uses ebtable_filter" policy_of_ebtables
point "a table uses nf_tables" table_of_nft
point "IPsec states use esp4" states_of_ipsec
point "a process with its device uses tun" held_by_process tun sleep open_device
point "so does one with a socket rds" held_by_process rds perl open_socket
point "and one with a socket of AF_ALG af_alg" held_by_process af_alg perl socket_of_af_alg
point "--force says what goes and removes it" forced
finish
