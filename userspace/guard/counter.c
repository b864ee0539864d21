// SPDX-License-Identifier: GPL-2.0-only
/*
 * counter.c - what each counter of the kernel module is called and means.
 */
#include <stddef.h>

#include "guard/counter.h"

/* Its key in the counters file. */
const char *counter_key(enum nfg_counter counter)
{
	static const char *const keys[] = { NFG_COUNTERS(NFG_COUNTER_KEY) };

	return keys[counter];
}

/* What it counts, for people. Without a default, so that none can be forgotten. */
const char *counter_sentence(enum nfg_counter counter)
{
	switch (counter) {
	case NFG_REQUEST_ALLOWED:
		return "requests let through, also would-deny, unenforced and unjudged";
	case NFG_REQUEST_DENIED:
		return "requests that the request gate refused";
	case NFG_REQUEST_WOULD_DENY:
		return "requests that enforcing mode would have refused";
	case NFG_LOAD_ALLOWED:
		return "loads that the load gate let through, also would-deny";
	case NFG_LOAD_DENIED:
		return "loads that the load gate refused";
	case NFG_LOAD_WOULD_DENY:
		return "loads that enforcing mode would have refused";
	case NFG_REQUEST_UNENFORCED:
		return "requests to be refused that may have gone through: the gate was not armed";
	case NFG_REQUEST_UNJUDGED:
		return "requests with too many values to make a name, let through by the default";
	case NFG_REQUEST_UNNAMED:
		return "requests with a name too long to judge: left to kernel and load gate";
	case NFG_POLICY_SWAPS:
		return "policies that took effect since the module was loaded";
	case NFG_WRITES_REFUSED:
		return "refused writes to /proc/nfguard, and refused opens for writing";
	case NFG_LOG_SUPPRESSED:
		return "denials and would-be denials not logged: too many at a time";
	case NFG_AUDIT_SUPPRESSED:
		return "denials and would-be denials not sent to audit: too many at a time";
	case NFG_EVENTS_RECORDED:
		return "events written to the ring buffer that the events files read";
	case NFG_EVENTS_LOST:
		return "verdicts of askers with more events than their share: not recorded";
	case NFG_EVENTS_OVERWRITTEN:
		return "events overwritten by newer ones before anybody read them";
	case NFG_KPROBE_MISSED:
		return "requests that the kprobe missed, so only the load gate could deny";
	case NFG_N_COUNTERS:
		break;
	}
	return NULL;
}
