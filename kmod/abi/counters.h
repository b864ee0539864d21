/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters.h - the counters, in one table for the module, which counts, and the
 * command, which explains: the keys of the counters file (one "KEY VALUE" on each
 * line, as in /proc/vmstat), each with a sentence for people. Include it only
 * where the table is used.
 *
 * All of them rise until the module is removed, whatever happens to the policy.
 */
#ifndef NFGUARD_COUNTERS_H
#define NFGUARD_COUNTERS_H

#include "abi.h"

static const struct {
	const char *key;
	const char *sentence;
} nfg_counter_lines[NFG_N_COUNTERS] = {
	[NFG_REQUEST_ALLOWED] = {
		"request_allowed",
		"requests that the request gate let through, also would-deny, unenforced and unjudged",
	},
	[NFG_REQUEST_DENIED] = {
		"request_denied",
		"requests that the request gate refused",
	},
	[NFG_REQUEST_WOULD_DENY] = {
		"request_would_deny",
		"requests that enforcing mode would have refused",
	},
	[NFG_LOAD_ALLOWED] = {
		"load_allowed",
		"loads that the load gate let through, also would-deny",
	},
	[NFG_LOAD_DENIED] = {
		"load_denied",
		"loads that the load gate refused",
	},
	[NFG_LOAD_WOULD_DENY] = {
		"load_would_deny",
		"loads that enforcing mode would have refused",
	},
	[NFG_REQUEST_UNENFORCED] = {
		"request_unenforced",
		"requests to be refused that may have gone through, as the gate was not armed",
	},
	[NFG_REQUEST_UNJUDGED] = {
		"request_unjudged",
		"requests with too many values to make their name, let through by the default",
	},
	[NFG_REQUEST_UNNAMED] = {
		"request_unnamed",
		"requests with a name too long to judge: left to the kernel and the load gate",
	},
	[NFG_POLICY_SWAPS] = {
		"policy_swaps",
		"policies that took effect since the module was loaded",
	},
	[NFG_WRITES_REFUSED] = {
		"writes_refused",
		"refused writes to /proc/nfguard, and refused opens for writing",
	},
	[NFG_LOG_SUPPRESSED] = {
		"log_suppressed",
		"denials and would-be denials not logged: too many at a time",
	},
	[NFG_AUDIT_SUPPRESSED] = {
		"audit_suppressed",
		"denials and would-be denials not sent to audit: too many at a time",
	},
	[NFG_EVENTS_RECORDED] = {
		"events_recorded",
		"events written to the ring buffer that the events files read",
	},
	[NFG_EVENTS_LOST] = {
		"events_lost",
		"verdicts of askers with more events than their share: not recorded",
	},
	[NFG_EVENTS_OVERWRITTEN] = {
		"events_overwritten",
		"events overwritten by newer ones before anybody read them",
	},
	[NFG_KPROBE_MISSED] = {
		"kprobe_missed",
		"requests that the kprobe missed, so only the load gate could deny",
	},
};

#endif /* NFGUARD_COUNTERS_H */
