// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - takes events from where nothing may sleep to where they are told.
 * A probe handler must not print, allocate or wait, so events stand in a short
 * queue for a work item, which writes each down once and hands it on: to the
 * ring that the events files read, to the log, and to audit. What finds the
 * queue full is counted as lost.
 */
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "nfguard.h"

#define QUEUE_SIZE	256

static struct nfg_event queue[QUEUE_SIZE];
static unsigned int queue_head;	/* next to be told */
static unsigned int queue_used;
static DEFINE_RAW_SPINLOCK(queue_lock);

static void tell(struct work_struct *work);
static DECLARE_DELAYED_WORK(tell_work, tell);

/*
 * Events wait that long for others, and are told together: told at once, a
 * flood of requests on one processor would keep a kernel thread of another
 * running without a pause. It also bounds what a flood can make nfguard write:
 * QUEUE_SIZE events in that time.
 */
#define TELL_DELAY	(HZ / 10 + 1)

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

/* A work item never runs beside itself, so that its buffers can be static. */
static void tell_one(struct nfg_event *event)
{
	static struct nfg_event_text text;

	nfg_event_format(event, &text);
	nfg_event_keep(event->time, text.line, text.len);
	if (event->outcome != NFG_ALLOWED) {
		nfg_log_event(text.line, text.log_len);
		/* It may wait; those who follow need not. */
		nfg_event_ring_wake();
		nfg_audit_event(event);
	}
	nfg_asker_unpin(&event->asker);
	nfg_asker_unpin(&event->cause.asker);
}

static void tell(struct work_struct *work)
{
	static struct nfg_event event;
	int i;

	/* What comes meanwhile has the work queued again. */
	for (i = 0; i < QUEUE_SIZE && queue_pop(&event); i++)
		tell_one(&event);
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
 * nfg_event_record - have a verdict told
 * @verdict: the verdict, in the RCU read lock that its asker was read in
 *
 * Context: the request gate's probe handler, or process. Sleeps nowhere,
 * allocates nothing.
 */
void nfg_event_record(const struct nfg_verdict *verdict)
{
	const struct nfg_request *cause = verdict->cause;
	const struct nfg_rule *rule = verdict->rule;
	struct nfg_event *event;
	unsigned long flags;

	/* A flood finds it full, and need not wait for the lock to know. */
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

	schedule_delayed_work(&tell_work, TELL_DELAY);
}

/**
 * nfg_events_init - be ready to tell events
 *
 * Context: process, before any gate can report.
 * Return: 0 or -ENOMEM.
 */
int nfg_events_init(void)
{
	nfg_log_init();
	nfg_audit_init();
	return nfg_event_ring_init();
}

/**
 * nfg_events_clean - tell what is left, and free all
 *
 * Context: process, once no gate can report any more, and no file can read.
 */
void nfg_events_clean(void)
{
	flush_delayed_work(&tell_work);
	nfg_cause_clean();
	nfg_event_ring_clean();
}
