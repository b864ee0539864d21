// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - counters. A gate's counters last as long as the module; a rule's
 * belong to its text, so they outlive a swap if the new policy has the same rule.
 * All are per CPU, and exact once things are quiet.
 */
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

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
 * @counts: per CPU
 * @last_lock: raw, since a probe handler takes it
 * @last_tick: when that was written, in jiffies
 * @last: the last hit
 * @len: length of @text
 * @text: the rule, ended by a NUL
 */
struct nfg_rule_stats {
	struct hlist_node node;
	unsigned int users;
	refcount_t holders;
	struct nfg_rule_counts __percpu *counts;
	raw_spinlock_t last_lock;
	unsigned long last_tick;
	struct nfg_hit last;
	size_t len;
	char text[];
};

static DEFINE_HASHTABLE(rule_stats, 8);
static DEFINE_MUTEX(rule_stats_lock);

static struct nfg_rule_stats *rule_stats_alloc(const char *text, size_t len)
{
	struct nfg_rule_stats *stats;

	stats = kzalloc(sizeof(*stats) + len + 1, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return NULL;
	stats->counts = alloc_percpu_gfp(struct nfg_rule_counts,
					 GFP_KERNEL_ACCOUNT);
	if (!stats->counts) {
		kfree(stats);
		return NULL;
	}
	raw_spin_lock_init(&stats->last_lock);
	stats->last_tick = jiffies - 1;
	refcount_set(&stats->holders, 1);
	stats->len = len;
	memcpy(stats->text, text, len);
	return stats;
}

/**
 * nfg_rule_stats_get - get the counters of a rule, new ones if it has none
 * @text: the rule
 * @len: its length
 *
 * Context: process, may sleep.
 * Return: the counters, for nfg_rule_stats_put(), or NULL if out of memory.
 */
struct nfg_rule_stats *nfg_rule_stats_get(const char *text, size_t len)
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
	if (!refcount_dec_and_test(&stats->holders))
		return;
	free_percpu(stats->counts);
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

/**
 * nfg_rule_stats_put - give back what nfg_rule_stats_get() returned
 * @stats: the counters; NULL is fine. Nobody may still reach them through the
 *	policy that gives them back
 *
 * Context: process, may sleep.
 */
void nfg_rule_stats_put(struct nfg_rule_stats *stats)
{
	if (!stats)
		return;
	mutex_lock(&rule_stats_lock);
	if (!--stats->users)
		hash_del(&stats->node);
	mutex_unlock(&rule_stats_lock);
	nfg_rule_stats_release(stats);
}

/* Another CPU's denial may be at it: then that is the last hit. */
static noinline void note_last(struct nfg_rule_stats *stats,
			       const struct nfg_verdict *verdict)
{
	const struct nfg_name *name = verdict->name;
	struct nfg_hit *last = &stats->last;

	if (!raw_spin_trylock(&stats->last_lock))
		return;
	WRITE_ONCE(stats->last_tick, jiffies);
	ktime_get_coarse_real_ts64(&last->when);
	nfg_behind_read(verdict, &last->asker);
	last->asker.cgrp = NULL;	/* not pinned here */
	memcpy(last->name, name->raw, name->len);
	last->name_len = name->len;
	raw_spin_unlock(&stats->last_lock);
}

/**
 * nfg_rule_hit - count a denial or would-be denial, and note it as the last hit
 * @verdict: the verdict; nothing is counted if it was allowed. The asker that is
 *	noted is the one behind it
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

	if (verdict->outcome == NFG_DENIED)
		this_cpu_inc(stats->counts->denied[verdict->gate]);
	else if (verdict->outcome == NFG_WOULD_DENY)
		this_cpu_inc(stats->counts->would_deny[verdict->gate]);
	else
		return;

	if (READ_ONCE(stats->last_tick) != tick)
		note_last(stats, verdict);
}

/**
 * nfg_rule_stats_read - sum up the counters of a rule
 * @stats: the rule's
 * @counts: gets the sums
 * @last: gets the last hit
 *
 * Context: process.
 */
void nfg_rule_stats_read(struct nfg_rule_stats *stats,
			 struct nfg_rule_counts *counts, struct nfg_hit *last)
{
	int cpu, gate;

	memset(counts, 0, sizeof(*counts));
	for_each_possible_cpu(cpu) {
		struct nfg_rule_counts *c = per_cpu_ptr(stats->counts, cpu);

		for (gate = 0; gate < NFG_GATES; gate++) {
			counts->denied[gate] += READ_ONCE(c->denied[gate]);
			counts->would_deny[gate] +=
				READ_ONCE(c->would_deny[gate]);
		}
	}
	raw_spin_lock(&stats->last_lock);
	*last = stats->last;
	raw_spin_unlock(&stats->last_lock);
}
