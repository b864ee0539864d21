// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - takes events from where nothing may sleep to where they are
 * reported. A probe handler must not print, allocate or wait, so it leaves them
 * in a short queue. A work item formats each of them once and passes it on: to
 * the ring that the events files read, to the log, and to audit. Events that
 * find the queue full are counted as lost.
 */
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "nfguard.h"

#define QUEUE_SIZE	256

static struct nfg_event queue[QUEUE_SIZE];
static unsigned int queue_head;	/* next to be reported */
static unsigned int queue_used;
static DEFINE_RAW_SPINLOCK(queue_lock);

static void report_all(struct work_struct *work);
static DECLARE_DELAYED_WORK(report_work, report_all);

/*
 * How long events are held, to be reported together. If each were reported at
 * once, a flood of requests on one CPU would keep a kernel thread on another CPU
 * running without a pause. The delay also bounds what a flood can make nfguard
 * write: QUEUE_SIZE events in that time.
 */
#define REPORT_DELAY	(HZ / 10 + 1)

static bool queue_pop(struct nfg_event *event)
{
	unsigned long flags;
	bool some;

	raw_spin_lock_irqsave(&queue_lock, flags);
	some = queue_used;
	if (some) {
		*event = queue[queue_head];
		queue_head = (queue_head + 1) % QUEUE_SIZE;
		queue_used--;
	}
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	return some;
}

/* A work item never runs twice at the same time, so its buffers can be static. */
static void report(struct nfg_event *event)
{
	static struct nfg_event_text text;

	nfg_event_format(event, &text);
	nfg_event_keep(event->time, text.line, text.len);
	if (event->outcome != NFG_ALLOWED) {
		nfg_log_event(text.line, text.log_len);
		/* Audit may have to wait; those who follow the ring need not. */
		nfg_event_ring_wake();
		nfg_audit_event(event);
	}
	nfg_asker_unpin(&event->asker);
	nfg_asker_unpin(&event->cause.asker);
}

static void report_all(struct work_struct *work)
{
	static struct nfg_event event;
	int i;

	/* An event that comes meanwhile queues the work again. */
	for (i = 0; i < QUEUE_SIZE && queue_pop(&event); i++)
		report(&event);
	nfg_event_ring_wake();
}

static void lost(enum nfg_outcome outcome)
{
	nfg_count(NFG_EVENTS_LOST);
	if (outcome == NFG_ALLOWED)
		return;
	nfg_count(NFG_LOG_SUPPRESSED);
	nfg_audit_lost();
}

/**
 * nfg_event_record - queue a verdict to be reported
 * @verdict: the verdict; the RCU read lock under which its asker was read is
 *	still held
 *
 * Context: the request gate's probe handler, or process. Neither sleeps nor
 * allocates.
 */
void nfg_event_record(const struct nfg_verdict *verdict)
{
	const struct nfg_request *cause = verdict->cause;
	const struct nfg_rule *rule = verdict->rule;
	struct nfg_event *event;
	unsigned long flags;

	/* In a flood the queue is full: see that without waiting for the lock. */
	if (READ_ONCE(queue_used) == QUEUE_SIZE) {
		lost(verdict->outcome);
		return;
	}
	raw_spin_lock_irqsave(&queue_lock, flags);
	if (queue_used == QUEUE_SIZE) {
		raw_spin_unlock_irqrestore(&queue_lock, flags);
		lost(verdict->outcome);
		return;
	}
	event = &queue[(queue_head + queue_used) % QUEUE_SIZE];
	WRITE_ONCE(queue_used, queue_used + 1);
	event->time = ktime_get_real_fast_ns();
	event->gate = verdict->gate;
	event->outcome = verdict->outcome;
	event->asker = verdict->asker;
	nfg_asker_pin(&event->asker);
	if (cause) {
		event->cause = *cause;
		nfg_asker_pin(&event->cause.asker);
	} else {
		event->cause.name[0] = '\0';
		event->cause.asker.cgrp = NULL;
	}
	memcpy(event->name, verdict->name, verdict->len);
	event->name_len = verdict->len;
	memcpy(event->rule, rule->text, rule->len);
	event->rule_len = rule->len;
	raw_spin_unlock_irqrestore(&queue_lock, flags);

	schedule_delayed_work(&report_work, REPORT_DELAY);
}

/**
 * nfg_events_init - get ready to report events
 *
 * Context: process, before any gate can record one.
 * Return: 0 or -ENOMEM.
 */
int nfg_events_init(void)
{
	nfg_log_init();
	nfg_audit_init();
	return nfg_event_ring_init();
}

/**
 * nfg_events_clean - report what is left, and free everything
 *
 * Context: process, once no gate can record and no file can read any more.
 */
void nfg_events_clean(void)
{
	flush_delayed_work(&report_work);
	nfg_cause_clean();
	nfg_event_ring_clean();
}
