// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - writes events to the kernel's log, a line for each, in the form that
 * abi.h documents, and no more than a person can read.
 */
#include <linux/ktime.h>

#include "nfguard.h"

/*
 * In any 5 seconds no more than so many lines, and one more at removal: 50. The log
 * tells time by a clock of its own, hence the margin. Not by jiffies: on a busy virtual
 * machine they stand still for a while, and then leap. Lines of other files do not count.
 */
#define LINES		49
#define PERIOD		(5 * NSEC_PER_SEC + NSEC_PER_SEC / 4)

static u64 written[LINES];		/* when the last ones were, as ktime_get_ns() */
static unsigned int n_written;
static u64 caught_up;			/* when, likewise */
static u64 reported;			/* verdicts reported as suppressed */

/* All below: the caller holds events.c's tell_lock, or there is no other any more. */

/**
 * nfg_log_room - whether another line may be written now
 */
bool nfg_log_room(void)
{
	return n_written < LINES ||
	       ktime_get_ns() > written[n_written % LINES] + PERIOD;
}

static void line_begins(void)
{
	written[n_written % LINES] = ktime_get_ns();
	/* Never back to a small number, at which there would be room. */
	n_written = n_written < 2 * LINES - 1 ? n_written + 1 : LINES;
}

/**
 * nfg_log_event - write an event to the log
 * @text: the event
 * @len: how much of it; printk() may cut it beyond NFG_LOG_LINE_MAX
 */
void nfg_log_event(const char *text, size_t len)
{
	line_begins();
	pr_notice("%.*s\n", (int)len, text);
}

/**
 * nfg_log_catch_up - report what was suppressed, at most once in a period
 * @last: report it now, as nothing will come any more
 *
 * Return: whether some is left to report.
 */
bool nfg_log_catch_up(bool last)
{
	u64 suppressed = nfg_counter_sum(NFG_LOG_SUPPRESSED);

	if (suppressed == reported)
		return false;
	if (!last && ((reported && ktime_get_ns() < caught_up + PERIOD) ||
		      !nfg_log_room()))
		return true;
	line_begins();
	pr_notice("suppressed verdicts=%llu\n", suppressed - reported);
	reported = suppressed;
	caught_up = ktime_get_ns();
	return false;
}
