/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters.h - the counters, in the order of the counters file, and their keys there:
 * one "KEY VALUE" on each line, as in /proc/vmstat. userspace/guard/counter.c
 * explains them.
 *
 * All of them rise until the module is removed, whatever happens to the policy.
 */
#ifndef NFGUARD_COUNTERS_H
#define NFGUARD_COUNTERS_H

#define NFG_COUNTERS(X)							\
	X(NFG_REQUEST_ALLOWED, "request_allowed")			\
	X(NFG_REQUEST_DENIED, "request_denied")				\
	X(NFG_REQUEST_WOULD_DENY, "request_would_deny")			\
	X(NFG_LOAD_ALLOWED, "load_allowed")				\
	X(NFG_LOAD_DENIED, "load_denied")				\
	X(NFG_LOAD_WOULD_DENY, "load_would_deny")			\
	X(NFG_REQUEST_UNENFORCED, "request_unenforced")			\
	X(NFG_REQUEST_UNJUDGED, "request_unjudged")			\
	X(NFG_REQUEST_UNNAMED, "request_unnamed")			\
	X(NFG_POLICY_SWAPS, "policy_swaps")				\
	X(NFG_WRITES_REFUSED, "writes_refused")				\
	X(NFG_LOG_SUPPRESSED, "log_suppressed")				\
	X(NFG_AUDIT_SUPPRESSED, "audit_suppressed")			\
	X(NFG_EVENTS_RECORDED, "events_recorded")			\
	X(NFG_EVENTS_LOST, "events_lost")				\
	X(NFG_EVENTS_OVERWRITTEN, "events_overwritten")			\
	X(NFG_KPROBE_MISSED, "kprobe_missed")

#define NFG_COUNTER(counter, key)	counter,
#define NFG_COUNTER_KEY(counter, key)	key,

enum nfg_counter {
	NFG_COUNTERS(NFG_COUNTER)
	NFG_N_COUNTERS,
};

#endif /* NFGUARD_COUNTERS_H */
