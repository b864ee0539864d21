# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What uses a live module: who says so, and that apply --unload leaves it alone.
# selftests/in_use.sh does the same with a real kernel.

# use_tree: modules of each kind of use, all denied and live, without a reference.
use_tree()
{
	tree <<-'END'
	needs kernel/drivers/net/wireguard/wireguard.ko
	needs kernel/drivers/net/bonding/bonding.ko
	needs kernel/drivers/net/dummy.ko
	needs kernel/drivers/net/r8169.ko
	needs kernel/net/bridge/bridge.ko
	needs kernel/net/ipv6/sit.ko
	needs kernel/net/sched/sch_fq.ko
	needs kernel/net/ipv4/netfilter/iptable_filter.ko
	needs kernel/net/bridge/netfilter/ebtable_filter.ko
	needs kernel/net/netfilter/nf_tables.ko
	needs kernel/net/netfilter/nft_ct.ko kernel/net/netfilter/nf_tables.ko
	needs kernel/fs/xfs/xfs.ko
	alias rtnl-link-wireguard wireguard
	alias rtnl-link-bond bonding
	alias rtnl-link-dummy dummy
	alias rtnl-link-bridge bridge
	alias rtnl-link-sit sit
	alias fs-xfs xfs
	END
	mkdir -p "$host/proc/net" "$host/root/usr/sbin"
}

# live NAME...
live()
{
	local name

	for name; do
		echo "$name 16384 0 - Live 0x0000000000000000"
	done >"$host/proc/modules"
}

fake()
{
	cat >"$host/proc/fake/$1"
}

test_interfaces_use_the_module_of_their_kind()
{
	use_tree
	live wireguard bonding dummy bridge sit
	fake links <<-'END'
	lo - up
	wg0 wireguard down
	bond0 bond up
	br0 bridge up
	br1 bridge down
	sit0 sit down
	odd no_such_kind up
	END
	nfg deny --yes wireguard bonding bridge dummy sit
	exits 3
	err <<-'END'
	nfguard: wireguard is denied (deny wireguard) but already live, and stays: interface wg0 uses it: ip link del wg0, then nfguard apply --unload
	nfguard: bonding is denied (deny bonding) but already live, and stays: interface bond0 uses it: ip link del bond0, then nfguard apply --unload
	nfguard: dummy is denied (deny dummy) but already live: nfguard apply --unload
	nfguard: bridge is denied (deny bridge) but already live, and stays: interface br0, interface br1 use it: ip link del br0; ip link del br1, then nfguard apply --unload
	nfguard: sit is denied (deny sit) but already live: nfguard apply --unload
	END
	nfg apply --unload
	exits 3
	out <<-'END'
	unchanged, generation 2
	dummy removed
	sit removed
	END
	err_has "wireguard is denied (deny wireguard) but already live, and stays: interface wg0 uses it"
	[ "$(cut -d' ' -f1 "$host/proc/modules" | paste -sd' ')" = "wireguard bonding bridge" ] ||
		bad "left: $(cat "$host/proc/modules")"
	# Set up, the interface that nobody made is used too; it can't be deleted.
	live sit
	fake links <<<'sit0 sit up'
	nfg status
	err_has "stays: interface sit0 uses it: ip link set sit0 down, then"
}

# Its interfaces can't be deleted by ip link.
test_interfaces_of_open_vswitch_use_it()
{
	tree <<<'needs kernel/net/openvswitch/openvswitch.ko'
	echo 'openvswitch 1 2 - Live 0x0' >"$host/proc/modules"
	fake links <<-'END'
	ovs-system openvswitch down
	br0 openvswitch down
	END
	nfg deny --yes openvswitch
	exits 3
	err <<<"nfguard: openvswitch is denied (deny openvswitch) but already live, and stays: interface ovs-system, interface br0 use it: ovs-appctl exit; ovs-dpctl del-dp ovs-system, then nfguard apply --unload"
}

test_a_network_card_that_is_up_uses_its_driver()
{
	use_tree
	live r8169
	mkdir -p "$host/sys/class/net/eth0/device/driver" "$host/sys/module/r8169"
	ln -s "$host/sys/module/r8169" "$host/sys/class/net/eth0/device/driver/module"
	fake links <<<'eth0 - up'
	nfg deny --yes r8169
	exits 3
	err_has "stays: interface eth0 uses it: ip link set eth0 down, then"
	fake links <<<'eth0 - down'
	nfg status
	err_lacks eth0
}

# There /sys shows nothing of it, but the interface says what device it is.
test_a_network_card_in_another_namespace_uses_its_driver()
{
	local device=$host/sys/bus/pci/devices/0000:00:03.0

	use_tree
	live r8169
	mkdir -p "$device/driver" "$host/sys/module/r8169" "$host/proc/self/ns" \
		"$host/root/run/netns"
	ln -s "$host/sys/module/r8169" "$device/driver/module"
	: >"$host/proc/self/ns/net"
	: >"$host/root/run/netns/blue"
	fake links </dev/null
	fake links-of-blue <<<'eth0 - up pci 0000:00:03.0'
	nfg deny --yes r8169
	exits 3
	err_has "stays: interface eth0 in the network namespace blue uses it: ip netns exec blue ip link set eth0 down, then"
	fake links-of-blue <<<'eth0 - down pci 0000:00:03.0'
	nfg status
	err_lacks eth0
	# Such as lo.
	fake links-of-blue <<<'eth0 - up'
	nfg status
	err_lacks eth0
}

test_tables_with_rules_or_policies_use_their_module()
{
	use_tree
	live iptable_filter ebtable_filter
	echo filter >"$host/proc/net/ip_tables_names"
	fake iptable_filter <<<'0 ACCEPT'
	fake ebtable_filter <<<'0 ACCEPT'
	nfg deny --yes iptable_filter ebtable_filter
	exits 3
	err_lacks stays
	fake iptable_filter <<<'0 DROP'
	fake ebtable_filter <<<'0 DROP'
	nfg apply
	err <<-'END'
	nfguard: iptable_filter is denied (deny iptable_filter) but already live, and stays: table filter (the policy of FORWARD) uses it: iptables-legacy -t filter -P FORWARD ACCEPT, then nfguard apply --unload
	nfguard: ebtable_filter is denied (deny ebtable_filter) but already live, and stays: table filter (the policy of FORWARD) uses it: ebtables-legacy -t filter -P FORWARD ACCEPT, then nfguard apply --unload
	END
	# Policies first: flushing a chain that drops cuts off whoever does it.
	live iptable_filter
	fake iptable_filter <<<'2 DROP'
	nfg status
	err_has "table filter (the policy of FORWARD, 2 rules) uses it: iptables-legacy -t filter -P FORWARD ACCEPT; iptables-legacy -t filter -F; iptables-legacy -t filter -X, then"
	# What can't be read counts as used.
	steer errno-iptable_filter 5
	nfg status
	err_has "stays: its table can't be read, so it counts as used: find out why (Input/output error), then"
	steer errno-iptable_filter 1
	nfg status
	err_has "stays: its table can't be read without root: run nfguard as root, then"
}

test_any_table_uses_nf_tables()
{
	use_tree
	live nf_tables
	nfg deny --yes nf_tables
	exits 3
	err_lacks stays
	fake nft <<-'END'
	1 filter
	2 nat
	END
	nfg status
	err_has "stays: table inet filter, table ip nat use it: nft delete table inet filter; nft delete table ip nat, then nfguard apply --unload"
	steer errno-nft 1
	nfg status
	err_has "stays: the list of its tables can't be read without root: run nfguard as root, then"
}

test_qdiscs_and_mounts_are_named()
{
	use_tree
	printf '%s 1 1 - Live 0x0\n' sch_fq xfs >"$host/proc/modules"
	fake qdiscs <<<fq
	echo '/dev/vdb1 /srv xfs rw 0 0' >"$host/proc/mounts"
	nfg deny --yes sch_fq xfs
	exits 3
	err_has "stays: qdisc fq on lo uses it: tc qdisc del dev lo root, then"
	err_has "stays: the file system on /srv uses it: umount /srv, then"
}

# A module that another needs is used by what uses that.
test_users_of_users()
{
	use_tree
	cat >"$host/proc/modules" <<-'END'
	nft_ct 1 0 - Live 0x0
	nf_tables 1 1 nft_ct, Live 0x0
	wireguard 1 2 - Live 0x0
	END
	nfg deny --yes nf_tables wireguard
	exits 3
	err <<-'END'
	nfguard: nft_ct, nf_tables are denied (deny nf_tables) but already live: nfguard apply --unload
	nfguard: wireguard is denied (deny wireguard) but already live, and stays: something uses it (2 references: a rule, socket or open file): end that, or reboot if nothing is found (nfguard verify says whether that helps), then nfguard apply --unload
	END
	cat >"$host/proc/modules" <<-'END'
	nft_ct 1 3 - Live 0x0
	nf_tables 1 1 nft_ct, Live 0x0
	END
	nfg status
	err_has "nf_tables is denied (deny nf_tables) but already live, and stays: nft_ct needs it, and something uses it (3 references: a rule, socket or open file): end that, or reboot if nothing is found (nfguard verify says whether that helps), then"
	# apply does not come to it on a locked host; rmmod works there.
	cat >"$host/proc/modules" <<-'END'
	nft_ct 1 0 - Live 0x0
	nf_tables 1 1 nft_ct, Live 0x0
	END
	nfg apply --unload
	exits 0
	out_has "nft_ct removed"
	out_has "nf_tables removed"
	cat >"$host/proc/modules" <<-'END'
	nft_ct 1 0 - Live 0x0
	nf_tables 1 1 nft_ct, Live 0x0
	END
	set_status locked 1
	nfg status
	err_has "nf_tables is denied (deny nf_tables) but already live: rmmod nft_ct nf_tables"
}

test_unload_in_permissive_mode_removes_nothing()
{
	use_tree
	live dummy
	nfg deny --yes dummy
	nfg mode permissive
	nfg apply --unload
	exits 0
	[ -s "$host/proc/modules" ] || bad "it went"
	err_has "nothing is unloaded, as permissive mode denies nothing: nfguard mode enforcing, then nfguard apply --unload"
}

test_force_says_first_what_goes()
{
	use_tree
	live wireguard
	fake links <<<'wg0 wireguard up'
	nfg deny --yes wireguard
	nfg apply --unload --force
	exits 0
	out <<-'END'
	unchanged, generation 2
	removing wireguard takes away interface wg0
	wireguard removed
	END
	live wireguard
	nfg apply --unload
	exits 3
	! grep -q "takes away" "$host/out" || bad "says so without --force"
	# What has references stays even so.
	echo 'wireguard 1 1 - Live 0x0' >"$host/proc/modules"
	nfg apply --unload --force
	! grep -q "takes away" "$host/out" || bad "says that what stays goes"
}

# The device of this test is /dev/null; a fake tree says that a module has it.
test_processes_and_ciphers_use_modules()
{
	use_tree
	echo 'alias char-major-1-3 xfs' >>"$host/modules/modules.alias"
	live xfs dummy
	mkdir -p "$host/proc/812/fd" "$host/proc/net"
	echo nginx >"$host/proc/812/comm"
	ln -s /dev/null "$host/proc/812/fd/3"
	ln -s /dev/null "$host/proc/812/fd/4"
	ln -s /dev/zero "$host/proc/812/fd/5"
	cat >"$host/proc/crypto" <<-'END'
	name         : gcm(aes)
	driver       : gcm_base(ctr-aes,ghash)
	module       : dummy
	refcnt       : 3

	name         : ghash
	module       : xfs
	refcnt       : 1
	END
	nfg deny --yes xfs dummy
	exits 3
	err_has "xfs is denied (deny xfs) but already live, and stays: process nginx (812) uses it: kill 812, then nfguard apply --unload"
	err_has "dummy is denied (deny dummy) but already live, and stays: something with the cipher gcm(aes) uses it: end what has it, such as an IPsec tunnel or an encrypted disk, then nfguard apply --unload"
	nfg apply --unload
	exits 3
	[ "$(wc -l <"$host/proc/modules")" = 2 ] || bad "one was removed"
	rm "$host/proc/812/fd/3" "$host/proc/812/fd/4"
	: >"$host/proc/crypto"
	nfg apply --unload
	exits 0
}

test_states_of_ipsec_use_their_module()
{
	tree <<-'END'
	needs kernel/net/ipv4/esp4.ko
	needs kernel/net/ipv6/esp6.ko
	END
	live esp4 esp6 xfrm_user
	printf '4\n4\n' | fake states
	nfg deny --yes esp4 esp6
	exits 3
	err <<-'END'
	nfguard: esp4 is denied (deny esp4) but already live, and stays: IPsec (2 states) uses it: ip xfrm state flush, then nfguard apply --unload
	nfguard: esp6 is denied (deny esp6) but already live: nfguard apply --unload
	END
	# Without it nobody may ask.
	live esp4
	nfg status
	err_lacks IPsec
}
