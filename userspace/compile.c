// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - rules as a person writes them become a policy as the kernel
 * reads it.
 *
 * For a person the first written rule that names a module decides. The kernel
 * looks at exact names before any pattern, and at entries for unprivileged
 * askers before those for any. So an exact name that an earlier pattern
 * already decides is left out; and where an earlier pattern decides only for
 * unprivileged askers, the name gets an entry of theirs under that rule.
 */
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "compile.h"

/* What is being compiled: the rule and word at hand. */
struct compiler {
	struct policy *policy;
	struct diags *diags;
	const struct conf_rule *rule;
	const struct conf_word *word;
	size_t index;
};

static void warn_never(const struct compiler *c,
		       const struct policy_entry *first)
{
	const struct conf_rule *by = c->policy->rules[first->rule].from;

	diag_warn(c->diags, c->rule->file->path, c->word->line, c->word->col,
		  "'%s' can never match here: '%s' at %s:%u decides first",
		  esc(c->word->name), esc(by->text), esc(by->file->path),
		  by->line);
}

static void emit_name(struct compiler *c, const char *name)
{
	struct policy *policy = c->policy;
	const struct policy_entry *unprivileged, *first;
	struct policy_entry e = {
		.rule = c->index, .verdict = c->rule->verdict,
		.scope = c->rule->scope, .kind = NAME_EXACT,
		.name = (char *)name,
	};

	first = policy_decides(policy, e.scope, name);
	if (first) {
		warn_never(c, first);
		return;
	}
	/* The exact name would win over the pattern that was written first. */
	unprivileged = policy_decides(policy, SCOPE_UNPRIVILEGED, name);
	if (unprivileged && unprivileged->kind == NAME_PATTERN) {
		struct policy_entry kept = *unprivileged;

		kept.kind = NAME_EXACT;
		kept.name = (char *)name;
		policy_add_entry(policy, &kept);
	}
	policy_add_entry(policy, &e);
}

/* Of two patterns only the plain cases are seen: the same one, and "*". */
static const struct policy_entry *pattern_covered(const struct policy *policy,
						  enum scope scope,
						  const char *pattern)
{
	size_t i;

	for (i = 0; i < policy->n_patterns; i++) {
		struct policy_entry *e = &policy->entries[policy->patterns[i]];

		if (e->scope == SCOPE_UNPRIVILEGED && scope == SCOPE_ANY)
			continue;
		if (!strcmp(e->name, "*") || !strcmp(e->name, pattern))
			return e;
	}
	return NULL;
}

static void emit_pattern(struct compiler *c, const char *pattern)
{
	struct policy_entry e = {
		.rule = c->index, .verdict = c->rule->verdict,
		.scope = c->rule->scope, .kind = NAME_PATTERN,
		.name = (char *)pattern,
	};
	const struct policy_entry *first;

	first = pattern_covered(c->policy, e.scope, pattern);
	if (first)
		warn_never(c, first);
	else
		policy_add_entry(c->policy, &e);
}

/*
 * What a name in a rule stands for: the name itself. This is where a module
 * would bring in the modules that need it and their aliases.
 */
static void expand_word(struct compiler *c)
{
	if (c->word->kind == NAME_PATTERN)
		emit_pattern(c, c->word->name);
	else
		emit_name(c, c->word->name);
}

/*
 * The kernel counts by a rule's text, and of two rules with one text the
 * second can match nothing that the first does not.
 */
static bool merge_repeated(const struct compiler *c)
{
	size_t i;

	for (i = 0; i < c->policy->n_rules; i++) {
		const struct policy_rule *first = &c->policy->rules[i];

		if (strcmp(first->text, c->rule->text))
			continue;
		diag_warn(c->diags, c->rule->file->path, c->rule->line, 0,
			  "'%s' can never match here: %s:%u says the same",
			  esc(c->rule->text), esc(first->from->file->path),
			  first->from->line);
		return true;
	}
	return false;
}

static void check_limit(struct diags *diags, const char *what, size_t n,
			size_t max)
{
	if (n > max)
		diag_error(diags, "policy", 0, 0,
			   "%zu %s are more than the kernel module takes (%zu)",
			   n, what, max);
}

/**
 * policy_compile - compiles the rules of all policy files
 * @policy: gets the policy, its entries in the order of their rules
 * @conf: what the files say; must outlive @policy
 * @diags: gets warnings of what can never match, errors of passed limits
 */
void policy_compile(struct policy *policy, const struct conf *conf,
		    struct diags *diags)
{
	struct compiler c = { .policy = policy, .diags = diags };
	size_t i, w;

	policy->dflt = conf->dflt;
	if (conf->n_rules > NFG_RULES_MAX) {
		check_limit(diags, "rules", conf->n_rules, NFG_RULES_MAX);
		return;
	}
	for (i = 0; i < conf->n_rules; i++) {
		c.rule = conf->rules[i];
		if (merge_repeated(&c))
			continue;
		c.index = policy->n_rules;
		policy_add_rule(policy, c.rule->text, c.rule);
		for (w = 0; w < c.rule->n_words; w++) {
			c.word = &c.rule->words[w];
			expand_word(&c);
		}
	}
	policy_sort(policy);
	check_limit(diags, "names and patterns", policy->n_entries,
		    NFG_ENTRIES_MAX);
	check_limit(diags, "patterns", policy->n_patterns, NFG_PATTERNS_MAX);
}
