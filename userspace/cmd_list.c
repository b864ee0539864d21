// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_list.c - the rules of the policy files with what each expands to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "force.h"
#include "msg.h"
#include "nfguard.h"
#include "table.h"

static const struct column rule_columns[] = {
	{ "WHERE", "where", COLUMN_TEXT },
	{ "VERDICT", "verdict", COLUMN_TEXT },
	{ "SCOPE", "scope", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
	{ "REQUESTS-DENIED", "request_denied", COLUMN_NUMBER },
	{ "LOADS-DENIED", "load_denied", COLUMN_NUMBER },
	{ NULL, "request_would_deny", COLUMN_NUMBER },
	{ NULL, "load_would_deny", COLUMN_NUMBER },
	{ "ENTRIES", NULL, COLUMN_TEXT },
};

/* Permissive mode refuses nothing: there the other two columns are shown. */
static const struct column permissive_columns[] = {
	{ "WHERE", "where", COLUMN_TEXT },
	{ "VERDICT", "verdict", COLUMN_TEXT },
	{ "SCOPE", "scope", COLUMN_TEXT },
	{ "REQUESTS-WOULD-DENY", "request_would_deny", COLUMN_NUMBER },
	{ "LOADS-WOULD-DENY", "load_would_deny", COLUMN_NUMBER },
	{ "ENTRIES", NULL, COLUMN_TEXT },
};

static const struct column entry_columns[] = {
	{ NULL, "where", COLUMN_TEXT },
	{ NULL, "kind", COLUMN_TEXT },
	{ NULL, "verdict", COLUMN_TEXT },
	{ NULL, "scope", COLUMN_TEXT },
	{ NULL, "name", COLUMN_TEXT },
};

static char *where(const struct conf_rule *rule)
{
	return xasprintf("%s:%u", esc(rule->file->path), rule->line);
}

static void fill_hits(struct table *t, const struct kif_rule *hits)
{
	if (!hits)
		return;
	table_number(t, "request_denied", hits->request_denied);
	table_number(t, "load_denied", hits->load_denied);
	table_number(t, "request_would_deny", hits->request_would_deny);
	table_number(t, "load_would_deny", hits->load_would_deny);
}

static void fill_entries(struct table *t, const struct policy *policy, size_t r)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < policy->n_entries; i++)
		if (policy->entries[i].rule == r)
			buf_addf(&b, "%s%s", b.len ? " " : "",
				 policy->entries[i].name);
	table_text(t, "ENTRIES", b.len ? b.s : "(never matches)");
	buf_free(&b);
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
		fill_hits(t, kif_find_rule(&f->hits, rule->text));
		fill_entries(t, policy, r);
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

static void print_json(const struct policy *policy, struct table *rules)
{
	struct table *entries = make_entries(policy);
	struct buf doc = { 0 };

	json_begin(&doc);
	json_add(&doc, rules);
	json_add(&doc, entries);
	json_end(&doc);
	table_free(entries);
}

static void print_text(const struct conf *conf, const struct policy *policy,
		       struct table *rules)
{
	if (policy->n_rules)
		table_print(rules);
	if (conf->dflt_file)
		printf("default %s (%s:%u)\n", verdict_word(conf->dflt),
		       esc(conf->dflt_file->path), conf->dflt_line);
	else
		printf("default %s\n", verdict_word(conf->dflt));
}

int cmd_list(const struct invocation *inv)
{
	bool json = inv->options & OPT_JSON;
	struct table *rules;
	struct force force;
	int worst;

	worst = force_read(&force);
	if (worst == NFG_EXIT_FAILED)
		return worst;
	diags_print(&force.src.diags);
	rules = make_rules(&force, json);
	if (force.src.diags.errors)
		worst = NFG_EXIT_BAD_INPUT;
	else if (json)
		print_json(&force.src.policy, rules);
	else
		print_text(&force.src.conf, &force.src.policy, rules);
	table_free(rules);
	if (!json)
		force_say_sync(&force);
	worst = nfg_exit_worse(worst, kif_say_trouble(&force.st));
	force_free(&force);
	return worst;
}
