# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Modules: which are live, where their files are, and how to unload netfilter. Bash
# itself reads the files where it can: each process takes its time in a guest without
# KVM.
# shellcheck disable=SC2154	# common.sh assigns them

# modules_read: fills the array `modules`, newest first.
modules_read()
{
	mapfile -t modules </proc/modules
}

live()
{
	local modules line

	modules_read
	for line in "${modules[@]}"; do
		[ "${line%% *}" != "${1//-/_}" ] || return 0
	done
	return 1
}

not_live()
{
	! live "$1" || fail "$1 is live"
}

is_live()
{
	live "$1" || fail "$1 is not live"
}

has_module()
{
	modinfo -n "$1" >/dev/null 2>&1
}

# module_file MODULE: its path, for insmod.
module_file()
{
	modinfo -n "$1"
}

# test_module MODULE: the path of a helper module of this suite.
test_module()
{
	echo "$here/modules/$1.ko"
}

# netfilter_live: fills the array `names` with the modules that iptables, nft, ipset,
# tc and the like bring in, each before the modules that it uses.
netfilter_live()
{
	local modules line

	names=()
	modules_read
	for line in "${modules[@]}"; do
		case ${line%% *} in
		nf_* | nft_* | xt_* | ipt_* | ip6t_* | ebt_* | arpt_* | \
		nfnetlink* | iptable_* | ip6table_* | arptable_* | ebtable* | \
		x_tables | ip_tables | ip6_tables | arp_tables | ip_set* | \
		ip_vs* | act_ct | br_netfilter | openvswitch)
			names+=("${line%% *}")
			;;
		esac
	done
}

netfilter_gone()
{
	local -a names

	netfilter_live
	[ "${#names[@]}" -gt 0 ] || return 0
	rmmod "${names[@]}" 2>/dev/null || true
	netfilter_live
	[ "${#names[@]}" -eq 0 ]
}

# A network namespace is removed in the background and holds modules until then.
unload_netfilter()
{
	wait_for netfilter_gone || bail_out "netfilter modules can't be unloaded"
}
