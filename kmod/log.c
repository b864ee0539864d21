// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - tells the kernel's log of each verdict against somebody: one line an
 * event, as abi.h has it. What comes faster than the rate limit is counted and
 * left out.
 */
#include <linux/ratelimit.h>

#include "nfguard.h"

/* So many lines in five seconds: enough for a person, too few for a flood. */
static DEFINE_RATELIMIT_STATE(rate, 5 * HZ, 50);

/**
 * nfg_log_event - write an event to the log, unless too many were
 * @text: the event
 * @len: how much of it; beyond NFG_LOG_LINE_MAX printk() may cut it
 *
 * Context: the work item of events.c.
 */
void nfg_log_event(const char *text, size_t len)
{
	static u64 suppressed_told;
	u64 suppressed;

	if (!__ratelimit(&rate)) {
		nfg_count(NFG_LOG_SUPPRESSED);
		return;
	}
	suppressed = nfg_counter_sum(NFG_LOG_SUPPRESSED);
	if (suppressed != suppressed_told) {
		pr_notice("suppressed verdicts=%llu\n",
			  suppressed - suppressed_told);
		suppressed_told = suppressed;
	}
	pr_notice("%.*s\n", (int)len, text);
}

void nfg_log_init(void)
{
	/* nfg_log_event() says what was suppressed; the kernel's line would not. */
	ratelimit_set_flags(&rate, RATELIMIT_MSG_ON_RELEASE);
}
