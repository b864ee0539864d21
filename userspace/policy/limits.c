// SPDX-License-Identifier: GPL-2.0-only
/*
 * limits.c - whether the kernel module takes a policy of this size.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "abi/text.h"
#include "policy/limits.h"

static void check(struct diags *diags, const char *what, size_t n, size_t max)
{
	if (n > max)
		diag_error(diags, "policy", 0, 0,
			   "%zu %s exceed the kernel module's limit of %zu: use fewer or narrower rules",
			   n, what, max);
}

/**
 * struct pattern - what a pattern costs the kernel module
 * @entry: the pattern
 * @prefix: the length of its literal beginning: it is compared with each name that
 *	has that
 * @cost: what that costs, as abi.h has it
 */
struct pattern {
	const struct policy_entry *entry;
	size_t prefix;
	unsigned int cost;
};

static struct pattern pattern_of(const struct policy_entry *e)
{
	struct pattern p = { .entry = e };
	size_t suffix;

	p.cost = nfg_pattern_parts(e->name, strlen(e->name), &p.prefix, &suffix) ?
		 1 : NFG_PATTERN_COST;
	return p;
}

/* Whether names with the literal beginning of @longer are compared with @p too. */
static bool is_compared(const struct pattern *p, const struct pattern *longer)
{
	return p->prefix <= longer->prefix &&
	       !strncmp(p->entry->name, longer->entry->name, p->prefix);
}

/* An alias that is a pattern is not written in its rule: that as a whole then. */
static void say_too_many(const struct policy *policy, const struct policy_entry *e,
			 size_t n, struct diags *diags)
{
	const struct conf_rule *from = policy->rules[e->rule].from;
	unsigned int line = from->line, col = 0;
	size_t w;

	for (w = 0; w < from->n_words; w++) {
		if (strcmp(from->words[w].name, e->name))
			continue;
		line = from->words[w].line;
		col = from->words[w].col;
		break;
	}
	diag_error(diags, from->file->path, line, col,
		   "'%s' is one of %zu patterns that the kernel module has to compare with the same names, which are too many: begin some with more letters, or name the modules; it takes %d with no more than one '*', or %d others",
		   esc(e->name), n, NFG_PATTERNS_COST_MAX,
		   NFG_PATTERNS_COST_MAX / NFG_PATTERN_COST);
}

/* All names that begin as @longer does: is it too much, and from which pattern on? */
static bool check_names(const struct policy *policy, const struct pattern *patterns,
			const struct pattern *longer, struct diags *diags)
{
	const struct policy_entry *over = NULL;
	unsigned int cost = 0;
	size_t i, n = 0;

	for (i = 0; i < policy->n_patterns; i++) {
		if (!is_compared(&patterns[i], longer))
			continue;
		n++;
		cost += patterns[i].cost;
		if (cost > NFG_PATTERNS_COST_MAX && !over)
			over = patterns[i].entry;
	}
	if (over)
		say_too_many(policy, over, n, diags);
	return over;
}

static void check_costs(const struct policy *policy, struct diags *diags)
{
	struct pattern *patterns = xcalloc(policy->n_patterns, sizeof(*patterns));
	unsigned int cost = 0;
	size_t i;

	for (i = 0; i < policy->n_patterns; i++) {
		patterns[i] = pattern_of(&policy->entries[policy->patterns[i]]);
		cost += patterns[i].cost;
	}
	for (i = 0; i < policy->n_patterns && cost > NFG_PATTERNS_COST_MAX; i++)
		if (check_names(policy, patterns, &patterns[i], diags))
			break;
	free(patterns);
}

/**
 * limits_check - check a policy against the kernel module's limits
 * @policy: the policy, made of policy files
 * @diags: receives an error for each limit that it exceeds
 */
void limits_check(const struct policy *policy, struct diags *diags)
{
	check(diags, "names and patterns", policy->n_entries, NFG_ENTRIES_MAX);
	check(diags, "patterns", policy->n_patterns, NFG_PATTERNS_MAX);
	/* With more than that it would take long. */
	if (policy->n_patterns <= NFG_PATTERNS_MAX)
		check_costs(policy, diags);
}
