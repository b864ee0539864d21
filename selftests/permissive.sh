#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Permissive mode denies nothing, and counts and reports what it would deny.
. "${0%/*}/lib/common.sh"

switched()
{
	exits 0 nfguard deny --force nf_conntrack net-pf-13 nfnetlink-subsys-1
	log_mark
	exits 0 nfguard mode permissive
	equal "mode" permissive "$(status mode)"
	equal "mode file" permissive "$(cat "$proc/mode")"
	logged '^nfguard: mode from=enforcing to=permissive pid=[0-9]+ comm=nfguard uid=0$'
}

nothing_denied()
{
	counters_mark
	log_mark
	in_netns conntrack -L >"$scratch/out" 2>&1
	is_live nf_conntrack
	is_live nf_conntrack_netlink
	equal "requests denied" 0 "$(rise request_denied)"
	equal "loads denied" 0 "$(rise load_denied)"
}

all_counted()
{
	# nf_conntrack, and nf_conntrack_netlink, which needs it
	equal "loads that would be denied" 2 "$(rise load_would_deny)"
	at_least "requests that would be denied" 1 "$(rise request_would_deny)"
	equal "the rule's loads" 2 "$(rule_field "deny nf_conntrack" load_would_deny)"
	equal "the rule's requests" "$(rise request_would_deny)" \
		"$(rule_field "deny nfnetlink-subsys-1" request_would_deny)"
	equal "the rule's denials" 0 "$(rule_field "deny nf_conntrack" load_denied)"
}

would_deny_is_allowed()
{
	counters_mark
	equal "answers" EAFNOSUPPORT "$(request family 13)"
	equal "answers" EAFNOSUPPORT "$(request family 14)"
	equal "requests that would be denied" 1 "$(rise request_would_deny)"
	equal "requests allowed, including that one" 2 "$(rise request_allowed)"
	equal "requests denied" 0 "$(rise request_denied)"
}

reported()
{
	logged '^nfguard: would-deny load name=nf_conntrack rule="deny nf_conntrack" pid=[0-9]+ comm=modprobe uid=0 '
	logged '^nfguard: would-deny request name=net-pf-13 rule="deny net-pf-13" pid=[0-9]+ comm=request uid=0 '
	equal "denials in the log" 0 "$(log_count '^nfguard: deny ')"
}

cli_says_so()
{
	exits 0 nfguard status
	says permissive
	exits 0 nfguard mode
	says '^permissive$'
	exits 0 nfguard apply
	says "nothing is denied"
}

enforcing_again()
{
	unload_netfilter
	counters_mark
	exits 0 nfguard mode enforcing
	equal "mode" enforcing "$(status mode)"
	refuses modprobe nf_conntrack
	not_live nf_conntrack
	equal "loads denied" 1 "$(rise load_denied)"
	equal "loads that would be denied" 0 "$(rise load_would_deny)"
}

plan 7
guard_load
point "the mode changes, and the log has the old and the new one" switched
point "what the policy denies is loaded anyway, past both gates" nothing_denied
point "all of it is counted, for its rule too" all_counted
point "would-deny counts as a part of allowed" would_deny_is_allowed
point "the log says would-deny, with name, rule and asker" reported
point "the commands say that nothing is denied" cli_says_so
point "back in enforcing mode, it is denied" enforcing_again
finish
