// SPDX-License-Identifier: GPL-2.0-only
/*
 * judge.c - maps a gate, a name and the current task to a verdict. Both gates
 * ask it; it knows nothing of kprobes or notifiers.
 */
#include "compat.h"
#include "nfguard.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static const enum nfg_counter counters[NFG_GATES][NFG_OUTCOMES] = {
	[NFG_REQUEST_GATE] = {
		[NFG_ALLOWED] = NFG_REQUEST_ALLOWED,
		[NFG_WOULD_DENY] = NFG_REQUEST_WOULD_DENY,
		[NFG_DENIED] = NFG_REQUEST_DENIED,
		[NFG_UNENFORCED] = NFG_REQUEST_UNENFORCED,
		[NFG_UNJUDGED] = NFG_REQUEST_UNJUDGED,
	},
	[NFG_LOAD_GATE] = {
		[NFG_ALLOWED] = NFG_LOAD_ALLOWED,
		[NFG_WOULD_DENY] = NFG_LOAD_WOULD_DENY,
		[NFG_DENIED] = NFG_LOAD_DENIED,
	},
};

static enum nfg_outcome outcome_of(u8 verdict, unsigned int doubts)
{
	if (verdict != NFG_DENY)
		return doubts & NFG_UNNAMED ? NFG_UNJUDGED : NFG_ALLOWED;
	if (!nfg_enforcing())
		return NFG_WOULD_DENY;
	return doubts & NFG_UNPROVED ? NFG_UNENFORCED : NFG_DENIED;
}

/* What is let through for another reason than the policy counts as allowed too. */
static void count(enum nfg_gate gate, enum nfg_outcome outcome)
{
	nfg_count(counters[gate][outcome]);
	if (outcome != NFG_ALLOWED && outcome != NFG_DENIED)
		nfg_count(counters[gate][NFG_ALLOWED]);
}

static noinline void trace(const struct nfg_verdict *verdict)
{
	struct nfg_asker asker;

	nfg_asker_read(&asker);
	trace_verdict(verdict, &asker);
}

/**
 * nfg_judge - decide about a name, count the verdict and report it
 * @gate: the gate that asks
 * @name: the name
 * @cause: the request that caused it, or NULL
 * @doubts: bits of enum nfg_doubt
 *
 * A request is judged by whoever is behind it, the asker of its cause if it has one.
 * What asks for another and has none is unprivileged. A load is judged by who loads.
 *
 * Context: the request gate's probe handler, or process; preemption is off, which is
 * the RCU read lock.
 * Return: true if it is to be refused.
 */
bool nfg_judge(enum nfg_gate gate, const struct nfg_name *name,
	       const struct nfg_request *cause, unsigned int doubts)
{
	const struct nfg_policy *policy;
	const struct nfg_entry *entry;
	struct nfg_verdict verdict nfg_uninitialized;
	u32 rule;

	if (gate == NFG_REQUEST_GATE && cause)
		verdict.privileged = cause->asker.privileged;
	else
		verdict.privileged = !(doubts & NFG_UNKNOWN) &&
				     nfg_asker_privileged();

	policy = rcu_dereference_sched(nfg_policy_in_force);
	entry = nfg_policy_lookup(policy, name, !verdict.privileged);
	verdict.gate = gate;
	verdict.outcome = outcome_of(entry ? entry->verdict :
					     policy->default_verdict, doubts);
	verdict.name = name;
	rule = entry ? entry->rule : 0;
	verdict.rule = &policy->rules[rule];
	verdict.cause = cause;

	count(gate, verdict.outcome);
	/* No request comes from an interrupt, so nobody else is at it. */
	if (gate == NFG_REQUEST_GATE && verdict.outcome == NFG_DENIED)
		policy->denied[smp_processor_id() * policy->denied_row + rule]++;
	if (verdict.outcome != NFG_ALLOWED)
		nfg_rule_hit(&verdict);
	if (gate == NFG_REQUEST_GATE)
		nfg_cause_note(&verdict);
	if (nfg_recorded(verdict.outcome))
		nfg_event_record(&verdict);
	if (trace_verdict_enabled())
		trace(&verdict);
	return verdict.outcome == NFG_DENIED ||
	       verdict.outcome == NFG_UNENFORCED;
}
