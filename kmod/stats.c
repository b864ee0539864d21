// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - counters. A gate's counters last as long as the module; a rule's
 * belong to its text, so they outlive a swap if the new policy has the same rule.
 * All are exact once things are quiet.
 *
 * What a storm of denials counts is per CPU: a gate's counters, and for a policy one
 * table of its rules' requests denied. A load, or a request that goes on, costs
 * thousands of times what a counter does that all CPUs share.
 */
#include <linux/cache.h>
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

#include "nfguard.h"

DEFINE_PER_CPU(u64[NFG_N_COUNTERS], nfg_counters);

u64 nfg_counter_sum(enum nfg_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(nfg_counters[counter], cpu));
	return sum;
}

/**
 * struct nfg_rule_stats - what is counted for one rule text
 * @node: in rule_stats
 * @users: policies that have the rule; changed under rule_stats_lock
 * @holders: these, and events that tell of the rule
 * @denied: by gate; requests without those in the table of a policy in force
 * @would_deny: by gate
 * @last_tick: when @last was written, in jiffies
 * @last_lock: raw, since a probe handler takes it
 * @last: the last hit
 * @len: length of @text
 * @text: the rule, ended by a NUL
 */
struct nfg_rule_stats {
	struct hlist_node node;
	unsigned int users;
	refcount_t holders;
	atomic64_t denied[NFG_GATES];
	atomic64_t would_deny[NFG_GATES];
	unsigned long last_tick;
	raw_spinlock_t last_lock;
	struct nfg_hit last;
	u8 len;
	char text[];
};

static DEFINE_HASHTABLE(rule_stats, 8);
static DEFINE_MUTEX(rule_stats_lock);

static struct nfg_rule_stats *rule_stats_alloc(const char *text, size_t len)
{
	struct nfg_rule_stats *stats;

	static_assert(NFG_RULE_MAX <= U8_MAX);
	stats = kzalloc(sizeof(*stats) + len + 1, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return NULL;
	raw_spin_lock_init(&stats->last_lock);
	stats->last_tick = jiffies - 1;
	refcount_set(&stats->holders, 1);
	stats->len = len;
	memcpy(stats->text, text, len);
	return stats;
}

/* Those of the rule, new ones if it has none; NULL if out of memory. */
static struct nfg_rule_stats *rule_stats_get(const char *text, size_t len)
{
	u32 hash = jhash(text, len, 0);
	struct nfg_rule_stats *stats;

	mutex_lock(&rule_stats_lock);
	hash_for_each_possible(rule_stats, stats, node, hash) {
		if (stats->len == len && !memcmp(stats->text, text, len)) {
			refcount_inc(&stats->holders);
			goto found;
		}
	}
	stats = rule_stats_alloc(text, len);
	if (!stats)
		goto unlock;
	hash_add(rule_stats, &stats->node, hash);
found:
	stats->users++;
unlock:
	mutex_unlock(&rule_stats_lock);
	return stats;
}

static void rule_stats_put(struct nfg_rule_stats *stats)
{
	mutex_lock(&rule_stats_lock);
	if (!--stats->users)
		hash_del(&stats->node);
	mutex_unlock(&rule_stats_lock);
	nfg_rule_stats_release(stats);
}

/**
 * nfg_stats_get - get the counters of a policy's rules, new ones where there are none
 * @policy: the policy, which nobody judges by yet
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOMEM; nfg_stats_put() in either case.
 */
int nfg_stats_get(struct nfg_policy *policy)
{
	u32 i;

	/* No two CPUs write to one line. */
	policy->denied_row = ALIGN(policy->n_rules, SMP_CACHE_BYTES / sizeof(u64));
	policy->denied = nfg_zalloc(nr_cpu_ids, policy->denied_row * sizeof(u64));
	if (!policy->denied)
		return -ENOMEM;
	for (i = 0; i < policy->n_rules; i++) {
		struct nfg_rule *rule = &policy->rules[i];

		rule->stats = rule_stats_get(rule->text, rule->len);
		if (!rule->stats)
			return -ENOMEM;
	}
	return 0;
}

static u64 table_sum(const struct nfg_policy *policy, u32 rule)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(policy->denied[cpu * policy->denied_row + rule]);
	return sum;
}

/**
 * nfg_stats_keep - keep what a policy's table has counted
 * @policy: the policy, which nobody judges by any more
 *
 * Context: process, under nfg_policy_lock().
 */
void nfg_stats_keep(struct nfg_policy *policy)
{
	u32 i;

	for (i = 0; i < policy->n_rules; i++)
		atomic64_add(table_sum(policy, i),
			     &policy->rules[i].stats->denied[NFG_REQUEST_GATE]);
}

/**
 * nfg_stats_put - give back what nfg_stats_get() got
 * @policy: the policy, which nobody judges by any more
 *
 * Context: process, may sleep.
 */
void nfg_stats_put(struct nfg_policy *policy)
{
	u32 i;

	for (i = 0; i < policy->n_rules && policy->rules[i].stats; i++)
		rule_stats_put(policy->rules[i].stats);
	kvfree(policy->denied);
}

/**
 * nfg_rule_stats_hold - keep the counters of a rule for an event
 * @stats: the counters, of a policy that has not put them yet
 *
 * Context: any.
 */
void nfg_rule_stats_hold(struct nfg_rule_stats *stats)
{
	refcount_inc(&stats->holders);
}

/**
 * nfg_rule_stats_release - undo nfg_rule_stats_hold()
 * @stats: the counters
 *
 * Context: process, may sleep.
 */
void nfg_rule_stats_release(struct nfg_rule_stats *stats)
{
	if (refcount_dec_and_test(&stats->holders))
		kfree(stats);
}

/**
 * nfg_rule_text - the rule that counters belong to
 * @stats: the counters
 *
 * Return: the text, which lives as long as @stats.
 */
const char *nfg_rule_text(const struct nfg_rule_stats *stats)
{
	return stats->text;
}

/* Another CPU's denial may be at it: then that is the last hit. */
static noinline void note_last(struct nfg_rule_stats *stats,
			       const struct nfg_verdict *verdict)
{
	const struct nfg_name *name = verdict->name;
	struct nfg_hit *last = &stats->last;
	struct nfg_asker who;

	if (!raw_spin_trylock(&stats->last_lock))
		return;
	WRITE_ONCE(stats->last_tick, jiffies);
	last->when = ktime_get_real_fast_ns();
	nfg_behind_read(verdict, &who);
	last->pid = who.pid;
	last->uid = who.uid;
	memcpy(last->comm, who.comm, sizeof(last->comm));
	memcpy(last->name, name->raw, name->len);
	last->name_len = name->len;
	raw_spin_unlock(&stats->last_lock);
}

/**
 * nfg_rule_hit - count a denial or would-be denial, and note it as the last hit
 * @verdict: the verdict, which was not to allow; a request denied is counted already.
 *	The asker that is noted is the one behind it
 *
 * The first hit in a tick stands for the others in it. So a storm of denials, on
 * however many CPUs, writes what they share once a tick.
 *
 * Context: the request gate's probe handler, or process. Does not sleep.
 */
void nfg_rule_hit(const struct nfg_verdict *verdict)
{
	struct nfg_rule_stats *stats = verdict->rule->stats;
	unsigned long tick = jiffies;

	if (verdict->outcome == NFG_WOULD_DENY)
		atomic64_inc(&stats->would_deny[verdict->gate]);
	else if (verdict->outcome != NFG_DENIED)
		return;
	else if (verdict->gate != NFG_REQUEST_GATE)
		atomic64_inc(&stats->denied[verdict->gate]);
	if (READ_ONCE(stats->last_tick) != tick)
		note_last(stats, verdict);
}

/**
 * nfg_rule_stats_read - sum up the counters of a rule
 * @policy: the policy
 * @rule: the number of the rule in it
 * @counts: gets the sums
 * @last: gets the last hit
 *
 * Context: process, under nfg_policy_lock().
 */
void nfg_rule_stats_read(const struct nfg_policy *policy, u32 rule,
			 struct nfg_rule_counts *counts, struct nfg_hit *last)
{
	struct nfg_rule_stats *stats = policy->rules[rule].stats;
	int gate;

	for (gate = 0; gate < NFG_GATES; gate++) {
		counts->denied[gate] = atomic64_read(&stats->denied[gate]);
		counts->would_deny[gate] = atomic64_read(&stats->would_deny[gate]);
	}
	counts->denied[NFG_REQUEST_GATE] += table_sum(policy, rule);
	raw_spin_lock(&stats->last_lock);
	*last = stats->last;
	raw_spin_unlock(&stats->last_lock);
}
