// SPDX-License-Identifier: GPL-2.0-only
/*
 * audit.c - an audit record for each denial and would-be denial, of the same
 * type as the kernel's own records about modules. A work item writes it, so it
 * belongs to no system call: the record itself says who asked.
 */
#include <linux/audit.h>
#include <linux/jiffies.h>
#include <linux/ratelimit.h>

#include "nfguard.h"

/*
 * A host may be set to panic when audit loses a record (auditctl -f 2), and a
 * full backlog loses records: so write no more than this in an interval of five
 * seconds, and wait for room when the backlog is full. Other events wait with
 * it, so after a long wait write no record for a while.
 */
static DEFINE_RATELIMIT_STATE(rate, 5 * HZ, 500);
#define LONG_WAIT	(HZ / 10 + 1)
#define PAUSE		(60 * HZ)
static unsigned long paused_until;
static bool paused;

/* As audit_log_untrustedstring() would write it, but that is not exported. */
static void add_untrusted(struct audit_buffer *ab, const char *key,
			  const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] < '!' || text[i] > '~')
			break;
	}
	if (i == len) {
		audit_log_format(ab, " %s=\"%.*s\"", key, (int)len, text);
		return;
	}
	audit_log_format(ab, " %s=", key);
	for (i = 0; i < len; i++)
		audit_log_format(ab, "%02X", (u8)text[i]);
}

static void add_comm(struct audit_buffer *ab, const char *key, const char *comm)
{
	add_untrusted(ab, key, comm, strnlen(comm, TASK_COMM_LEN));
}

static void write_record(struct audit_buffer *ab, const struct nfg_event *event)
{
	const struct nfg_asker *asker = &event->asker;
	const struct nfg_request *cause = &event->cause;

	audit_log_format(ab, "op=nfguard_%s verdict=%s",
			 nfg_gate_word(event->gate),
			 nfg_outcome_word(event->outcome));
	add_untrusted(ab, "name", event->name, event->name_len);
	add_untrusted(ab, "rule", event->rule, event->rule_len);
	audit_log_format(ab, " ppid=%d pid=%d auid=%u uid=%u", asker->ppid,
			 asker->pid, asker->auid, asker->uid);
	add_comm(ab, "comm", asker->comm);
	add_comm(ab, "parent", asker->parent);
	audit_log_format(ab, " userns=%s netns=%u cgroup=%llu",
			 asker->first_userns ? NFG_WORD_FIRST : NFG_WORD_OTHER,
			 asker->netns, asker->cgroup);
	if (cause->name[0]) {
		add_untrusted(ab, "request", cause->name, strlen(cause->name));
		audit_log_format(ab, " request_pid=%d request_auid=%u request_uid=%u",
				 cause->asker.pid, cause->asker.auid,
				 cause->asker.uid);
		add_comm(ab, "request_comm", cause->asker.comm);
	}
	audit_log_format(ab, " res=%d", event->outcome != NFG_DENIED);
}

/**
 * nfg_audit_event - write the audit record of an event, within the rate limit
 * @event: a denial or would-be denial
 *
 * Context: the work item of events.c; may sleep.
 */
void nfg_audit_event(const struct nfg_event *event)
{
	struct audit_buffer *ab;
	unsigned long begun;

	if (audit_enabled == AUDIT_OFF)
		return;
	paused = paused && time_before(jiffies, paused_until);
	if (paused || !__ratelimit(&rate)) {
		nfg_count(NFG_AUDIT_SUPPRESSED);
		return;
	}
	begun = jiffies;
	/* NULL if a rule excludes the type, or if audit counted it as lost. */
	ab = audit_log_start(NULL, GFP_KERNEL, AUDIT_KERN_MODULE);
	if (time_after(jiffies, begun + LONG_WAIT)) {
		paused = true;
		paused_until = jiffies + PAUSE;
	}
	if (!ab)
		return;
	write_record(ab, event);
	audit_log_end(ab);
}

/**
 * nfg_audit_lost - count an event that was lost before it got a record
 *
 * Context: any.
 */
void nfg_audit_lost(void)
{
	if (audit_enabled != AUDIT_OFF)
		nfg_count(NFG_AUDIT_SUPPRESSED);
}

void nfg_audit_init(void)
{
	ratelimit_set_flags(&rate, RATELIMIT_MSG_ON_RELEASE);
}
