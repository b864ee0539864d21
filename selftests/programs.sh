#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The programs that people use, without and with the guard: what each asked the kernel
# for, which modules were loaded, what it printed. One rule denies all of netfilter: no
# program may load any of it, or hang.
. "${0%/*}/lib/common.sh"
. "${0%/*}/lib/closure.sh"

tracing=/sys/kernel/tracing
[ -d "$tracing/events" ] || mount -t tracefs none "$tracing" 2>/dev/null
[ -d "$tracing/events/module" ] || skip_all "no trace events of modules"

# A function for each program. It makes its rules in a network namespace, which is gone
# when it ends.
iptables_legacy() { in_netns iptables-legacy -t nat -A POSTROUTING -j MASQUERADE; }
iptables_nft() { in_netns iptables-nft -A INPUT -m conntrack --ctstate NEW -j DROP; }
ip6tables_legacy() { in_netns ip6tables-legacy -t nat -L -n; }
ip6tables_nft() { in_netns ip6tables-nft -A INPUT -m conntrack --ctstate NEW -j DROP; }
ebtables_legacy() { in_netns ebtables-legacy -A INPUT --among-src 2:0:0:0:0:1 -j DROP; }
arptables_legacy() { in_netns arptables-legacy -A INPUT --source-ip 10.0.0.1 -j DROP; }
nft_nat() { in_netns nft 'add table t; add chain t c { type nat hook postrouting priority 100; }; add rule t c masquerade'; }
nft_as_nobody() { as_nobody unshare -Urn nft 'add table t; add chain t c; add rule t c ct state new'; }
conntrack_list() { in_netns conntrack -L; }
# It listens until it is killed; in the namespace nothing happens.
conntrack_events() { in_netns timeout 2 conntrack -E; }
ipset_hash() { in_netns ipset create s hash:ip; }
ipvs_service() { in_netns ipvsadm -A -t 10.0.0.1:80 -s rr; }
tc_ct() { in_netns sh -c 'tc qdisc add dev lo clsact && tc filter add dev lo ingress matchall action ct'; }
openvswitch() { in_netns ovs-dpctl add-dp dp0; }
ufw_enable() { in_netns ufw --force enable; }
firewalld_start() { in_netns "$here/lib/firewalld.sh"; }

# function, the command that it needs, a module that it can't work without
programs=(
	"iptables_legacy iptables-legacy ip_tables"
	"iptables_nft iptables-nft nft_compat"
	"ip6tables_legacy ip6tables-legacy ip6_tables"
	"ip6tables_nft ip6tables-nft nft_compat"
	"ebtables_legacy ebtables-legacy ebtables"
	"arptables_legacy arptables-legacy arp_tables"
	"nft_nat nft nf_tables"
	"nft_as_nobody nft nft_ct"
	"conntrack_list conntrack nf_conntrack_netlink"
	"conntrack_events conntrack nf_conntrack_netlink"
	"ipset_hash ipset ip_set_hash_ip"
	"ipvs_service ipvsadm ip_vs"
	"tc_ct tc act_ct"
	"openvswitch ovs-dpctl openvswitch"
	"ufw_enable ufw nf_tables"
	"firewalld_start firewalld nf_tables"
)

# run PROGRAM: sets $asked, $came and $said, one line each: what the kernel requested, as
# the trace has it, which modules were loaded, and the last line that it printed.
run()
{
	local before

	ended=0
	before=$(live_names)
	echo >"$tracing/trace"
	log_mark
	timeout 300 bash -c "$(declare -f "$1" in_netns as_nobody); $(declare -p nobody here); $1" \
		>"$scratch/said" 2>&1 </dev/null || ended=$?
	asked=$(sed -n 's/.*module_request: \([^ ]*\).*/\1/p' "$tracing/trace" | words)
	came=$(live_names | comm -13 <(echo "$before") - | words)
	said=$(grep -v '^ *$' "$scratch/said" | tail -n 1)
	[ "$ended" != 124 ] || [ "$1" = conntrack_events ] || fail "$1 hangs"
}

words()
{
	sort -u | tr '\n' ' '
}

# denied_of MODULE...: prints those that the rule denies.
denied_of()
{
	local module

	for module; do
		! grep -qx "$module" "$closure" || echo "$module"
	done
}

report()
{
	note "$1 $2: asked for: ${asked:-nothing}"
	note "$1 $2: loaded: ${came:-nothing}"
	note "$1 $2: exit status $ended, printed: ${said:-nothing}"
}

opens()
{
	run "$1"
	report "$1" "without the guard"
	# shellcheck disable=SC2086
	[ -n "$(denied_of $came)" ] || fail "it loads nothing that the rule denies"
	unload_netfilter
	unload_closure
}

denials()
{
	log_read
	printf '%s\n' "${log[@]}" |
		sed -nE 's/^nfguard: deny (request|load) name=([^ ]*) .*/\1:\2/p'
}

is_shut()
{
	counters_mark
	run "$1"
	asked=$(denials | words)
	report "$1" "with the guard"
	# shellcheck disable=SC2086
	equal "denied modules that were loaded" "" "$(denied_of $came)"
	at_least "denials" 1 $(($(rise request_denied) + $(rise load_denied)))
	wait_for log_has '^nfguard: deny ' || fail "the log does not say who asked"
}

each_program()
{
	local line program command module

	for line in "${programs[@]}"; do
		read -r program command module <<<"$line"
		if ! has_module "$module"; then
			skip "$program: $2" "this kernel has no module $module"
		elif ! command -v "$command" >/dev/null; then
			skip "$program: $2" "there is no $command here"
		else
			point "$program: $2" "$1" "$program"
		fi
	done
}

deny_netfilter()
{
	# Exit status 3 if a part of it is built in.
	nfguard deny @netfilter >"$scratch/out" 2>&1 || [ $? = 3 ]
	sed -nE 's/^name deny any ([^ ]*)$/\1/p' "$proc/policy" | sort >"$closure"
}

plan $((${#programs[@]} * 2 + 1))
undo put_back "$tracing/events/module/module_request/enable" 0
echo 1 >"$tracing/events/module/module_request/enable"
guard_load
point "one rule denies all of netfilter" deny_netfilter
guard_unload
each_program opens "without the guard it loads netfilter modules"
guard_load
exits_or_3=$(nfguard apply 2>&1) || [ $? = 3 ] || bail_out "$exits_or_3"
each_program is_shut "with the guard it loads none"
finish
