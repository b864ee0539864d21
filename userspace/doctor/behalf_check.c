// SPDX-License-Identifier: GPL-2.0-only
/*
 * behalf_check.c - what rules for unprivileged askers mean for those who ask on
 * behalf of a user.
 */
#include <stdlib.h>

#include "doctor/findings.h"
#include "policy/behalf.h"

/**
 * struct found - the requests that a rule denies to unprivileged askers only
 * @programs: those that setuid-root programs make
 * @threads: those that kernel threads make
 */
struct found {
	struct behalf_list programs;
	struct behalf_list threads;
};

/*
 * An alias of modprobe.d hides the same one of the kernel's modules, and the name of a
 * module hides both: the ruling on it is the module's.
 */
static bool hidden(const struct tree *tree, const struct tree_alias *a)
{
	return tree_find(tree, a->name) != NAME_NONE ||
	       (a->source != ALIAS_CONFIG &&
		name_index_find(&tree->by_alias[ALIAS_CONFIG], a->name) != NAME_NONE);
}

/* Denied to all, it is denied whoever asks for whom. */
static void add_request(const struct behalf *b, const char *name,
			const struct ruling rulings[SCOPES], struct found *found)
{
	const struct ruling *r = &rulings[SCOPE_UNPRIVILEGED];

	if (!ruling_denies_by_rule(r) || rulings[SCOPE_ANY].verdict == VERDICT_DENY)
		return;
	if (b->programs)
		behalf_list_add(&found[r->rule].programs, name, b->programs);
	if (b->threads)
		behalf_list_add(&found[r->rule].threads, name, b->threads);
}

static void look_at_alias(const struct closure *c, const struct tree_alias *a,
			  struct found *found)
{
	const struct behalf *b = behalf_find(a->name);
	struct ruling rulings[SCOPES];
	int s;

	if (!b || hidden(c->tree, a))
		return;
	/* A thread forms the name that a pattern matches: no rule can name the pattern. */
	if (a->kind == NAME_EXACT)
		closure_rulings(c, a->name, rulings);
	else
		for (s = 0; s < SCOPES; s++)
			rulings[s] = closure_targets(c, &a->targets, s);
	add_request(b, a->name, rulings, found);
}

/* What is built in is there already, so nobody asks for it by its name. */
static void look_at_module(const struct closure *c, const struct tree_module *m,
			   struct found *found)
{
	const struct behalf *b = m->builtin ? NULL : behalf_find(m->name);
	struct ruling rulings[SCOPES];

	if (!b)
		return;
	closure_rulings(c, m->name, rulings);
	add_request(b, m->name, rulings, found);
}

static void add_found(const struct conf_rule *rule, struct found *found,
		      struct report *report)
{
	behalf_list_end(&found->programs);
	behalf_list_end(&found->threads);
	if (found->programs.n) {
		report_add(report, "on-behalf", rule->file->path, rule->line,
			   "'%s' allows what setuid-root programs request for a user: %s",
			   esc(rule->text), found->programs.text.s);
		report_remedy(report, "remove 'unprivileged' to deny it to all");
		report_warning(report);
	}
	if (found->threads.n) {
		report_add(report, "on-behalf", rule->file->path, rule->line,
			   "'%s' also judges requests by kernel threads: %s; if it is unknown which task caused one, it is denied, even to root",
			   esc(rule->text), found->threads.text.s);
		report_warning(report);
	}
}

/**
 * findings_on_behalf - reports the rules for unprivileged askers that meet requests
 * which somebody else makes for a user
 * @src: the policy
 * @report: gets at most two warnings for each rule
 */
void findings_on_behalf(const struct source *src, struct report *report)
{
	const struct conf *conf = &src->conf;
	const struct tree *tree = src->closure.tree;
	struct found *found = xcalloc(conf->n_rules, sizeof(*found));
	size_t i;

	for (i = 0; i < tree->n_aliases; i++)
		look_at_alias(&src->closure, &tree->aliases[i], found);
	for (i = 0; i < tree->n_modules; i++)
		look_at_module(&src->closure, &tree->modules[i], found);
	for (i = 0; i < conf->n_rules; i++) {
		add_found(conf->rules[i], &found[i], report);
		buf_free(&found[i].programs.text);
		buf_free(&found[i].threads.text);
	}
	free(found);
}
