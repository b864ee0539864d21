// SPDX-License-Identifier: GPL-2.0-only
/*
 * list.c - lists the rules of the policy files and what each expands to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/fit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/table.h"
#include "force/builtin.h"
#include "force/in_force.h"
#include "force/mirror.h"
#include "guard/hits.h"
#include "verbs/verb.h"

static const struct column rule_columns[] = {
	{ "WHERE", "where", COLUMN_WRAP },
	{ NULL, "verdict", COLUMN_TEXT },
	{ NULL, "scope", COLUMN_TEXT },
	{ "RULE", "rule", COLUMN_WRAP },
	HITS_COUNT_COLUMNS,
	HITS_LAST_COLUMNS,
	{ "MODULES", "modules", COLUMN_NUMBER },
	{ "ENTRIES", "entries", COLUMN_NUMBER | COLUMN_MAY_GO(2) },
};

static const struct column permissive_columns[] = {
	{ "WHERE", "where", COLUMN_WRAP },
	{ "RULE", "rule", COLUMN_WRAP },
	HITS_PERMISSIVE_COLUMNS,
	HITS_LAST_COLUMNS,
	{ "MODULES", "modules", COLUMN_NUMBER },
	{ "ENTRIES", "entries", COLUMN_NUMBER | COLUMN_MAY_GO(2) },
};

static const struct column expanded_columns[] = {
	{ "RULE", "rule", COLUMN_TREE },
	{ "VERDICT", "verdict", COLUMN_TEXT },
	{ "WHY", "why", COLUMN_WRAP },
};

static const struct column entry_columns[] = {
	{ NULL, "where", COLUMN_TEXT },
	{ NULL, "kind", COLUMN_TEXT },
	{ NULL, "verdict", COLUMN_TEXT },
	{ NULL, "scope", COLUMN_TEXT },
	{ NULL, "name", COLUMN_TEXT },
};

static const struct column group_columns[] = {
	{ NULL, "group", COLUMN_TEXT },
	{ NULL, "directory", COLUMN_TEXT },
};

static char *where(const struct conf_rule *rule)
{
	return xasprintf("%s:%u", esc(rule->file->path), rule->line);
}

/* Whether a rule decides about a module, for the askers that it is meant for. */
static bool decides(const struct source *src, size_t r, size_t module)
{
	const struct conf_rule *from = src->policy.rules[r].from;
	const struct ruling *ruling;

	ruling = &src->closure.modules[from->scope][module];
	return closure_rule(&src->closure, ruling) == from;
}

static void fill_counts(struct table *t, const struct source *src, size_t r)
{
	unsigned long long modules = 0, entries = 0;
	size_t i;

	for (i = 0; i < src->closure.tree->n_modules; i++)
		modules += decides(src, r, i);
	for (i = 0; i < src->policy.n_entries; i++)
		entries += src->policy.entries[i].rule == r;
	table_number(t, "modules", modules);
	table_number(t, "entries", entries);
}

static struct table *make_rules(const struct force *f, bool json)
{
	const struct policy *policy = &f->src.policy;
	struct table *t;
	size_t r;

	t = kif_permissive(&f->st) && !json ?
		table_new("rules", permissive_columns,
			  ARRAY_SIZE(permissive_columns), json) :
		table_new("rules", rule_columns, ARRAY_SIZE(rule_columns), json);
	for (r = 0; r < policy->n_rules; r++) {
		const struct conf_rule *rule = policy->rules[r].from;
		char *at = where(rule);

		table_row(t);
		table_text(t, "where", at);
		table_text(t, "verdict", verdict_word(rule->verdict));
		table_text(t, "scope", scope_word(rule->scope));
		table_text(t, "rule", rule->text);
		hits_fill(t, kif_find_rule(&f->hits, rule->text));
		fill_counts(t, &f->src, r);
		free(at);
	}
	return t;
}

static struct table *make_entries(const struct policy *policy)
{
	struct table *t = table_new("entries", entry_columns,
				    ARRAY_SIZE(entry_columns), true);
	size_t i;

	for (i = 0; i < policy->n_entries; i++) {
		const struct policy_entry *e = &policy->entries[i];
		char *at = where(policy->rules[e->rule].from);

		table_row(t);
		table_text(t, "where", at);
		table_text(t, "kind", e->kind == NAME_EXACT ? NFG_WORD_NAME :
			   NFG_WORD_PATTERN);
		table_text(t, "verdict", verdict_word(e->verdict));
		table_text(t, "scope", scope_word(e->scope));
		table_text(t, "name", e->name);
		free(at);
	}
	return t;
}

static struct table *make_groups(const struct closure *c)
{
	struct table *t = table_new("groups", group_columns,
				    ARRAY_SIZE(group_columns), true);
	size_t i, d;

	for (i = 0; i < c->n_groups; i++) {
		for (d = 0; d < c->groups[i].group.n; d++) {
			table_row(t);
			table_text(t, "group", c->groups[i].name);
			table_text(t, "directory",
				   group_dir(&c->groups[i].group, d));
		}
	}
	return t;
}

/* "net/netfilter, net/ipv4/netfilter" */
static char *directories(const struct group *group)
{
	struct buf b = { 0 };
	size_t d;

	buf_adds(&b, "");
	for (d = 0; d < group->n; d++)
		buf_addf(&b, "%s%s", d ? ", " : "", esc(group_dir(group, d)));
	return b.s;
}

static void print_groups(const struct closure *c)
{
	size_t i;

	for (i = 0; i < c->n_groups; i++) {
		char *dirs = directories(&c->groups[i].group);
		char *line = xasprintf("%s: %s", esc(c->groups[i].name),
				       *dirs ? dirs : "no such directory");

		fit_print_line(line);
		free(line);
		free(dirs);
	}
}

static void print_json(const struct source *src, struct table *rules)
{
	struct table *entries = make_entries(&src->policy);
	struct table *groups = make_groups(&src->closure);
	struct buf doc = { 0 };

	json_begin(&doc);
	json_add(&doc, rules);
	json_add(&doc, entries);
	json_add(&doc, groups);
	json_end(&doc);
	table_free(groups);
	table_free(entries);
}

static void print_text(const struct source *src, struct table *rules)
{
	const struct conf *conf = &src->conf;

	if (src->policy.n_rules)
		table_print(rules);
	print_groups(&src->closure);
	if (conf->dflt_file)
		printf("default %s (%s:%u)\n", verdict_word(conf->dflt),
		       esc(conf->dflt_file->path), conf->dflt_line);
	else
		printf("default %s\n", verdict_word(conf->dflt));
}

static void fill_verdict(struct table *t, enum verdict verdict)
{
	table_text(t, "verdict", verdict_word(verdict));
	if (verdict == VERDICT_DENY)
		table_colour(t, "verdict", colour_bad(stdout));
}

/* A row beneath the rule for each group that it names. */
static void expand_groups(struct table *t, const struct source *src,
			  void *parent, const struct conf_rule *rule)
{
	size_t w;

	for (w = 0; w < rule->n_words; w++) {
		const struct conf_word *word = &rule->words[w];
		char *dirs;

		if (word->kind != NAME_GROUP)
			continue;
		dirs = directories(closure_group(&src->closure, word->name));
		table_row_under(t, parent);
		table_text(t, "rule", word->name);
		table_text(t, "why", dirs);
		free(dirs);
	}
}

static void expand_module(struct table *t, const struct source *src,
			  void *parent, size_t r, size_t module)
{
	const struct tree *tree = src->closure.tree;
	enum scope scope = src->policy.rules[r].from->scope;
	const struct ruling *ruling = &src->closure.modules[scope][module];
	char *why = NULL;

	table_row_under(t, parent);
	table_text(t, "rule", tree->modules[module].name);
	fill_verdict(t, ruling->verdict);
	if (ruling->via != NAME_NONE)
		why = xasprintf(ruling->verdict == VERDICT_DENY ?
				"needs %s" : "needed by %s",
				tree->modules[ruling->via].name);
	else if (tree->modules[module].builtin)
		why = xstrdup(builtin_is_off(tree, module) ?
			      "built in, left out of this boot" : "built in");
	table_text(t, "why", why);
	free(why);
}

/* Skips modules: what is left are names of requests, and patterns. */
static void expand_entry(struct table *t, const struct source *src,
			 void *parent, const struct policy_entry *e)
{
	if (e->kind == NAME_EXACT &&
	    tree_find(src->closure.tree, e->name) != NAME_NONE)
		return;
	table_row_under(t, parent);
	table_text(t, "rule", e->name);
	fill_verdict(t, e->verdict);
	table_text(t, "why", e->kind == NAME_EXACT ? "request" : "pattern");
}

static void print_expanded(const struct source *src)
{
	const struct policy *policy = &src->policy;
	struct table *t;
	size_t r, i;

	t = table_new("rules", expanded_columns, ARRAY_SIZE(expanded_columns),
		      false);
	for (r = 0; r < policy->n_rules; r++) {
		void *row = table_row_under(t, NULL);
		char *at = where(policy->rules[r].from);

		table_text(t, "rule", policy->rules[r].text);
		table_text(t, "why", at);
		free(at);
		expand_groups(t, src, row, policy->rules[r].from);
		for (i = 0; i < src->closure.tree->n_modules; i++)
			if (decides(src, r, i))
				expand_module(t, src, row, r, i);
		for (i = 0; i < policy->n_entries; i++)
			if (policy->entries[i].rule == r)
				expand_entry(t, src, row, &policy->entries[i]);
	}
	table_print(t);
	table_free(t);
}

/* A kernel command line holds 2,048 bytes in all on x86 (COMMAND_LINE_SIZE). */
#define CMDLINE_MAX	2048

/* Whether a rule denies it to all askers, and not because of what it needs. */
static bool denied_itself(const struct source *src, size_t module)
{
	const struct ruling *r = &src->closure.modules[SCOPE_ANY][module];

	return ruling_denies_by_rule(r) && r->via == NAME_NONE;
}

static void add_item(struct buf *list, const char *item)
{
	buf_addf(list, "%s%s", list->len ? "," : "", item);
}

/* A built-in module is kept out by its init functions alone. */
static void add_builtin(const struct tree *tree, size_t module, struct buf *calls)
{
	struct builtin b;
	char *why;

	builtin_read(&b, tree, module);
	if (b.state == BUILTIN_OFF || b.state == BUILTIN_CAN_BE_OFF) {
		add_item(calls, b.functions);
	} else {
		why = builtin_why(&b, false);
		msg_warn("%s is not included: it is built into this kernel%s",
			 esc(tree->modules[module].name), why);
		free(why);
	}
	builtin_free(&b);
}

/* The command line may be another kernel's, which has them. */
static void add_to_come(const struct source *src, struct buf *list)
{
	struct name_index seen = { 0 };
	size_t r, w;

	for (r = 0; r < src->conf.n_rules; r++) {
		for (w = 0; w < src->conf.rules[r]->n_words; w++) {
			const struct conf_word *word = &src->conf.rules[r]->words[w];

			if (!closure_denies_to_come(&src->closure, word) ||
			    name_index_find(&seen, word->name) != NAME_NONE)
				continue;
			name_index_add(&seen, word->name, 0);
			add_item(list, word->name);
		}
	}
	name_index_free(&seen);
}

/*
 * For the time before nfguard is loaded. The kernel compares module_blacklist= only
 * with modules' own names, whoever asks: so it has what is denied to all.
 */
static void print_cmdline(const struct source *src)
{
	const struct tree *tree = src->closure.tree;
	struct buf b = { 0 }, calls = { 0 };
	size_t i;

	for (i = 0; i < tree->n_modules; i++) {
		if (!denied_itself(src, i))
			continue;
		if (tree->modules[i].builtin)
			add_builtin(tree, i, &calls);
		else
			add_item(&b, tree->modules[i].name);
	}
	add_to_come(src, &b);
	if (b.len)
		printf("module_blacklist=%s\n", b.s);
	if (calls.len)
		printf("initcall_blacklist=%s\n", calls.s);
	if (!b.len && !calls.len)
		msg_warn("no rule denies a module to all askers");
	if (b.len + calls.len > CMDLINE_MAX / 2)
		msg_warn("this is %zu bytes long: a kernel command line holds %d in all",
			 b.len + calls.len, CMDLINE_MAX);
	if (src->conf.dflt == VERDICT_DENY)
		msg_warn("default deny is not included: both parameters take only names");
	buf_free(&calls);
	buf_free(&b);
}

/* The same lines as the mirror's, for who keeps them elsewhere. */
static void print_modprobe(const struct source *src)
{
	struct buf lines = { 0 };
	const char *idle = mirror_idle();
	size_t n = mirror_lines(src, idle, &lines);

	if (n || idle)
		printf("# From nfguard's policy and mode, not kept true: see nfguard mirror.\n%s",
		       lines.s);
	else
		msg_warn("no rule denies a module to all askers");
	buf_free(&lines);
}

static void print(const struct invocation *inv, const struct force *f)
{
	bool json = given(inv, OPT_JSON);
	struct table *rules;

	if (given(inv, OPT_CMDLINE)) {
		print_cmdline(&f->src);
		return;
	}
	if (given(inv, OPT_MODPROBE)) {
		print_modprobe(&f->src);
		return;
	}
	if (given(inv, OPT_EXPAND) && !json) {
		print_expanded(&f->src);
		return;
	}
	rules = make_rules(f, json);
	if (json)
		print_json(&f->src, rules);
	else
		print_text(&f->src, rules);
	table_free(rules);
}

int cmd_list(const struct invocation *inv)
{
	struct force force;
	int worst;

	worst = force_read(&force);
	if (worst == NFG_EXIT_FAILED)
		return worst;
	diags_print(&force.src.diags);
	if (force.src.diags.errors)
		worst = NFG_EXIT_BAD_INPUT;
	else
		print(inv, &force);
	if (!given(inv, OPT_JSON) && !given(inv, OPT_CMDLINE) &&
	    !given(inv, OPT_MODPROBE))
		force_say_sync(&force);
	if (!paths_elsewhere())
		worst = nfg_exit_worse(worst, kif_say_trouble(&force.st));
	force_free(&force);
	return worst;
}
