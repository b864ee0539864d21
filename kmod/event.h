/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - an event is one verdict: who asked for what, and which rule decided.
 * The judge makes events; they are then reported to the ring that the events
 * files read, to the log and to audit.
 */
#ifndef NFGUARD_EVENT_H
#define NFGUARD_EVENT_H

#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "abi/abi.h"
#include "abi/text.h"

struct cgroup;
struct nfg_rule;

enum nfg_gate {
	NFG_REQUEST_GATE,
	NFG_LOAD_GATE,
	NFG_GATES,
};

/* would-deny: allowed only because the mode is permissive. */
enum nfg_outcome {
	NFG_ALLOWED,
	NFG_WOULD_DENY,
	NFG_DENIED,
};

/* asker.c */

/**
 * struct nfg_asker - the current task at a gate
 * @pid: in the first pid namespace, like @ppid
 * @ppid: the parent's
 * @uid: in the first user namespace, like @auid
 * @auid: audit's login uid; NFG_NO_AUID if nobody logged in
 * @netns: inode number of the network namespace, as in /proc/PID/ns/net;
 *	0 for an exiting task, which has none
 * @first_userns: whether it is in the first user namespace
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
	unsigned int netns;
	bool first_userns;
	char comm[TASK_COMM_LEN];
	char parent[TASK_COMM_LEN];
	u64 cgroup;
	struct cgroup *cgrp;
};

/* Room for "pid=PID comm=COMM uid=UID", COMM escaped. */
#define NFG_ASKER_SIZE	(NFG_ESCAPED_SIZE(TASK_COMM_LEN) + 48)

void nfg_asker_read(struct nfg_asker *asker);
void nfg_asker_pin(struct nfg_asker *asker);
void nfg_asker_unpin(struct nfg_asker *asker);
void nfg_escape_comm(char *dst, const char *comm);
void nfg_asker_format(const struct nfg_asker *asker, char *buf);

/* cause.c */

/**
 * struct nfg_request - a request that the request gate let through
 * @name: what was asked for, any bytes, ended by a NUL; empty if there is none
 * @asker: who asked, pinned
 */
struct nfg_request {
	char name[NFG_NAME_MAX + 1];
	struct nfg_asker asker;
};

void nfg_cause_note(const char *name, size_t len,
		    const struct nfg_asker *asker);
bool nfg_cause_find(struct nfg_request *cause);
void nfg_cause_clean(void);

/* judge.c */

/**
 * struct nfg_verdict - what the judge decided about one name
 * @gate: where
 * @outcome: what became of it
 * @name: what was asked for, any bytes, ended by a NUL
 * @len: its length, at most NFG_NAME_MAX
 * @rule: the rule that decided; valid under the judge's RCU read lock
 * @asker: who asked, not pinned; for a load, who loads
 * @cause: for a load, the request that caused it, or NULL
 */
struct nfg_verdict {
	enum nfg_gate gate;
	enum nfg_outcome outcome;
	const char *name;
	size_t len;
	const struct nfg_rule *rule;
	struct nfg_asker asker;
	const struct nfg_request *cause;
};

/* events.c */

/**
 * struct nfg_event - a verdict, kept until it is reported
 * @time: nanoseconds since 1970
 * @gate: where
 * @outcome: what became of it
 * @asker: who asked; for a load, who loads
 * @cause: for a load, the request that caused it
 * @name_len: length of @name
 * @rule_len: length of @rule
 * @name: what was asked for, any bytes
 * @rule: text of the rule that decided, printable ASCII
 */
struct nfg_event {
	u64 time;
	enum nfg_gate gate;
	enum nfg_outcome outcome;
	struct nfg_asker asker;
	struct nfg_request cause;
	u8 name_len;
	u8 rule_len;
	char name[NFG_NAME_MAX];
	char rule[NFG_RULE_MAX];
};

void nfg_event_record(const struct nfg_verdict *verdict);
int nfg_events_init(void);
void nfg_events_clean(void);

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

const char *nfg_gate_word(enum nfg_gate gate);
const char *nfg_outcome_word(enum nfg_outcome outcome);
void nfg_event_format(const struct nfg_event *event,
		      struct nfg_event_text *text);

/* event_ring.c */
int nfg_event_ring_init(void);
void nfg_event_ring_clean(void);
void nfg_event_keep(u64 time, const char *text, size_t len);
void nfg_event_ring_wake(void);

extern const struct file_operations nfg_events_fops;

/* log.c */
void nfg_log_event(const char *text, size_t len);
void nfg_log_init(void);

/* audit.c */
void nfg_audit_event(const struct nfg_event *event);
void nfg_audit_lost(void);
void nfg_audit_init(void);

#endif /* NFGUARD_EVENT_H */
