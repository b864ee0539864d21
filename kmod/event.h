/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - an event is one verdict, or several equal ones: who asked for what, and
 * which rule decided. The judge records verdicts; events.c makes events of them
 * and tells the ring that the events files read, the log and audit.
 */
#ifndef NFGUARD_EVENT_H
#define NFGUARD_EVENT_H

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/user_namespace.h>

#include "abi/abi.h"
#include "abi/text.h"
#include "name.h"

struct cgroup;
struct nfg_rule;
struct nfg_rule_stats;
struct nfg_verdict;

enum nfg_gate {
	NFG_REQUEST_GATE,
	NFG_LOAD_GATE,
	NFG_GATES,
};

/**
 * enum nfg_outcome - what became of a request or a load
 * @NFG_ALLOWED: let through
 * @NFG_WOULD_DENY: let through only because the mode is permissive
 * @NFG_DENIED: refused
 * @NFG_UNENFORCED: to be refused, but the gate is not proved to be armed
 * @NFG_UNJUDGED: let through by the default, as its name can't be made
 */
enum nfg_outcome {
	NFG_ALLOWED,
	NFG_WOULD_DENY,
	NFG_DENIED,
	NFG_UNENFORCED,
	NFG_UNJUDGED,
	NFG_OUTCOMES,
};

/* asker.c */

/**
 * struct nfg_asker - the current task at a gate
 * @pid: in the initial pid namespace, like @ppid
 * @ppid: the parent's
 * @uid: in the initial user namespace, like @auid and @owner
 * @owner: who answers for the asker: the owner of the outermost user namespace
 *	that it is in, else @uid. Nobody can be more than one owner, while root in
 *	a user namespace can be many uids
 * @auid: audit's login uid; NFG_NO_AUID if nobody logged in
 * @netns: inode number of the network namespace, as in /proc/PID/ns/net;
 *	0 for an exiting task, which has none
 * @first_userns: whether it is in the initial user namespace
 * @privileged: whether it has CAP_SYS_MODULE there; never true of a kernel thread,
 *	which has all capabilities whomever it serves
 * @comm: any bytes
 * @parent: the parent's comm, any bytes
 * @cgroup: id in the unified hierarchy: the inode number of its directory
 * @cgrp: the same cgroup; valid under RCU or while pinned; may be NULL
 */
struct nfg_asker {
	pid_t pid;
	pid_t ppid;
	uid_t uid;
	uid_t auid;
	uid_t owner;
	unsigned int netns;
	bool first_userns;
	bool privileged;
	char comm[TASK_COMM_LEN];
	char parent[TASK_COMM_LEN];
	u64 cgroup;
	struct cgroup *cgrp;
};

/* Room for "pid=PID comm=COMM uid=UID", COMM escaped. */
#define NFG_ASKER_SIZE	(NFG_ESCAPED_SIZE(TASK_COMM_LEN) + 48)

/*
 * Not capable(), which would mark the task as having used a privilege, and ask
 * security modules that may write an audit record.
 */
static inline bool nfg_cred_privileged(const struct cred *cred)
{
	return cred->user_ns == &init_user_ns &&
	       cap_raised(cred->cap_effective, CAP_SYS_MODULE);
}

/*
 * Whether the current task is privileged. Never a kernel thread: it has all
 * capabilities whomever it serves.
 */
static inline bool nfg_asker_privileged(void)
{
	/* overlayfs, for one, acts with the credentials of who mounted it. */
	return !(current->flags & PF_KTHREAD) &&
	       nfg_cred_privileged(current_real_cred()) &&
	       nfg_cred_privileged(current_cred());
}

void nfg_asker_read(struct nfg_asker *asker);
void nfg_asker_pin(struct nfg_asker *asker);
void nfg_asker_unpin(struct nfg_asker *asker);
void nfg_escape_comm(char *dst, const char *comm);
void nfg_asker_format(const struct nfg_asker *asker, char *buf);

/* cause.c */

/* "crypto-NAME-all": the longest request that can be a cause (crypto/api.c). */
#define NFG_CAUSE_MAX	(128 + sizeof("crypto--all") - 1)

/**
 * struct nfg_request - the request that caused a load or another request
 * @name: what was asked for, any bytes, ended by a NUL; cut if it is longer
 * @asker: who asked, pinned
 */
struct nfg_request {
	char name[NFG_NAME_MAX + 1];
	struct nfg_asker asker;
};

/*
 * Whether the current task acts on behalf of another: a kernel thread does, and what a
 * kernel thread has started, but for init. With preemption off.
 */
static inline bool nfg_asks_for_another(void)
{
	return (current->flags & PF_KTHREAD) ||
	       ((rcu_dereference_sched(current->real_parent)->flags & PF_KTHREAD) &&
		!is_global_init(current));
}

bool nfg_cause_of_load(struct nfg_request *cause);
bool nfg_cause_of_request(const char *name, struct nfg_request *cause);
void nfg_cause_note_request(const struct nfg_verdict *verdict);
void nfg_cause_note_long(const char *name);
void nfg_cause_expire(bool all);

/* judge.c */

/**
 * struct nfg_verdict - what the judge decided about one name
 * @gate: where
 * @outcome: what became of it
 * @privileged: whether it was judged as a privileged asker's
 * @name: what was asked for
 * @rule: the rule that decided; valid under the judge's RCU read lock
 * @cause: the request that caused it, or NULL: of a load, or of a request that a
 *	kernel thread or its modprobe makes
 *
 * Whoever gets one runs in the task that asked, or for a load in the one that loads,
 * under the judge's RCU lock, and reads of the asker what it needs: most verdicts of
 * a storm are only counted.
 */
struct nfg_verdict {
	enum nfg_gate gate;
	enum nfg_outcome outcome;
	bool privileged;
	const struct nfg_name *name;
	const struct nfg_rule *rule;
	const struct nfg_request *cause;
};

/* Who is behind a verdict: the asker of its cause, if it has one. */
static inline void nfg_behind_read(const struct nfg_verdict *verdict,
				   struct nfg_asker *who)
{
	if (verdict->cause)
		*who = verdict->cause->asker;
	else
		nfg_asker_read(who);
}

/*
 * Remembers a request that can cause a load or another request. A template whose name
 * may not be requested, "crypto-...", is made of its parts all the same.
 */
static inline void nfg_cause_note(const struct nfg_verdict *verdict)
{
	if (verdict->outcome != NFG_DENIED || verdict->name->raw[0] == 'c')
		nfg_cause_note_request(verdict);
}

/* events.c */

/**
 * struct nfg_event - equal verdicts that are told together
 * @first: when the first of them was, in nanoseconds since 1970
 * @last: when the last of them was
 * @count: how many there are
 * @kept: how many of them the ring has already
 * @rule: of the rule that decided
 * @asker: who asked first; for a load, who loads
 * @cause: the request that caused the first; its name is empty if there is none
 * @before: for events.c, how many went before it
 * @waits: for events.c, how long equal ones wait
 * @gate: where
 * @outcome: what became of them
 * @name_len: length of @name
 * @name: what was asked for, any bytes
 */
struct nfg_event {
	u64 first;
	u64 last;
	u64 count;
	u64 kept;
	struct nfg_rule_stats *rule;
	struct nfg_asker asker;
	struct nfg_request cause;
	u16 before;
	u8 waits;
	u8 gate;
	u8 outcome;
	u8 name_len;
	char name[NFG_NAME_MAX];
};

/* Who is behind an event: the asker of its cause, if it has one. */
static inline const struct nfg_asker *nfg_behind(const struct nfg_event *event)
{
	return event->cause.name[0] ? &event->cause.asker : &event->asker;
}

/*
 * Whose share an asker uses. Root's processes serve many, so root's is one for each
 * cgroup, a container or a service: no uid, but a number that is as close to its
 * neighbours. Others can make cgroups of their own.
 */
static inline u64 nfg_owner(const struct nfg_asker *asker)
{
	return asker->owner ?: (1ULL << 32) + 4096 + asker->cgroup;
}

/*
 * How many events wait at a time. Before any is told, a process that asks for forty
 * modules has an event of each, and sixty who ask once, beside four of their user's that
 * want all (nfg_share_take()).
 */
#define NFG_SLOTS	512

void nfg_event_record(const struct nfg_verdict *verdict);
bool nfg_events_tell(bool all);
void nfg_events_clean(void);

/* event_share.c */
int nfg_share_take(const struct nfg_asker *who);
void nfg_share_return(const struct nfg_asker *who);

/* event_text.c */

/**
 * struct nfg_event_text - an event as a line of text
 * @len: length of @line
 * @log_len: how much of it goes to the log
 * @line: the line, without a newline
 * @escaped: room to escape a value in
 */
struct nfg_event_text {
	size_t len;
	size_t log_len;
	char line[NFG_EVENT_LINE_MAX - 64];
	char escaped[NFG_ESCAPED_SIZE(NFG_CGROUP_PATH_MAX)];
};

void nfg_event_format(const struct nfg_event *event,
		      struct nfg_event_text *text);

/* event_ring.c */
void nfg_event_keep(const struct nfg_event *event, const char *text);
void nfg_event_ring_wake(void);
void nfg_event_ring_clean(void);
int nfg_event_ring_open(struct file *file, bool waits);
ssize_t nfg_event_ring_read(struct file *file, char __user *buf, size_t size,
			    loff_t *pos);
__poll_t nfg_event_ring_poll(struct file *file, poll_table *table);

/* log.c */
bool nfg_log_room(void);
void nfg_log_event(const char *text, size_t len);
bool nfg_log_catch_up(bool last);

/* audit.c */
void nfg_audit_event(const char *text, u64 verdicts);
void nfg_audit_suppressed(u64 verdicts);
void nfg_audit_clean(void);

#endif /* NFGUARD_EVENT_H */
