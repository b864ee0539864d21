// SPDX-License-Identifier: GPL-2.0-only
/*
 * limits.c - whether the kernel module takes a policy of this size.
 */
#include <string.h>

#include "abi/abi.h"
#include "policy/limits.h"

static void check(struct diags *diags, const char *what, size_t n, size_t max)
{
	if (n > max)
		diag_error(diags, "policy", 0, 0,
			   "%zu %s exceed the kernel module's limit of %zu: use fewer or narrower rules",
			   n, what, max);
}

/* As nfg_index_add() in the kernel module sees it. */
static bool is_open(const struct policy_entry *e)
{
	return e->kind == NAME_PATTERN && !strcspn(e->name, "*?[\\");
}

/* An alias that is a pattern is not written in its rule: that as a whole then. */
static void say_open(const struct policy *policy, const struct policy_entry *e,
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
		   "'%s' is number %d of %zu patterns that begin with a wildcard; the kernel module's limit is %d, as it compares each of them with each name that is asked for: begin some with a letter, or name the modules",
		   esc(e->name), NFG_PATTERNS_OPEN_MAX + 1, n,
		   NFG_PATTERNS_OPEN_MAX);
}

static void check_open(const struct policy *policy, struct diags *diags)
{
	const struct policy_entry *over = NULL;
	size_t i, n = 0;

	for (i = 0; i < policy->n_patterns; i++) {
		const struct policy_entry *e =
			&policy->entries[policy->patterns[i]];

		if (is_open(e) && ++n == NFG_PATTERNS_OPEN_MAX + 1)
			over = e;
	}
	if (over)
		say_open(policy, over, n, diags);
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
	check_open(policy, diags);
}
