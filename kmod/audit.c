// SPDX-License-Identifier: GPL-2.0-only
/*
 * audit.c - an audit record for each event but those that were allowed, of the
 * same type as the kernel's own records about modules. A work item writes it, so
 * it belongs to no system call: the record itself says who asked.
 */
#include <linux/audit.h>
#include <linux/jiffies.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "nfguard.h"

/*
 * A host may be set to panic when audit loses a record (auditctl -f 2), and a
 * full backlog loses records: so wait for room when it is full, for up to a
 * minute. Nothing else waits for that: records have a queue and a work item of
 * their own, and meanwhile the module can't be removed (EBUSY). Only what was denied
 * in the last moment before a removal makes that wait. After a long wait in vain no
 * record is written for a while.
 */
#define QUEUE_SIZE	64
#define LONG_WAIT	(5 * HZ)
#define PAUSE		(60 * HZ)

/**
 * struct record - an event that waits for its audit record
 * @node: in queue
 * @verdicts: how many it stands for
 * @text: the event
 */
struct record {
	struct llist_node node;
	u64 verdicts;
	char text[];
};

static LLIST_HEAD(queue);		/* the newest first */
static atomic_t queued;
static unsigned long paused_until = INITIAL_JIFFIES;

static void write_all(struct work_struct *work);
static DECLARE_WORK(write_work, write_all);

/*
 * Text in quotes is read as it stands, and without quotes some of it is read as
 * hexadecimal, a comm of digits too (auparse): so all but ids, whose keys end in "id",
 * get quotes. No value holds a quote or, without quotes, a blank: these are escaped.
 */
static void write_fields(struct audit_buffer *ab, const char *text)
{
	const char *value, *end;

	for (; *text; text = end + (*end == ' ')) {
		value = strchr(text, '=') + 1;
		end = *value == '"' ? strchr(value + 1, '"') + 1 :
				      value + strcspn(value, " ");
		if (*value == '"' || value[-2] == 'd')
			audit_log_format(ab, " %.*s", (int)(end - text), text);
		else
			audit_log_format(ab, " %.*s\"%.*s\"",
					 (int)(value - text), text,
					 (int)(end - value), value);
	}
}

static void write_record(const struct record *record)
{
	unsigned long begun = jiffies;
	struct audit_buffer *ab;
	const char *gate, *rest;

	if (time_before(jiffies, paused_until)) {
		nfg_audit_suppressed(record->verdicts);
		return;
	}
	/* NULL if a rule excludes the type, or if audit counted it as lost. */
	ab = audit_log_start(NULL, GFP_KERNEL, AUDIT_KERN_MODULE);
	if (!ab) {
		if (time_after(jiffies, begun + LONG_WAIT)) {
			paused_until = jiffies + PAUSE;
			nfg_audit_suppressed(record->verdicts);
		}
		return;
	}
	/* It begins with "OUTCOME GATE ". */
	gate = strchr(record->text, ' ') + 1;
	rest = strchr(gate, ' ') + 1;
	audit_log_format(ab, "op=nfguard_%.*s verdict=%.*s",
			 (int)(rest - gate - 1), gate,
			 (int)(gate - record->text - 1), record->text);
	write_fields(ab, rest);
	audit_log_format(ab, " res=%d",
			 !strstarts(record->text, NFG_WORD_DENY " "));
	audit_log_end(ab);
}

static void write_queued(void)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&queue));
	struct record *record, *next;

	llist_for_each_entry_safe(record, next, list, node) {
		write_record(record);
		kfree(record);
		atomic_dec(&queued);
	}
}

static void write_all(struct work_struct *work)
{
	/* If the module is going, nfg_audit_clean() writes what is left. */
	if (!try_module_get(THIS_MODULE))
		return;
	write_queued();
	module_put(THIS_MODULE);
}

/**
 * nfg_audit_event - have the audit record of an event written
 * @text: the event as a line
 * @verdicts: how many it stands for
 *
 * Context: process, may sleep; one at a time.
 */
void nfg_audit_event(const char *text, u64 verdicts)
{
	struct record *record = NULL;
	size_t size = strlen(text) + 1;

	if (audit_enabled == AUDIT_OFF)
		return;
	if (atomic_read(&queued) < QUEUE_SIZE)
		record = kmalloc(sizeof(*record) + size, GFP_KERNEL);
	if (!record) {
		nfg_audit_suppressed(verdicts);
		return;
	}
	record->verdicts = verdicts;
	memcpy(record->text, text, size);
	atomic_inc(&queued);
	llist_add(&record->node, &queue);
	queue_work(system_unbound_wq, &write_work);
}

/**
 * nfg_audit_suppressed - count verdicts that got no record
 * @verdicts: how many
 *
 * Context: any.
 */
void nfg_audit_suppressed(u64 verdicts)
{
	if (audit_enabled != AUDIT_OFF)
		nfg_count_many(NFG_AUDIT_SUPPRESSED, verdicts);
}

/**
 * nfg_audit_clean - write what is left
 *
 * Context: process, once no event can come any more.
 */
void nfg_audit_clean(void)
{
	cancel_work_sync(&write_work);
	write_queued();
}
