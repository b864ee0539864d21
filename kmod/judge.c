// SPDX-License-Identifier: GPL-2.0-only
/*
 * judge.c - maps a gate, a name and the current task to a verdict. Both gates
 * ask it; it knows neither kprobe nor notifier.
 */
#include <linux/user_namespace.h>

#include "nfguard.h"

static const enum nfg_counter allowed[NFG_GATES] = {
	[NFG_REQUEST_GATE] = NFG_REQUEST_ALLOWED,
	[NFG_LOAD_GATE] = NFG_LOAD_ALLOWED,
};

static const enum nfg_counter denied[NFG_GATES] = {
	[NFG_REQUEST_GATE] = NFG_REQUEST_DENIED,
	[NFG_LOAD_GATE] = NFG_LOAD_DENIED,
};

static const enum nfg_counter would_deny[NFG_GATES] = {
	[NFG_REQUEST_GATE] = NFG_REQUEST_WOULD_DENY,
	[NFG_LOAD_GATE] = NFG_LOAD_WOULD_DENY,
};

/*
 * Not capable(): that marks the task as having used a privilege, and asks
 * security modules that may write an audit record.
 */
static bool asker_unprivileged(void)
{
	return !cap_raised(current_cred()->cap_effective, CAP_SYS_MODULE) ||
	       current_user_ns() != &init_user_ns;
}

/**
 * nfg_judge - decide about a name, count the verdict and report a denial
 * @gate: who asks
 * @name: the name as it came, any bytes, ended by a NUL
 * @len: its length, at most NFG_NAME_MAX
 *
 * Context: the request gate's probe handler (preemption off), or process.
 * Return: true if it is to be refused.
 */
bool nfg_judge(enum nfg_gate gate, const char *name, size_t len)
{
	char normalised[NFG_NAME_MAX + 1];
	const struct nfg_policy *policy;
	const struct nfg_entry *entry;
	const struct nfg_rule *rule;
	u8 verdict;
	bool refused;

	nfg_normalise(normalised, name, len);
	normalised[len] = '\0';

	rcu_read_lock();
	policy = rcu_dereference(nfg_policy_in_force);
	entry = nfg_policy_lookup(policy, normalised, len,
				  policy->any_unprivileged &&
				  asker_unprivileged());
	verdict = entry ? entry->verdict : policy->default_verdict;
	rule = &policy->rules[entry ? entry->rule : 0];
	refused = verdict == NFG_DENY && nfg_mode() == NFG_ENFORCING;

	nfg_count(refused ? denied[gate] : allowed[gate]);
	if (verdict == NFG_DENY) {
		if (!refused)
			nfg_count(would_deny[gate]);
		nfg_rule_hit(rule->stats, gate, refused, name, len);
		nfg_log_verdict(gate, refused, name, len, rule);
	}
	rcu_read_unlock();
	return refused;
}
