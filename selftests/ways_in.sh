#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ways into connection tracking and the like, with the programs that people use. Each is
# shown to be open without the guard, then denied by the load gate alone, then denied at
# the request gate, by one rule on the module at its end.
. "${0%/*}/lib/common.sh"

# A function for each way. Whether the program itself succeeds does not matter.
legacy_nat_list() { in_netns iptables-legacy -t nat -L -n; }
legacy_conntrack() { in_netns iptables-legacy -A INPUT -m conntrack --ctstate NEW; }
# This table has no such target, but the kernel requests it before it finds out.
legacy_masquerade() { in_netns iptables-legacy -A INPUT -j MASQUERADE; }
legacy_nat6_list() { in_netns ip6tables-legacy -t nat -L -n; }
nft_conntrack() { in_netns iptables-nft -A INPUT -m conntrack --ctstate NEW; }
nft_nat_chain() { in_netns nft 'add table t; add chain t c { type nat hook output priority 0 ; }'; }
nft_ct_rule() { in_netns nft 'add table t; add chain t c; add rule t c ct state new'; }
nft_user() { as_nobody unshare -Urn nft 'add table t; add chain t c; add rule t c ct state new'; }
conntrack_list() { in_netns conntrack -L; }
ipset_create() { in_netns ipset create s hash:ip; }
ipvs_family() { in_netns genl ctrl get name IPVS; }
ovs_family() { in_netns genl ctrl get name ovs_datapath; }
docker_bridge() { request interface br_netfilter; }
modprobe_it() { modprobe nf_conntrack; }
modprobe_dependent() { modprobe xt_conntrack; }

tc_action()
{
	in_netns sh -c '
		tc qdisc add dev lo clsact
		tc filter add dev lo ingress matchall action ct'
}

insmod_it()
{
	local file

	modprobe --show-depends nf_conntrack | sed 's/^insmod //' |
		while read -r file; do
			insmod "$file"
		done
}

# way, module to deny, module that the way needs, what is requested, who asks
ways=(
	"legacy_nat_list	nf_conntrack	iptable_nat	iptable_nat			iptables-legacy"
	"legacy_conntrack	nf_conntrack	ip_tables	ipt_conntrack			iptables-legacy"
	"legacy_masquerade	nf_conntrack	ip_tables	ipt_MASQUERADE			iptables-legacy"
	"legacy_nat6_list	nf_conntrack	ip6table_nat	ip6table_nat			ip6tables-legac"
	"nft_conntrack		nf_conntrack	nft_compat	ipt_conntrack			iptables-nft"
	"nft_nat_chain		nf_conntrack	nft_chain_nat	nft-chain-2-nat			nft"
	"nft_ct_rule		nf_conntrack	nft_ct		nft-expr-2-ct,nft-expr-ct	nft"
	"nft_user		nf_conntrack	nft_ct		nft-expr-2-ct,nft-expr-ct	nft"
	"conntrack_list		nf_conntrack	nf_conntrack_netlink	nfnetlink-subsys-1	conntrack"
	"tc_action		nf_conntrack	act_ct		net-act-ct,act_ct		tc"
	"ipset_create		ip_set		ip_set_hash_ip	nfnetlink-subsys-6		ipset"
	"ipvs_family		nf_conntrack	ip_vs	net-pf-16-proto-16-family-IPVS		genl"
	"ovs_family		nf_conntrack	openvswitch	net-pf-16-proto-16-family-ovs_datapath genl"
	"docker_bridge		br_netfilter	br_netfilter	br_netfilter			request"
	"modprobe_it		nf_conntrack	nf_conntrack	-				modprobe"
	"modprobe_dependent	nf_conntrack	xt_conntrack	-				modprobe"
	"insmod_it		nf_conntrack	nf_conntrack	-				insmod"
)

run()
{
	"$1" >"$scratch/way" 2>&1 || true
}

is_open()
{
	run "$1"
	is_live "$2"
	[ "$failures" -eq 0 ] || note "$(cat "$scratch/way")"
	unload_netfilter
}

begin()
{
	counters_mark
	log_mark
	hits_before=$(rule_field "deny $1" "$2")
}

# The policy has only the module's name, so that each request gets past the request gate.
shut_at_load()
{
	local way=$1 module=$2 comm=modprobe denied

	[ "$way" != insmod_it ] || comm=insmod
	put_policy "default allow" "rule deny $module" "name deny any $module"
	begin "$module" load_denied
	run "$way"
	not_live "$module"
	denied=$(rise load_denied)
	at_least "loads denied" 1 "$denied"
	equal "hits of the rule" "$((hits_before + denied))" \
		"$(rule_field "deny $module" load_denied)"
	equal "requests denied" 0 "$(rise request_denied)"
	logged "^nfguard: deny load name=$module rule=\"deny $module\" pid=[0-9]+ comm=$comm uid=0"
}

shut_at_request()
{
	local way=$1 module=$2 requests=$3 comm=$4 denied uid=0

	[ "$way" != nft_user ] || uid=65534
	rm -f "$conf"
	exits 0 nfguard deny "$module"
	begin "$module" request_denied
	run "$way"
	not_live "$module"
	denied=$(rise request_denied)
	at_least "requests denied" 1 "$denied"
	equal "hits of the rule" "$((hits_before + denied))" \
		"$(rule_field "deny $module" request_denied)"
	equal "loads denied" 0 "$(rise load_denied)"
	logged "^nfguard: deny request name=(${requests//,/|}) rule=\"deny $module\" pid=[0-9]+ comm=$comm uid=$uid"
}

# each_way FUNCTION: calls it with each line of the table.
each_way()
{
	local line way module need requests comm

	for line in "${ways[@]}"; do
		read -r way module need requests comm <<<"$line"
		"$1" "$way" "$module" "$need" "$requests" "$comm"
	done
}

# point_of WAY NEED DESCRIPTION FUNCTION...
point_of()
{
	local way=$1 need=$2 description=$3 alias=

	# 5.10's ip_vs has none.
	[ "$way" != ipvs_family ] || alias=net-pf-16-proto-16-family-IPVS

	shift 3
	if ! has_module "$need"; then
		skip "$way: $description" "this kernel has no module $need"
	elif [ -n "$alias" ] && ! modprobe -qR "$alias" >"$scratch/way"; then
		skip "$way: $description" "this kernel's $need has no alias $alias"
	else
		point "$way: $description" "$@"
	fi
}

try_open()
{
	point_of "$1" "$3" "without the guard it loads $2" is_open "$1" "$2"
}

# docker's way requests the module by its own name, so the request gate comes first.
try_load_gate()
{
	[ "$1" != docker_bridge ] || return 0
	point_of "$1" "$3" "the load of $2 is denied" shut_at_load "$1" "$2"
}

try_request_gate()
{
	[ "$4" != - ] || return 0
	point_of "$1" "$3" "the request of $4 is denied" \
		shut_at_request "$1" "$2" "$4" "$5"
}

plan $((${#ways[@]} * 3 - 3 - 1))
each_way try_open
guard_load
# Nothing denied becomes live, so there is nothing to unload in between.
each_way try_load_gate
each_way try_request_gate
finish
