// SPDX-License-Identifier: GPL-2.0-only
/*
 * hits.c - fills the columns for what a rule has denied, and to whom.
 */
#include <stdlib.h>

#include "base/util.h"
#include "base/when.h"
#include "guard/hits.h"

static void fill_last(struct table *t, const struct kif_rule *rule)
{
	char *when, *asker;

	if (!rule->last) {
		table_text(t, "ASKER", "-");
		table_text(t, "WHEN", "never");
		table_text(t, "LAST-NAME", "-");
		return;
	}
	when = when_text(rule->last);
	asker = xasprintf("%s[%llu] uid %llu", rule->comm, rule->pid, rule->uid);
	table_text(t, "ASKER", asker);
	table_text(t, "WHEN", when);
	table_text(t, "LAST-NAME", rule->name);
	table_text(t, "last_name", rule->name);
	table_text(t, "last_comm", rule->comm);
	table_number(t, "last_pid", rule->pid);
	table_number(t, "last_uid", rule->uid);
	table_number(t, "last", rule->last);
	free(asker);
	free(when);
}

/**
 * hits_fill - fill the columns of hits.h in the current row
 * @t: the table
 * @rule: the rule as the kernel has it; NULL leaves the columns empty
 */
void hits_fill(struct table *t, const struct kif_rule *rule)
{
	if (!rule)
		return;
	table_number(t, "request_denied", rule->request_denied);
	table_number(t, "load_denied", rule->load_denied);
	table_number(t, "request_would_deny", rule->request_would_deny);
	table_number(t, "load_would_deny", rule->load_would_deny);
	fill_last(t, rule);
}
