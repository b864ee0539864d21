#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A module that needs a denied one is not loaded either. What was live before is left
# alone, and named.
. "${0%/*}/lib/common.sh"

dependent_refused()
{
	exits 0 nfguard deny nf_conntrack
	log_mark
	exits 1 modprobe nf_conntrack_netlink
	says "Operation not permitted"
	not_live nf_conntrack
	not_live nf_conntrack_netlink
	logged '^nfguard: deny load name=nf_conntrack rule="deny nf_conntrack" .* comm=modprobe '
}

counted_once()
{
	equal "loads denied of nf_conntrack" 1 \
		"$(rule_field "deny nf_conntrack" load_denied)"
}

by_request()
{
	counters_mark
	in_netns conntrack -L >"$scratch/out" 2>&1 || true
	not_live nf_conntrack
	not_live nf_conntrack_netlink
	at_least "requests denied" 1 "$(rise request_denied)"
	equal "loads denied" 0 "$(rise load_denied)"
}

allow_above_is_defeated()
{
	exits 3 nfguard allow nf_conntrack_netlink
	says "nf_conntrack_netlink: it needs nf_conntrack, which 'deny nf_conntrack' at .* denies"
	exits 1 modprobe nf_conntrack_netlink
	not_live nf_conntrack
	not_live nf_conntrack_netlink
}

# A live module stays; what needs it is denied nevertheless.
live_is_named()
{
	exits 0 nfguard remove nf_conntrack_netlink nf_conntrack
	modprobe nf_conntrack
	exits 3 nfguard deny --yes nf_conntrack
	says "nf_conntrack is denied.* already live"
	is_live nf_conntrack
	exits 1 modprobe nf_conntrack_netlink
	not_live nf_conntrack_netlink
	exits 3 nfguard status
	says "nf_conntrack is denied.* already live"
	says_not "nf_conntrack_netlink is denied"
}

gone_once_removed()
{
	modprobe -r nf_conntrack
	wait_for netfilter_gone
	not_live nf_conntrack
	exits 1 modprobe nf_conntrack_netlink
	not_live nf_conntrack
	exits 0 nfguard status
}

plan 6
guard_load
point "modprobe of a module that needs a denied one gets EPERM" dependent_refused
point "the denial counts for the rule on the module needed" counted_once
point "a request for such a module loads neither" by_request
point "a rule that allows the dependent module does not let it half load" allow_above_is_defeated
point "a denied module that is live stays, and is named, with exit status 3" live_is_named
point "once removed, it does not come back" gone_once_removed
finish
