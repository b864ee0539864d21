// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch.c - checks from time to time that the request gate is armed, arms what
 * could not be armed before, and says in the log when the gate was lost and when it
 * is back, even if nobody reads the status file.
 */
#include <linux/workqueue.h>

#include "nfguard.h"

#define INTERVAL	(10 * HZ)

static void watch(struct work_struct *work);
/* Deferrable: an idle machine need not wake up for it. */
static DECLARE_DEFERRABLE_WORK(watch_work, watch);
static int last;

static void log_change(int now)
{
	const char *from = last ? NFG_WORD_DEGRADED : NFG_WORD_ARMED;

	if (now)
		pr_alert("request gate from=%s to=%s error=%pe: only the load gate holds\n",
			 from, NFG_WORD_DEGRADED, ERR_PTR(now));
	else
		pr_notice("request gate from=%s to=%s\n", from, NFG_WORD_ARMED);
}

static void watch(struct work_struct *work)
{
	int now;

	nfg_request_gate_arm();
	nfg_cause_expire(false);
	now = nfg_request_gate_check();
	if (now != last)
		log_change(now);
	last = now;
	schedule_delayed_work(&watch_work, INTERVAL);
}

/**
 * nfg_watch_init - start watching
 *
 * Context: process, after the gates have been armed.
 */
void nfg_watch_init(void)
{
	last = nfg_request_gate_check();
	schedule_delayed_work(&watch_work, INTERVAL);
}

/**
 * nfg_watch_clean - stop watching
 *
 * Context: process, may sleep.
 */
void nfg_watch_clean(void)
{
	cancel_delayed_work_sync(&watch_work);
}
