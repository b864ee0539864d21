#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# nfguard verify on a real kernel: what it says of now, and what --try brings in. What it
# says of the next boot is about the guest's own files, and tested on fake hosts.
. "${0%/*}/lib/common.sh"

# now WORDS: what verify says of now.
now()
{
	says "^now: $1\$"
}

# verify ARGUMENT...: whatever the exit status, which the next boot decides too.
verify()
{
	ran="nfguard verify $*"
	nfguard verify "$@" >"$scratch/out" 2>"$scratch/err" || true
}

out_of_reach()
{
	exits 0 nfguard deny nf_conntrack
	verify nf_conntrack xt_conntrack ipt_conntrack
	now "out of reach"
}

in_reach()
{
	verify nf_tables
	now "not out of reach"
	says '^nf_tables is not denied by the policy in force'
	exits 0 nfguard deny unprivileged nf_tables
	verify nf_tables
	says '^nf_tables is denied to unprivileged askers only by the policy in force'
	exits 0 nfguard remove nf_tables
}

live_is_in_reach()
{
	exits 0 nfguard remove nf_conntrack
	modprobe nf_conntrack
	exits 3 nfguard deny --yes nf_conntrack
	verify nf_conntrack
	now "not out of reach"
	says '^nf_conntrack is denied but already live'
	exits 0 nfguard apply --unload
	verify nf_conntrack
	now "out of reach"
}

tries()
{
	local before after

	before=$(cut -d' ' -f1 /proc/modules | sort)
	verify --try nf_conntrack xt_conntrack
	says '^try: nf_conntrack: request denied \(deny nf_conntrack\)$'
	says '^try: nf_conntrack: load denied \(deny nf_conntrack\)$'
	says '^try: xt_conntrack: request denied \(deny nf_conntrack\)$'
	says '^try: xt_conntrack: load denied'
	now "out of reach"
	after=$(cut -d' ' -f1 /proc/modules | sort)
	equal "the live modules" "$before" "$after"
}

tries_nothing_that_would_get_in()
{
	verify --try nf_tables
	says '^try: nf_tables: load not tried: it is not denied to all$'
	not_live nf_tables
	exits 0 nfguard mode permissive
	verify --try nf_conntrack
	says '^nfguard: nothing was tried: the mode is permissive'
	now "not out of reach"
	not_live nf_conntrack
	exits 0 nfguard mode enforcing
	change /sys/kernel/debug/kprobes/enabled 0
	exits 4 nfguard verify --try nf_conntrack
	says '^nfguard: nothing was tried: the guard is not in effect'
	now "not out of reach"
	not_live nf_conntrack
	echo 1 >/sys/kernel/debug/kprobes/enabled
	exits 0 nfguard status
}

# The kernel's own symbols: af_packet is built into Debian 12's, a module of others.
built_in_has_its_init_function()
{
	exits 3 nfguard deny af_packet
	says 'af_packet is denied \(deny af_packet\) but built into this kernel, and stays until a boot without its init function: .*initcall_blacklist=packet_init'
	verify --try af_packet
	now "not out of reach"
	says '^try: af_packet: load not tried: it is built in$'
	exits 0 nfguard list --cmdline
	says '^initcall_blacklist=packet_init$'
	exits 0 nfguard remove af_packet
}

without_a_guard()
{
	guard_unload
	exits 4 nfguard verify nf_conntrack
	now "not out of reach"
	says '^the kernel module is not loaded, so nothing is in force'
}

plan 7
guard_load
point "a denied module is out of reach, and what needs it" out_of_reach
point "a module that is denied to some, or not at all, is not" in_reach
point "a live module is not, until it is removed" live_is_in_reach
point "--try is refused at both gates, and leaves nothing behind" tries
point "--try does not try what would get in" tries_nothing_that_would_get_in
if grep -q '__initcall__kmod_af_packet__' /proc/kallsyms; then
	point "a built-in module has its init function named" built_in_has_its_init_function
else
	skip "a built-in module has its init function named" "af_packet is not built in"
fi
point "nothing is out of reach without a guard" without_a_guard
finish
