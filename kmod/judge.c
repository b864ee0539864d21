// SPDX-License-Identifier: GPL-2.0-only
/*
 * judge.c - maps a gate, a name and the current task to a verdict. Both gates
 * ask it; it knows nothing of kprobes or notifiers.
 */
#include <linux/user_namespace.h>

#include "nfguard.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static const struct {
	enum nfg_counter allowed, denied, would_deny;
} counters[NFG_GATES] = {
	[NFG_REQUEST_GATE] = { NFG_REQUEST_ALLOWED, NFG_REQUEST_DENIED,
			       NFG_REQUEST_WOULD_DENY },
	[NFG_LOAD_GATE] = { NFG_LOAD_ALLOWED, NFG_LOAD_DENIED,
			    NFG_LOAD_WOULD_DENY },
};

/*
 * Not capable(), which would mark the task as having used a privilege, and ask
 * security modules that may write an audit record.
 */
static bool asker_unprivileged(void)
{
	return !cap_raised(current_cred()->cap_effective, CAP_SYS_MODULE) ||
	       current_user_ns() != &init_user_ns;
}

static enum nfg_outcome outcome_of(u8 verdict)
{
	if (verdict != NFG_DENY)
		return NFG_ALLOWED;
	return nfg_mode() == NFG_ENFORCING ? NFG_DENIED : NFG_WOULD_DENY;
}

static void count(enum nfg_gate gate, enum nfg_outcome outcome)
{
	nfg_count(outcome == NFG_DENIED ? counters[gate].denied :
					  counters[gate].allowed);
	if (outcome == NFG_WOULD_DENY)
		nfg_count(counters[gate].would_deny);
}

/**
 * nfg_judge - decide about a name, count the verdict and report it
 * @gate: the gate that asks
 * @name: the name as it came, any bytes, ended by a NUL
 * @len: its length, at most NFG_NAME_MAX
 * @cause: for a load, the request that caused it, or NULL
 *
 * Context: the request gate's probe handler (preemption off), or process.
 * Return: true if it is to be refused.
 */
bool nfg_judge(enum nfg_gate gate, const char *name, size_t len,
	       const struct nfg_request *cause)
{
	struct nfg_verdict verdict;
	char normalised[NFG_NAME_MAX + 1];
	const struct nfg_policy *policy;
	const struct nfg_entry *entry;

	nfg_normalise(normalised, name, len);
	normalised[len] = '\0';

	rcu_read_lock();
	policy = rcu_dereference(nfg_policy_in_force);
	entry = nfg_policy_lookup(policy, normalised, len,
				  policy->any_unprivileged &&
				  asker_unprivileged());
	verdict.gate = gate;
	verdict.outcome = outcome_of(entry ? entry->verdict :
					     policy->default_verdict);
	verdict.name = name;
	verdict.len = len;
	verdict.rule = &policy->rules[entry ? entry->rule : 0];
	verdict.cause = cause;
	nfg_asker_read(&verdict.asker);

	count(gate, verdict.outcome);
	if (verdict.outcome != NFG_ALLOWED)
		nfg_rule_hit(&verdict);
	if (verdict.outcome != NFG_DENIED && gate == NFG_REQUEST_GATE)
		nfg_cause_note(name, len, &verdict.asker);
	if (nfg_recorded(verdict.outcome))
		nfg_event_record(&verdict);
	trace_verdict(&verdict);
	rcu_read_unlock();
	return verdict.outcome == NFG_DENIED;
}
