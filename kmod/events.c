// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - makes events of verdicts, and tells them. A probe handler must not
 * print, allocate or wait, so it leaves a verdict in a slot. A work item formats
 * it once and passes it to the ring that the events files read, to the log and
 * to audit.
 *
 * Equal verdicts become one event: what is asked for again waits for a second
 * before it is told again, with a count, then for two, and so on. The log's pace
 * bounds how many events are told at a time. Each asker has a share of the slots
 * (event_share.c), and those with few events go first, so a flood by one hides nothing that
 * another does. Verdicts beyond the share are counted as lost.
 *
 * All CPUs share the slots and their lock. What comes again on a CPU, before it is
 * told, is counted there under a lock of its own: so of a storm on many CPUs each
 * takes the shared lock once for each time that it is told.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "nfguard.h"

#define WAITS_MAX	6	/* 64 seconds */

/**
 * struct slot - equal verdicts
 * @node: in the hash table, once it was used
 * @list: in waiting or idle
 * @event: what is told; while it is idle, count is 0 and nothing is pinned
 * @due: not told again before that, in jiffies; once told, after a second that was
 *	doubled as often as its event waits
 */
struct slot {
	struct hlist_node node;
	struct list_head list;
	struct nfg_event event;
	unsigned long due;
};

static struct slot slots[NFG_SLOTS];
static DEFINE_HASHTABLE(table, 9);
static LIST_HEAD(waiting);	/* to be told */
static LIST_HEAD(idle);		/* told, and known for a while; oldest first */
static DEFINE_RAW_SPINLOCK(slots_lock);

/**
 * struct again - what came again on a CPU and is not in its slot yet
 * @lock: protects it; taken after slots_lock, or alone
 * @count: how many
 * @last: when the last of them was
 * @slot: theirs, which is waiting, or NULL; changes under slots_lock too
 */
struct again {
	raw_spinlock_t lock;
	u64 count;
	u64 last;
	struct slot *slot;
};

#define AGAIN	8	/* by hash */
static DEFINE_PER_CPU_ALIGNED(struct again[AGAIN], agains) = {
	[0 ... AGAIN - 1] = { .lock = __RAW_SPIN_LOCK_UNLOCKED(agains.lock) },
};

static DEFINE_MUTEX(tell_lock);
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

/* --- recording -------------------------------------------------------------- */

/**
 * struct event_key - what equal verdicts have in common, besides name and rule
 * @uid: of who is behind it
 * @cgroup: likewise
 * @comm: likewise
 */
struct event_key {
	uid_t uid;
	u64 cgroup;
	const char *comm;
};

/* Without reading the rest of the asker. init_user_ns has each uid as it is. */
static struct event_key key_of(const struct nfg_verdict *verdict)
{
	const struct nfg_request *cause = verdict->cause;

	if (cause)
		return (struct event_key){ cause->asker.uid,
					   cause->asker.cgroup,
					   cause->asker.comm };
	return (struct event_key){
		.uid = __kuid_val(current_real_cred()->uid),
		.cgroup = cgroup_id(task_dfl_cgroup(current)),
		.comm = current->comm,
	};
}

static u32 key_hash(const struct nfg_verdict *verdict, const struct event_key *key)
{
	u64 comm[TASK_COMM_LEN / sizeof(u64)];

	static_assert(sizeof(comm) == 2 * sizeof(u64));
	memcpy(comm, key->comm, sizeof(comm));
	return hash_64(comm[0] ^ hash_64(comm[1] ^ key->cgroup, 64), 32) ^
	       verdict->name->hash ^ key->uid ^ verdict->outcome;
}

static bool equals(const struct nfg_event *event,
		   const struct nfg_verdict *verdict, const struct event_key *key)
{
	const struct nfg_asker *known = nfg_behind(event);
	const struct nfg_name *name = verdict->name;

	return event->gate == verdict->gate &&
	       event->outcome == verdict->outcome &&
	       event->rule == verdict->rule->stats &&
	       event->name_len == name->len &&
	       !memcmp(event->name, name->raw, name->len) &&
	       known->uid == key->uid && known->cgroup == key->cgroup &&
	       !memcmp(known->comm, key->comm, TASK_COMM_LEN);
}

static struct slot *find(const struct nfg_verdict *verdict,
			 const struct event_key *key, u32 hash)
{
	struct slot *slot;

	hash_for_each_possible(table, slot, node, hash) {
		if (equals(&slot->event, verdict, key))
			return slot;
	}
	return NULL;
}

/* @behind: who is behind it, as it was read when a share was taken for them. */
static void fill(struct nfg_event *event, const struct nfg_verdict *verdict,
		 const struct nfg_asker *behind)
{
	u64 now = ktime_get_real_fast_ns();

	memset(event, 0, sizeof(*event));
	event->first = now;
	event->last = now;
	event->count = 1;
	event->gate = verdict->gate;
	event->outcome = verdict->outcome;
	if (verdict->cause) {
		event->cause = *verdict->cause;
		nfg_asker_read(&event->asker);
	} else {
		event->asker = *behind;
	}
	nfg_asker_pin(&event->cause.asker);
	nfg_asker_pin(&event->asker);
	event->rule = verdict->rule->stats;
	nfg_rule_stats_hold(event->rule);
	memcpy(event->name, verdict->name->raw, verdict->name->len);
	event->name_len = verdict->name->len;
}

/*
 * Takes a slot that was never used, or else the one that was told the longest ago:
 * a share is less than all.
 */
static struct slot *take_oldest(u32 hash)
{
	static unsigned int used;
	struct slot *slot;

	if (used < NFG_SLOTS)
		list_add(&slots[used++].list, &idle);
	slot = list_first_entry(&idle, struct slot, list);
	hash_del(&slot->node);
	hash_add(table, &slot->node, hash);
	return slot;
}

/* @slot: the one for such verdicts, which has been told, or NULL. NULL: no share left. */
static struct slot *record_first(const struct nfg_verdict *verdict, u32 hash,
				 struct slot *slot)
{
	struct nfg_asker behind;
	u8 waits = 0;
	int before;

	nfg_behind_read(verdict, &behind);
	before = nfg_share_take(&behind);
	if (before < 0)
		return NULL;
	if (slot && time_before(jiffies, slot->due)) {
		waits = min(slot->event.waits + 1, WAITS_MAX);
	} else {
		slot = slot ?: take_oldest(hash);
		slot->due = jiffies;
	}
	fill(&slot->event, verdict, &behind);
	slot->event.before = before;
	slot->event.waits = waits;
	list_move_tail(&slot->list, &waiting);
	irq_work_queue(&tell_soon);
	return slot;
}

/* Under slots_lock and its own. */
static void join(struct again *again)
{
	struct nfg_event *event;

	if (!again->slot)
		return;
	event = &again->slot->event;
	event->count += again->count;
	event->last = max(event->last, again->last);
	again->count = 0;
	again->slot = NULL;
}

/* The first on this CPU since it was told. */
static noinline bool record(const struct nfg_verdict *verdict,
			    const struct event_key *key, u32 hash,
			    struct again *again)
{
	struct slot *slot = find(verdict, key, hash);

	if (slot && slot->event.count) {
		slot->event.count++;
		slot->event.last = ktime_get_real_fast_ns();
	} else {
		slot = record_first(verdict, hash, slot);
	}
	if (slot) {
		nfg_lock(&again->lock);
		join(again);
		again->slot = slot;
		raw_spin_unlock(&again->lock);
	}
	return slot;
}

/* Returns false if it is the first on this CPU since it was told. */
static bool record_again(const struct nfg_verdict *verdict,
			 const struct event_key *key, struct again *again)
{
	bool equal;

	nfg_lock(&again->lock);
	equal = again->slot && equals(&again->slot->event, verdict, key);
	if (equal) {
		again->count++;
		again->last = ktime_get_real_fast_ns();
	}
	raw_spin_unlock(&again->lock);
	return equal;
}

/**
 * nfg_event_record - leave a verdict to be told
 * @verdict: the verdict
 *
 * Context: the request gate's probe handler, or process with preemption off. Neither
 * sleeps nor allocates.
 */
void nfg_event_record(const struct nfg_verdict *verdict)
{
	struct event_key key = key_of(verdict);
	u32 hash = key_hash(verdict, &key);
	struct again *again = this_cpu_ptr(&agains[hash % AGAIN]);
	bool recorded;

	if (record_again(verdict, &key, again))
		return;
	nfg_lock(&slots_lock);
	recorded = record(verdict, &key, hash, again);
	raw_spin_unlock(&slots_lock);
	if (recorded)
		return;
	nfg_count(NFG_EVENTS_LOST);
	if (verdict->outcome != NFG_ALLOWED) {
		nfg_count(NFG_LOG_SUPPRESSED);
		nfg_audit_suppressed(1);
	}
}

/* --- telling ---------------------------------------------------------------- */

/* No CPU counts for any slot after that, until slots_lock is released. */
static void join_all(void)
{
	struct again *again;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		for (i = 0; i < AGAIN; i++) {
			again = per_cpu_ptr(&agains[i], cpu);
			if (!again->slot)
				continue;
			raw_spin_lock(&again->lock);
			join(again);
			raw_spin_unlock(&again->lock);
		}
	}
}

/* Those of whoever has few come first. */
static unsigned long turn(const struct slot *slot)
{
	return slot->due + slot->event.before * HZ / 10;
}

/* With @room in the log, all are told to the end; else those that it never gets. */
static bool ends(const struct nfg_event *event, bool room)
{
	return room || event->outcome == NFG_ALLOWED;
}

/*
 * The one whose turn it is. The ring has room for all, and a reader waits for
 * none: with @all, also those that are not due, or that the log has no room for.
 */
static struct slot *next_slot(bool all, bool room)
{
	struct slot *slot, *next = NULL;

	list_for_each_entry(slot, &waiting, list) {
		const struct nfg_event *event = &slot->event;

		if (ends(event, room) ? !all && time_before(jiffies, slot->due) :
					!all || event->kept == event->count)
			continue;
		if (!next || time_before(turn(slot), turn(next)))
			next = slot;
	}
	return next;
}

/* Copies the next event, before the ring has the rest of it. */
static bool take_next(struct nfg_event *event, bool all, bool room)
{
	struct slot *slot;

	raw_spin_lock(&slots_lock);
	join_all();
	slot = next_slot(all, room);
	if (slot) {
		*event = slot->event;
		slot->event.kept = event->count;
		if (ends(event, room)) {
			slot->event.count = 0;
			slot->due = jiffies + (HZ << event->waits);
			nfg_share_return(nfg_behind(event));
			list_move_tail(&slot->list, &idle);
		}
	}
	raw_spin_unlock(&slots_lock);
	return slot;
}

/* What an event has pinned stays until its end. */
static void let_go(struct nfg_event *event)
{
	nfg_asker_unpin(&event->asker);
	nfg_asker_unpin(&event->cause.asker);
	nfg_rule_stats_release(event->rule);
}

static void tell(struct nfg_event *event, bool room)
{
	static struct nfg_event_text text;	/* under tell_lock */
	u64 count = event->count;

	if (event->kept < count) {
		event->count -= event->kept;
		nfg_event_format(event, &text);
		nfg_event_keep(event, text.line);
	}
	if (!ends(event, room))
		return;
	if (event->outcome != NFG_ALLOWED) {
		/* The text is the ring's, unless that had some of it before. */
		if (event->kept) {
			event->count = count;
			nfg_event_format(event, &text);
		}
		nfg_log_event(text.line, text.log_len);
		nfg_audit_event(text.line, count);
	}
	let_go(event);
}

/**
 * nfg_events_tell - tell the ring, the log and audit what they have room for
 * @all: tell the ring also what is not due, so that a reader misses nothing
 *
 * Context: process, may sleep.
 * Return: whether something is left to be told.
 */
bool nfg_events_tell(bool all)
{
	static struct nfg_event event;		/* under tell_lock */
	bool room, left;
	int i;

	mutex_lock(&tell_lock);
	/* First: a flood would leave no room for it. */
	left = nfg_log_catch_up(false);
	for (i = 0; i < NFG_SLOTS; i++) {
		room = nfg_log_room();
		if (!take_next(&event, all, room))
			break;
		tell(&event, room);
	}
	left |= !list_empty(&waiting);
	mutex_unlock(&tell_lock);
	nfg_event_ring_wake();
	return left;
}

static void tell_later(struct irq_work *work)
{
	schedule_delayed_work(&tell_work, TELL_DELAY);
}

static void tell_due(struct work_struct *work)
{
	if (nfg_events_tell(false))
		schedule_delayed_work(&tell_work, nfg_log_room() ? HZ / 2 :
								   TELL_DELAY);
}

/**
 * nfg_events_clean - tell what is left, and free everything
 *
 * Context: process, once no gate can record and no file can read any more.
 */
void nfg_events_clean(void)
{
	struct slot *slot;

	irq_work_sync(&tell_soon);
	cancel_delayed_work_sync(&tell_work);
	nfg_events_tell(true);
	/* For these the log has no room. */
	list_for_each_entry(slot, &waiting, list) {
		nfg_count_many(NFG_LOG_SUPPRESSED, slot->event.count);
		let_go(&slot->event);
	}
	nfg_log_catch_up(true);
	nfg_audit_clean();
	nfg_cause_expire(true);
	nfg_event_ring_clean();
}
