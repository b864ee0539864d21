// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - tells the kernel's log of each verdict against somebody:
 *
 *	nfguard: deny request name=NAME rule="TEXT" pid=PID comm=COMM uid=UID
 *
 * or "would-deny", or "load". A probe handler must not print, so verdicts wait
 * in a ring for a work item. What finds the ring full, or comes faster than
 * the rate limit, is counted and left out.
 */
#include <linux/ratelimit.h>
#include <linux/workqueue.h>

#include "nfguard.h"

/**
 * nfg_asker_format - write down who asked
 * @asker: who
 * @buf: room for NFG_ASKER_SIZE bytes
 */
void nfg_asker_format(const struct nfg_asker *asker, char *buf)
{
	char comm[NFG_ESCAPED_SIZE(TASK_COMM_LEN)];

	nfg_escape(comm, asker->comm,
		   strnlen(asker->comm, sizeof(asker->comm)), false);
	snprintf(buf, NFG_ASKER_SIZE, "pid=%d comm=%s uid=%u", asker->pid,
		 comm, asker->uid);
}

#define RING_SIZE	64

static struct nfg_report ring[RING_SIZE];
static unsigned int ring_head;	/* next to be told */
static unsigned int ring_used;
static DEFINE_RAW_SPINLOCK(ring_lock);

static void tell(struct work_struct *work);
static DECLARE_DELAYED_WORK(tell_work, tell);

/*
 * Verdicts wait that long for others, and are told together: told at once, a
 * flood of requests on one processor would keep a kernel thread of another
 * running without a pause.
 */
#define TELL_DELAY	(HZ / 20 + 1)

/* So many lines in five seconds: enough for a person, too few for a flood. */
static DEFINE_RATELIMIT_STATE(rate, 5 * HZ, 50);

static bool ring_pop(struct nfg_report *report)
{
	unsigned long flags;
	bool some;

	raw_spin_lock_irqsave(&ring_lock, flags);
	some = ring_used;
	if (some) {
		*report = ring[ring_head];
		ring_head = (ring_head + 1) % RING_SIZE;
		ring_used--;
	}
	raw_spin_unlock_irqrestore(&ring_lock, flags);
	return some;
}

/* The strings, escaped; too large for a stack. Only tell() uses them. */
static struct {
	struct nfg_report report;
	char asker[NFG_ASKER_SIZE];
	char name[NFG_ESCAPED_SIZE(NFG_NAME_MAX)];
	char rule[NFG_ESCAPED_SIZE(NFG_RULE_MAX)];
} line;

/* A work item never runs beside itself. */
static void tell(struct work_struct *work)
{
	static u64 suppressed_told;
	const struct nfg_report *report = &line.report;
	u64 suppressed;
	int i;

	/* What comes meanwhile has the work queued again. */
	for (i = 0; i < RING_SIZE && ring_pop(&line.report); i++) {
		if (!__ratelimit(&rate)) {
			nfg_count(NFG_LOG_SUPPRESSED);
			continue;
		}
		suppressed = nfg_counter_sum(NFG_LOG_SUPPRESSED);
		if (suppressed != suppressed_told) {
			pr_notice("suppressed verdicts=%llu\n",
				  suppressed - suppressed_told);
			suppressed_told = suppressed;
		}
		nfg_asker_format(&report->asker, line.asker);
		nfg_escape(line.name, report->name, report->name_len, false);
		nfg_escape(line.rule, report->rule, report->rule_len, true);
		pr_notice("%s %s name=%s rule=\"%s\" %s\n",
			  report->refused ? "deny" : "would-deny",
			  report->gate == NFG_REQUEST_GATE ? "request" : "load",
			  line.name, line.rule, line.asker);
	}
}

/**
 * nfg_log_verdict - have a verdict against the current task told
 * @gate: where
 * @refused: denied, not only would-deny
 * @name: what was asked for
 * @len: its length, at most NFG_NAME_MAX
 * @rule: the rule that decided
 *
 * Context: the request gate's probe handler, or process. Sleeps nowhere,
 * allocates nothing.
 */
void nfg_log_verdict(enum nfg_gate gate, bool refused, const char *name,
		     size_t len, const struct nfg_rule *rule)
{
	struct nfg_report *report;
	unsigned long flags;

	raw_spin_lock_irqsave(&ring_lock, flags);
	if (ring_used == RING_SIZE) {
		raw_spin_unlock_irqrestore(&ring_lock, flags);
		nfg_count(NFG_LOG_SUPPRESSED);
		return;
	}
	report = &ring[(ring_head + ring_used++) % RING_SIZE];
	report->gate = gate;
	report->refused = refused;
	nfg_asker_read(&report->asker);
	memcpy(report->name, name, len);
	report->name_len = len;
	memcpy(report->rule, rule->text, rule->len);
	report->rule_len = rule->len;
	raw_spin_unlock_irqrestore(&ring_lock, flags);

	schedule_delayed_work(&tell_work, TELL_DELAY);
}

void nfg_log_init(void)
{
	/* tell() says what was suppressed; the kernel's own line would not. */
	ratelimit_set_flags(&rate, RATELIMIT_MSG_ON_RELEASE);
}

/**
 * nfg_log_clean - tell what is left
 *
 * Context: process, once no gate can report any more.
 */
void nfg_log_clean(void)
{
	flush_delayed_work(&tell_work);
}
