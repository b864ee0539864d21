// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - writes each denial and would-be denial to the kernel's log: one line
 * for each event, in the form that abi.h documents. Events beyond the rate limit
 * are counted and left out.
 */
#include <linux/ratelimit.h>

#include "nfguard.h"

/*
 * This many events in an interval of five seconds: enough for a person, too few
 * for a flood. Any five seconds can show more lines: they may span two intervals,
 * and neither the "suppressed" line nor the lines of other files count here.
 */
static DEFINE_RATELIMIT_STATE(rate, 5 * HZ, 50);

/**
 * nfg_log_event - write an event to the log, within the rate limit
 * @text: the event
 * @len: how much of it; printk() may cut it beyond NFG_LOG_LINE_MAX
 *
 * Context: the work item of events.c.
 */
void nfg_log_event(const char *text, size_t len)
{
	static u64 reported;
	u64 suppressed;

	if (!__ratelimit(&rate)) {
		nfg_count(NFG_LOG_SUPPRESSED);
		return;
	}
	suppressed = nfg_counter_sum(NFG_LOG_SUPPRESSED);
	if (suppressed != reported) {
		pr_notice("suppressed verdicts=%llu\n", suppressed - reported);
		reported = suppressed;
	}
	pr_notice("%.*s\n", (int)len, text);
}

void nfg_log_init(void)
{
	/* nfg_log_event() reports what was suppressed, in our own grammar. */
	ratelimit_set_flags(&rate, RATELIMIT_MSG_ON_RELEASE);
}
