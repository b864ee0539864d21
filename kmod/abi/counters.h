/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters.h - the counters, once, for the module that counts and the tool
 * that explains: the keys of the counters file ("KEY VALUE" a line, as in
 * /proc/vmstat), each with a sentence for people. To be included where the
 * table is used, and nowhere else.
 *
 * All rise until the module is removed, whatever happens to the policy.
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
		"requests that the request gate let pass, would-deny among them",
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
		"loads that the load gate let pass, would-deny among them",
	},
	[NFG_LOAD_DENIED] = {
		"load_denied",
		"loads that the load gate refused",
	},
	[NFG_LOAD_WOULD_DENY] = {
		"load_would_deny",
		"loads that enforcing mode would have refused",
	},
	[NFG_REQUEST_UNNAMED] = {
		"request_unnamed",
		"requests with no name that fits: left to the kernel and the load gate",
	},
	[NFG_POLICY_SWAPS] = {
		"policy_swaps",
		"policies that took force since the module was loaded",
	},
	[NFG_WRITES_REFUSED] = {
		"writes_refused",
		"writes to /proc/nfguard that were refused",
	},
	[NFG_LOG_SUPPRESSED] = {
		"log_suppressed",
		"verdicts that were counted but not logged: too many at a time",
	},
	[NFG_AUDIT_SUPPRESSED] = {
		"audit_suppressed",
		"verdicts that audit was not told of: too many at a time",
	},
	[NFG_EVENTS_RECORDED] = {
		"events_recorded",
		"events written to the ring that the events files read",
	},
	[NFG_EVENTS_LOST] = {
		"events_lost",
		"events that were never recorded: too many at a time",
	},
	[NFG_EVENTS_OVERWRITTEN] = {
		"events_overwritten",
		"events that newer ones replaced before anybody read them",
	},
	[NFG_KPROBE_MISSED] = {
		"kprobe_missed",
		"requests that the kprobe missed, so that only the load gate saw them",
	},
};

#endif /* NFGUARD_COUNTERS_H */
