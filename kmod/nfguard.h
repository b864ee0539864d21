/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nfguard.h - what the kernel module's files offer each other. The words are the
 * design's: a request is the kernel asking user space for a module, a load is a
 * module being inserted.
 */
#ifndef NFGUARD_H
#define NFGUARD_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include "abi/abi.h"
#include "abi/counters.h"
#include "event.h"
#include "policy.h"
#include "abi/text.h"

struct seq_file;

/* main.c */
extern bool nfg_off;

/* judge.c */

/**
 * enum nfg_doubt - why a verdict may not be what it says; bits
 * @NFG_UNPROVED: what the gate is told to refuse may not be refused
 * @NFG_UNNAMED: the name is not the one that is asked for
 * @NFG_UNKNOWN: the current task asks on behalf of nobody known
 */
enum nfg_doubt {
	NFG_UNPROVED = 1,
	NFG_UNNAMED = 2,
	NFG_UNKNOWN = 4,
};

bool nfg_judge(enum nfg_gate gate, const struct nfg_name *name,
	       const struct nfg_request *cause, unsigned int doubts);

/*
 * Takes a lock in a probe handler. Interrupts may stay on: a request comes from a task
 * that may sleep, so none ever comes from an interrupt. Where the probe is a
 * breakpoint, the handler runs as an NMI's does on x86 (exc_int3(), 6.1), for which
 * lockdep allows only trying. Who holds the lock goes on, on another CPU: the breakpoint
 * is on no function that is called under it.
 */
static inline void nfg_lock(raw_spinlock_t *lock)
{
	if (!in_nmi()) {
		raw_spin_lock(lock);
		return;
	}
	while (!raw_spin_trylock(lock))
		cpu_relax();
}

/* stats.c */

/**
 * struct nfg_hit - the last denial or would-be denial by a rule, or one that was
 *	less than a tick before it
 * @when: in nanoseconds since 1970
 * @pid: of who asked
 * @uid: likewise
 * @comm: likewise
 * @name_len: length of @name; 0 if nothing has hit the rule yet
 * @name: what was asked for, any bytes
 */
struct nfg_hit {
	u64 when;
	pid_t pid;
	uid_t uid;
	char comm[TASK_COMM_LEN];
	u8 name_len;
	char name[NFG_NAME_MAX];
};

struct nfg_rule_counts {
	u64 denied[NFG_GATES];
	u64 would_deny[NFG_GATES];
};

DECLARE_PER_CPU(u64[NFG_N_COUNTERS], nfg_counters);

static inline void nfg_count_many(enum nfg_counter counter, u64 n)
{
	this_cpu_add(nfg_counters[counter], n);
}

static inline void nfg_count(enum nfg_counter counter)
{
	nfg_count_many(counter, 1);
}

u64 nfg_counter_sum(enum nfg_counter counter);

int nfg_stats_get(struct nfg_policy *policy);
void nfg_stats_keep(struct nfg_policy *policy);
void nfg_stats_put(struct nfg_policy *policy);
void nfg_rule_stats_hold(struct nfg_rule_stats *stats);
void nfg_rule_stats_release(struct nfg_rule_stats *stats);
const char *nfg_rule_text(const struct nfg_rule_stats *stats);
void nfg_rule_hit(const struct nfg_verdict *verdict);
void nfg_rule_stats_read(const struct nfg_policy *policy, u32 rule,
			 struct nfg_rule_counts *counts, struct nfg_hit *last);

/* state.c */

/**
 * struct nfg_setting - a setting that is one of a few words
 * @name: its file, and for the log
 * @words: the words
 * @expected: the reason for refusing any other word
 * @value: the one in force, an index into @words
 */
struct nfg_setting {
	const char *name;
	const char *words[3];
	const char *expected;
	int value;
};

enum {
	NFG_MODE,
	NFG_RECORD,
	NFG_LOCK,
	NFG_SETTINGS,
};

/* The values of these settings. "denied" includes would-deny. */
enum {
	NFG_PERMISSIVE,
	NFG_ENFORCING,
};

enum {
	NFG_RECORD_NONE,
	NFG_RECORD_DENIED,
	NFG_RECORD_ALL,
};

extern struct nfg_setting nfg_settings[NFG_SETTINGS];

static inline bool nfg_enforcing(void)
{
	return READ_ONCE(nfg_settings[NFG_MODE].value) == NFG_ENFORCING;
}

/* Whether a verdict becomes an event. */
static inline bool nfg_recorded(enum nfg_outcome outcome)
{
	int record = READ_ONCE(nfg_settings[NFG_RECORD].value);

	return record == NFG_RECORD_ALL ||
	       (record == NFG_RECORD_DENIED && outcome != NFG_ALLOWED);
}

int nfg_state_init(const char *deny, const char *mode);
void nfg_state_clean(void);

extern struct nfg_policy __rcu *nfg_policy_in_force;
const struct nfg_policy *nfg_policy_lock(void);
void nfg_policy_unlock(void);
const struct nfg_policy *nfg_policy_get(void);
void nfg_policy_put(const struct nfg_policy *policy);
int nfg_policy_replace(char *text, size_t len, struct nfg_refusal *why);

const char *nfg_setting_word(const struct nfg_setting *setting);
int nfg_setting_set(struct nfg_setting *setting, const char *word,
		    struct nfg_refusal *why);
bool nfg_locked(void);

/* request_gate.c */
void nfg_request_gate_arm(void);
void nfg_request_gate_clean(void);
int nfg_request_gate_check(void);
bool nfg_ftrace_pin_needed(void);
int nfg_ftrace_pin_check(void);
unsigned long nfg_request_gate_missed(void);

/* pin.c, only with CONFIG_KPROBES_ON_FTRACE */
int nfg_pin_register(void);
void nfg_pin_unregister(void);

/* load_gate.c */
void nfg_load_gate_init(void);
void nfg_load_gate_clean(void);
void nfg_load_gate_show(struct seq_file *seq);
int nfg_load_gate_check(void);

/* watch.c */
void nfg_watch_init(void);
void nfg_watch_clean(void);

/* procfs.c */
int nfg_procfs_init(void);
void nfg_procfs_clean(void);

/* debugfs.c */
void nfg_debugfs_init(void);
void nfg_debugfs_clean(void);

#endif /* NFGUARD_H */
