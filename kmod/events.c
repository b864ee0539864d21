// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - makes events of verdicts, and tells them. A probe handler must not
 * print, allocate or wait, so it leaves a verdict in a slot. A work item formats
 * it once and passes it to the ring that the events files read, to the log and
 * to audit.
 *
 * Equal verdicts become one event: what is asked for again waits for a second
 * before it is told again, with a count, then for two, and so on. The log's pace
 * bounds how many events are told at a time. Each asker has a share of the slots,
 * and those with few events go first, so a flood by one hides nothing that
 * another does. Verdicts beyond the share are counted as lost.
 */
#include <linux/irq_work.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "nfguard.h"

#define SLOTS		512
#define WINDOW_MIN	HZ
#define WINDOW_MAX	(64 * HZ)

/**
 * struct slot - equal verdicts
 * @node: in the hash table, once it was used
 * @list: in waiting or idle
 * @event: what is told; while it is idle, count is 0 and nothing is pinned
 * @kept: how many of its verdicts the ring has already
 * @hash: of the key
 * @due: not told again before that, in jiffies
 * @turn: of those that are due the lowest goes first, in jiffies
 * @window: how long after it is told it is due again
 */
struct slot {
	struct hlist_node node;
	struct list_head list;
	struct nfg_event event;
	u32 kept;
	u32 hash;
	unsigned long due;
	unsigned long turn;
	unsigned long window;
};

#define HASH_BITS	9

static struct slot slots[SLOTS];
static struct hlist_head table[1 << HASH_BITS];
static LIST_HEAD(waiting);	/* to be told */
static LIST_HEAD(idle);		/* told, and known for a while; oldest first */
static DEFINE_RAW_SPINLOCK(slots_lock);

static DEFINE_MUTEX(tell_lock);
static bool closing;		/* the log gets only what it has room for now */
static void tell_due(struct work_struct *work);
static DECLARE_DELAYED_WORK(tell_work, tell_due);
static void tell_later(struct irq_work *work);
/* Not the work itself: a handler may interrupt who holds the locks of that. */
static DEFINE_IRQ_WORK(tell_soon, tell_later);

/*
 * How long the first verdict waits for others. If each were told at once, a
 * flood of requests on one CPU would keep a kernel thread on another CPU running
 * without a pause.
 */
#define TELL_DELAY	(HZ / 10 + 1)

/* --- shares ------------------------------------------------------------------ */

/*
 * No asker can take the slots of another: the more are waiting, the fewer may an
 * owner have, and of these a process (the dynamic thresholds of switches that
 * share a buffer; Choudhury and Hahne, 1998). Each of n owners that want all gets
 * about 1/(n + 2) of them, and 2/(n + 2) stay free for others. Uids and pids are
 * given in a row, so that few share a counter.
 */
#define COUNTERS	8192
static u8 of_owner[COUNTERS], of_process[COUNTERS];
static int held;

/* Returns false if the asker has its share; @before: how many go before it. */
static bool share_take(const struct nfg_asker *who, unsigned int *before)
{
	u8 *owner = &of_owner[nfg_owner(who) % COUNTERS];
	u8 *process = &of_process[who->pid % COUNTERS];

	if (((SLOTS - held) / 2 - *owner) / 4 <= *process)
		return false;
	/* Those with few are told first. */
	*before = *owner + 4 * *process;
	++*owner;
	++*process;
	held++;
	return true;
}

static void share_return(const struct nfg_asker *who)
{
	of_owner[nfg_owner(who) % COUNTERS]--;
	of_process[who->pid % COUNTERS]--;
	held--;
}

/* --- recording -------------------------------------------------------------- */

static u32 key_hash(const struct nfg_verdict *verdict)
{
	const struct nfg_asker *who = verdict->behind;
	u32 hash = jhash(verdict->name, verdict->len,
			 who->uid ^ verdict->outcome);

	return jhash2((const u32 *)who->comm, sizeof(who->comm) / sizeof(u32),
		      hash ^ (u32)who->cgroup);
}

static struct slot *find(const struct nfg_verdict *verdict, u32 hash)
{
	const struct nfg_asker *who = verdict->behind;
	struct slot *slot;

	hlist_for_each_entry(slot, &table[hash % ARRAY_SIZE(table)], node) {
		const struct nfg_event *event = &slot->event;
		const struct nfg_asker *known = nfg_behind(event);

		if (slot->hash == hash && event->gate == verdict->gate &&
		    event->outcome == verdict->outcome &&
		    event->rule == verdict->rule->stats &&
		    event->name_len == verdict->len &&
		    !memcmp(event->name, verdict->name, verdict->len) &&
		    known->uid == who->uid && known->cgroup == who->cgroup &&
		    !memcmp(known->comm, who->comm, sizeof(who->comm)))
			return slot;
	}
	return NULL;
}

static void fill(struct nfg_event *event, const struct nfg_verdict *verdict,
		 u64 now)
{
	event->first = now;
	event->last = now;
	event->count = 1;
	event->gate = verdict->gate;
	event->outcome = verdict->outcome;
	event->asker = verdict->asker;
	nfg_asker_pin(&event->asker);
	if (verdict->cause) {
		event->cause = *verdict->cause;
		nfg_asker_pin(&event->cause.asker);
	} else {
		event->cause.name[0] = '\0';
		event->cause.asker.cgrp = NULL;
	}
	event->rule = verdict->rule->stats;
	nfg_rule_stats_hold(event->rule);
	memcpy(event->name, verdict->name, verdict->len);
	event->name_len = verdict->len;
}

/* Takes the slot that was told the longest ago: there is one for each place. */
static struct slot *take_oldest(u32 hash)
{
	struct slot *slot = list_first_entry(&idle, struct slot, list);

	if (!hlist_unhashed(&slot->node))
		hlist_del(&slot->node);
	hlist_add_head(&slot->node, &table[hash % ARRAY_SIZE(table)]);
	slot->hash = hash;
	slot->due = jiffies;
	slot->window = WINDOW_MIN;
	return slot;
}

static bool record(const struct nfg_verdict *verdict, u32 hash, bool *new)
{
	struct slot *slot = find(verdict, hash);
	u64 now = ktime_get_real_fast_ns();
	unsigned int before;

	if (slot && slot->event.count) {
		slot->event.count++;
		slot->event.last = now;
		return true;
	}
	if (!share_take(verdict->behind, &before))
		return false;
	if (!slot) {
		slot = take_oldest(hash);
	} else if (time_before(jiffies, slot->due)) {
		slot->window = min_t(unsigned long, 2 * slot->window,
				     WINDOW_MAX);
	} else {
		slot->window = WINDOW_MIN;
		slot->due = jiffies;
	}
	slot->turn = slot->due + before * HZ / 10;
	slot->kept = 0;
	fill(&slot->event, verdict, now);
	list_move_tail(&slot->list, &waiting);
	*new = true;
	return true;
}

/**
 * nfg_event_record - leave a verdict to be told
 * @verdict: the verdict; the RCU read lock under which its asker was read is
 *	still held
 *
 * Context: the request gate's probe handler, or process. Neither sleeps nor
 * allocates.
 */
void nfg_event_record(const struct nfg_verdict *verdict)
{
	u32 hash = key_hash(verdict);
	bool recorded = false, new = false;
	unsigned long flags;

	if (nfg_try_lock(&slots_lock, &flags)) {
		recorded = record(verdict, hash, &new);
		raw_spin_unlock_irqrestore(&slots_lock, flags);
	}
	if (new)
		irq_work_queue(&tell_soon);
	if (recorded)
		return;
	nfg_count(NFG_EVENTS_LOST);
	if (verdict->outcome != NFG_ALLOWED) {
		nfg_count(NFG_LOG_SUPPRESSED);
		nfg_audit_suppressed(1);
	}
}

/* --- telling ---------------------------------------------------------------- */

/*
 * The one whose turn it is. The ring has room for all, and a reader waits for
 * none: with @all, also those that are not due, or that the log has no room for.
 */
static struct slot *next_slot(bool all, bool room)
{
	struct slot *slot, *next = NULL;

	list_for_each_entry(slot, &waiting, list) {
		bool fits = room || closing ||
			    slot->event.outcome == NFG_ALLOWED;

		if (all ? !fits && slot->kept == slot->event.count :
			  !fits || time_before(jiffies, slot->due))
			continue;
		if (!next || time_before(slot->turn, next->turn))
			next = slot;
	}
	return next;
}

/* Copies the next event, and how much of it is new to the ring. */
static bool take_next(struct nfg_event *event, u32 *new, bool *last, bool all)
{
	bool room = nfg_log_room();
	unsigned long flags;
	struct slot *slot;

	raw_spin_lock_irqsave(&slots_lock, flags);
	slot = next_slot(all, room);
	if (slot) {
		*event = slot->event;
		*new = event->count - slot->kept;
		*last = room || closing || event->outcome == NFG_ALLOWED;
		slot->kept = event->count;
		if (*last) {
			slot->event.count = 0;
			slot->due = jiffies + slot->window;
			share_return(nfg_behind(event));
			list_move_tail(&slot->list, &idle);
		}
	}
	raw_spin_unlock_irqrestore(&slots_lock, flags);
	return slot;
}

/* All of this is under tell_lock, and what an event pins stays until its last. */
static void tell(struct nfg_event *event, u32 new, bool last)
{
	static struct nfg_event_text text;
	u32 count = event->count;

	if (new) {
		event->count = new;
		nfg_event_format(event, &text);
		nfg_event_keep(event, text.line);
	}
	if (!last)
		return;
	if (event->outcome != NFG_ALLOWED && nfg_log_room()) {
		/* The text is the ring's, unless that had some of it before. */
		if (new != count) {
			event->count = count;
			nfg_event_format(event, &text);
		}
		nfg_log_event(text.line, text.log_len);
		nfg_audit_event(text.line, count);
	}
	nfg_asker_unpin(&event->asker);
	nfg_asker_unpin(&event->cause.asker);
	nfg_rule_stats_release(event->rule);
}

static void tell_some(bool all)
{
	static struct nfg_event event;		/* under tell_lock */
	bool last;
	u32 new;
	int i;

	mutex_lock(&tell_lock);
	for (i = 0; i < SLOTS && take_next(&event, &new, &last, all); i++)
		tell(&event, new, last);
	nfg_log_catch_up();
	mutex_unlock(&tell_lock);
	nfg_event_ring_wake();
}

static void tell_later(struct irq_work *work)
{
	schedule_delayed_work(&tell_work, TELL_DELAY);
}

static void tell_due(struct work_struct *work)
{
	tell_some(false);
	/* Some are not due yet, or the log has no room for them. */
	if (!list_empty(&waiting) || nfg_log_behind())
		schedule_delayed_work(&tell_work, nfg_log_room() ? HZ / 2 :
								   TELL_DELAY);
}

/**
 * nfg_events_tell_all - tell the ring what waits, so that a reader misses nothing
 *
 * The log and audit get what the log has no room for in its time.
 *
 * Context: process, may sleep.
 */
void nfg_events_tell_all(void)
{
	tell_some(true);
}

/**
 * nfg_events_init - get ready to record events
 *
 * Context: process, before any gate can record one.
 */
void nfg_events_init(void)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		list_add_tail(&slots[i].list, &idle);
}

/**
 * nfg_events_clean - tell what is left, and free everything
 *
 * Context: process, once no gate can record and no file can read any more.
 */
void nfg_events_clean(void)
{
	irq_work_sync(&tell_soon);
	cancel_delayed_work_sync(&tell_work);
	closing = true;
	tell_some(true);
	nfg_audit_clean();
	nfg_cause_expire(true);
	nfg_event_ring_clean();
}
