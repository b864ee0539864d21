// SPDX-License-Identifier: GPL-2.0-only
/*
 * generate.c - makes the smallest policy that allows what was used, and denies
 * the rest.
 *
 * An allow-list denies by default. Allowing a module also allows what it needs,
 * so a rule is due for each used module that no other used module needs.
 *
 * A deny-list keeps the existing rules, behind rules that allow what was used.
 * Where such a rule lifts the denial of modules that were not used (say, of all
 * that need nf_conntrack, once nf_conntrack is allowed), these are denied again
 * by the fewest rules: one for each that needs none of the others. In the end,
 * rules that change nothing are dropped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "force/generate.h"

/**
 * struct generated_line - a rule
 * @text: the rule
 * @comment: who used what it names, or NULL
 * @fixed: keep it even if it changes nothing today
 */
struct generated_line {
	char *text;
	char *comment;
	bool fixed;
};

static void add_line(struct generated *g, char *text, const char *comment,
		     bool fixed)
{
	g->lines = xgrow(g->lines, g->n_lines, sizeof(*g->lines));
	g->lines[g->n_lines++] = (struct generated_line){
		.text = text,
		.comment = comment ? xstrdup(comment) : NULL,
		.fixed = fixed,
	};
}

/* Moves the lines from one on before those that they are to overrule, the last first. */
static void move_first(struct generated *g, size_t from)
{
	size_t n = g->n_lines - from, i;
	struct generated_line *lines;

	if (!n)
		return;
	lines = xcalloc(g->n_lines, sizeof(*lines));
	for (i = 0; i < n; i++)
		lines[i] = g->lines[g->n_lines - 1 - i];
	memcpy(lines + n, g->lines, from * sizeof(*lines));
	memcpy(g->lines, lines, g->n_lines * sizeof(*lines));
	free(lines);
}

static void drop_line(struct generated *g, size_t i)
{
	free(g->lines[i].text);
	free(g->lines[i].comment);
	g->n_lines--;
	memmove(&g->lines[i], &g->lines[i + 1],
		(g->n_lines - i) * sizeof(*g->lines));
}

static char *rule_on(enum verdict verdict, enum scope scope, const char *name)
{
	return xasprintf("%s %s%s", verdict_word(verdict),
			 scope == SCOPE_UNPRIVILEGED ?
			 NFG_WORD_UNPRIVILEGED " " : "", name);
}

static bool used_at_all(const struct used *u, size_t module)
{
	return u->used[SCOPE_ANY][module] || u->used[SCOPE_UNPRIVILEGED][module];
}

static bool denied_before(const struct closure *before, enum scope scope,
			  size_t module)
{
	return before->modules[scope][module].verdict == VERDICT_DENY;
}

static void add_allow(struct generated *g, size_t module, enum scope scope,
		      bool fixed)
{
	const struct used *u = g->used;

	add_line(g, rule_on(VERDICT_ALLOW, scope, u->tree->modules[module].name),
		 u->who[module] ? u->who[module] : "needed by a used module",
		 fixed);
}

/*
 * Nobody loads built-in code, but a program may depend on its request for it. If
 * only other modules need it, nothing requests it.
 */
static bool counts(const struct used *u, size_t module)
{
	return !u->tree->modules[module].builtin || u->who[module];
}

/* Whether a rule names only modules of the tree, and at least one was used. */
static bool was_overruled(const struct used *u, const struct closure *before,
			  const struct conf_rule *rule)
{
	bool used = false;
	size_t w, m;

	for (w = 0; w < rule->n_words; w++) {
		if (word_is_alias(u->tree, &rule->words[w]))
			return false;
		for (m = 0; m < u->tree->n_modules; m++)
			used |= (rule->scope == SCOPE_UNPRIVILEGED ?
				 u->used[SCOPE_UNPRIVILEGED][m] :
				 used_at_all(u, m)) &&
				word_names(before, &rule->words[w], m);
	}
	return used;
}

/* By a rule for unprivileged askers, not by one for all or by the default. */
static bool denied_to_them(const struct closure *before, size_t module)
{
	const struct ruling *r = &before->modules[SCOPE_UNPRIVILEGED][module];

	return r->verdict == VERDICT_DENY && r->rule != RULE_NONE &&
	       r->scope == SCOPE_UNPRIVILEGED;
}

/* Allows what unprivileged askers used and a rule denies only to them. */
static void add_unprivileged(struct generated *g, const struct closure *before)
{
	const struct used *u = g->used;
	size_t m;

	for (m = 0; m < u->tree->n_modules; m++)
		if (u->used[SCOPE_UNPRIVILEGED][m] && counts(u, m) &&
		    denied_to_them(before, m))
			add_allow(g, m, SCOPE_UNPRIVILEGED,
				  u->tree->modules[m].builtin);
}

static void add_rules(struct generated *g, const struct closure *before,
		      bool only_unprivileged)
{
	const struct conf *conf = before->conf;
	size_t r;

	for (r = 0; r < conf->n_rules; r++)
		if (!only_unprivileged ||
		    (conf->rules[r]->scope == SCOPE_UNPRIVILEGED &&
		     conf->rules[r]->verdict == VERDICT_DENY))
			add_line(g, xstrdup(conf->rules[r]->text), NULL,
				 !was_overruled(g->used, before, conf->rules[r]));
}

/* Modules that are not in the tree: built elsewhere, or gone from the disk. */
static void add_strangers(struct generated *g)
{
	const struct used *u = g->used;
	size_t i, before = g->n_lines;

	for (i = 0; i < u->n_names; i++)
		if (u->names[i].module && used_nameable(&u->names[i]))
			add_line(g, rule_on(VERDICT_ALLOW, SCOPE_ANY,
					    u->names[i].name),
				 u->names[i].who, true);
	move_first(g, before);
}

/* --- a deny-list --------------------------------------------------------- */

/* Notes what to deny to all askers, and what to unprivileged ones. */
static void note_denials(struct generated *g, const struct closure *before)
{
	const struct used *u = g->used;
	const struct tree_module *module;
	bool *any, *unprivileged;
	size_t m, i;

	any = xcalloc(u->tree->n_modules, sizeof(bool));
	unprivileged = xcalloc(u->tree->n_modules, sizeof(bool));
	g->denies[SCOPE_ANY] = any;
	g->denies[SCOPE_UNPRIVILEGED] = unprivileged;
	for (m = 0; m < u->tree->n_modules; m++) {
		if (u->tree->modules[m].builtin)
			continue;
		any[m] = denied_before(before, SCOPE_ANY, m) &&
			 !used_at_all(u, m);
		/* What was denied to all but used is allowed to all. */
		unprivileged[m] = denied_before(before, SCOPE_UNPRIVILEGED, m) &&
			!u->used[SCOPE_UNPRIVILEGED][m] &&
			!(denied_before(before, SCOPE_ANY, m) &&
			  used_at_all(u, m));
	}
	/* Except what needs a module that stays denied to them. */
	for (m = 0; m < u->tree->n_modules; m++) {
		module = &u->tree->modules[m];
		for (i = 0; unprivileged[m] && i < module->needed_by.n; i++)
			unprivileged[module->needed_by.list[i]] |=
				!u->tree->modules[module->needed_by.list[i]].builtin;
	}
}

static void add_allowed(struct generated *g, const struct closure *before)
{
	const struct used *u = g->used;
	size_t m;

	add_unprivileged(g, before);
	for (m = 0; m < u->tree->n_modules; m++)
		if (used_at_all(u, m) && counts(u, m) &&
		    denied_before(before, SCOPE_ANY, m))
			add_allow(g, m, SCOPE_ANY, u->tree->modules[m].builtin);
}

/**
 * struct draft - what the lines so far mean
 * @conf: the rules
 * @closure: the rulings
 */
struct draft {
	struct conf conf;
	struct closure closure;
};

static bool draft_make(struct draft *d, const struct generated *g)
{
	struct diags diags = { 0 };
	struct buf text = { 0 };
	bool whole;
	size_t i;

	*d = (struct draft){ 0 };
	for (i = 0; i < g->n_lines; i++)
		buf_addf(&text, "%s\n", g->lines[i].text);
	buf_addf(&text, "%s %s\n", NFG_WORD_DEFAULT, verdict_word(g->dflt));
	conf_parse(&d->conf, "generated", text.s, text.len, &diags);
	whole = !diags.errors;
	diags_print(&diags);
	diags_free(&diags);
	buf_free(&text);
	closure_make(&d->closure, &d->conf, g->used->tree);
	return whole;
}

static void draft_free(struct draft *d)
{
	closure_free(&d->closure);
	conf_free(&d->conf);
}

/* Whether the lines can be parsed as a policy. */
static bool is_policy(const struct generated *g)
{
	struct draft d;
	bool whole = draft_make(&d, g);

	draft_free(&d);
	return whole;
}

static bool is_missing(const struct generated *g, const struct draft *d,
		       int scope, size_t module)
{
	return g->denies[scope][module] &&
	       d->closure.modules[scope][module].verdict != VERDICT_DENY;
}

/* A module that needs another missing one is denied along with it. */
static bool needs_missing(const struct generated *g, const struct draft *d,
			  int scope, size_t module)
{
	const struct ids *needs = &g->used->tree->modules[module].needs;
	size_t i;

	for (i = 0; i < needs->n; i++)
		if (is_missing(g, d, scope, needs->list[i]))
			return true;
	return false;
}

static bool add_missing(struct generated *g, int scope)
{
	const struct tree *tree = g->used->tree;
	struct draft d;
	bool whole;
	size_t m;

	whole = draft_make(&d, g);
	for (m = 0; whole && m < tree->n_modules; m++)
		if (is_missing(g, &d, scope, m) &&
		    !needs_missing(g, &d, scope, m))
			add_line(g, rule_on(VERDICT_DENY, scope,
					    tree->modules[m].name), NULL, false);
	draft_free(&d);
	return whole;
}

/* A rule on an alias denies a request even if its modules are allowed. */
static bool add_aliases(struct generated *g)
{
	const struct used *u = g->used;
	size_t i, before = g->n_lines;
	struct draft d;
	bool whole;
	int scope;

	whole = draft_make(&d, g);
	for (i = 0; whole && i < u->n_names; i++) {
		if (u->names[i].module || !used_nameable(&u->names[i]))
			continue;
		for (scope = 0; scope < SCOPES; scope++) {
			if (closure_name(&d.closure, u->names[i].name,
					 scope).verdict != VERDICT_DENY)
				continue;
			add_line(g, xasprintf("%s alias:%s", NFG_WORD_ALLOW,
					      u->names[i].name),
				 u->names[i].who, true);
			break;
		}
	}
	move_first(g, before);
	draft_free(&d);
	return whole;
}

static bool is_as_wanted(const struct generated *g)
{
	const struct tree *tree = g->used->tree;
	struct draft d;
	bool same = draft_make(&d, g);
	int scope;
	size_t m;

	for (scope = 0; scope < SCOPES; scope++)
		for (m = 0; same && m < tree->n_modules; m++)
			same = tree->modules[m].builtin ||
			       g->denies[scope][m] ==
			       (d.closure.modules[scope][m].verdict ==
				VERDICT_DENY);
	draft_free(&d);
	return same;
}

/* Drops each line without which the policy denies the same modules. */
static void drop_idle(struct generated *g)
{
	struct generated without = *g;
	size_t i;

	for (i = g->n_lines; i--;) {
		if (g->lines[i].fixed)
			continue;
		without.lines = xcalloc(g->n_lines, sizeof(*g->lines));
		memcpy(without.lines, g->lines, i * sizeof(*g->lines));
		memcpy(without.lines + i, g->lines + i + 1,
		       (g->n_lines - i - 1) * sizeof(*g->lines));
		without.n_lines = g->n_lines - 1;
		if (is_as_wanted(&without))
			drop_line(g, i);
		free(without.lines);
	}
}

/**
 * generate_deny_list - makes a deny-list
 * @g: filled in; free it with generated_free() even on failure
 * @used: what was used, with all that it needs; must outlive @g
 * @before: the existing rules
 *
 * Return: whether it denies just what it should; if not, that was reported.
 */
bool generate_deny_list(struct generated *g, const struct used *used,
			const struct closure *before)
{
	*g = (struct generated){ .used = used, .dflt = VERDICT_ALLOW };
	note_denials(g, before);
	add_allowed(g, before);
	add_rules(g, before, false);
	if (!add_missing(g, SCOPE_ANY) || !add_missing(g, SCOPE_UNPRIVILEGED))
		return false;
	if (!is_as_wanted(g)) {
		msg_err("generate: no rules on modules were found that separate what was used from what was not: this is a bug in nfguard");
		return false;
	}
	drop_idle(g);
	if (!add_aliases(g))
		return false;
	add_strangers(g);
	return is_policy(g);
}

/* --- an allow-list ------------------------------------------------------- */

static bool needed_by_used(const struct used *u, size_t module)
{
	const struct ids *by = &u->tree->modules[module].needed_by;
	size_t i;

	for (i = 0; i < by->n; i++)
		if (used_at_all(u, by->list[i]))
			return true;
	return false;
}

/**
 * generate_allow_list - makes an allow-list
 * @g: filled in; free it with generated_free() even on failure
 * @used: what was used, with all that it needs; must outlive @g
 * @before: the existing rules; what they deny to unprivileged askers stays denied
 *	to them, unless they used it
 *
 * Return: whether it is a valid policy; if not, that was reported.
 */
bool generate_allow_list(struct generated *g, const struct used *used,
			 const struct closure *before)
{
	size_t m;

	*g = (struct generated){ .used = used, .dflt = VERDICT_DENY };
	add_unprivileged(g, before);
	add_rules(g, before, true);
	for (m = 0; m < used->tree->n_modules; m++)
		if (used_at_all(used, m) && counts(used, m) &&
		    !needed_by_used(used, m))
			add_allow(g, m, SCOPE_ANY, true);
	add_strangers(g);
	return is_policy(g);
}

/* --- both ---------------------------------------------------------------- */

/**
 * generated_print - prints the rules, each with its comment in a second column
 * @g: the policy
 */
void generated_print(const struct generated *g)
{
	size_t i, width = 0;

	for (i = 0; i < g->n_lines; i++)
		if (g->lines[i].comment && strlen(g->lines[i].text) > width)
			width = strlen(g->lines[i].text);
	for (i = 0; i < g->n_lines; i++) {
		const struct generated_line *line = &g->lines[i];

		if (line->comment)
			printf("%-*s  # %s\n", (int)width, line->text,
			       esc(line->comment));
		else
			printf("%s\n", line->text);
	}
	printf("%s %s\n", NFG_WORD_DEFAULT, verdict_word(g->dflt));
}

static const struct column columns[] = {
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "comment", COLUMN_TEXT },
};

/**
 * generated_table - make a table of the rules, for JSON
 * @g: the policy
 *
 * Return: the table, to be freed.
 */
struct table *generated_table(const struct generated *g)
{
	struct table *t = table_new("rules", columns, ARRAY_SIZE(columns), true);
	size_t i;

	for (i = 0; i < g->n_lines; i++) {
		table_row(t);
		table_text(t, "rule", g->lines[i].text);
		table_text(t, "comment", g->lines[i].comment);
	}
	return t;
}

void generated_free(struct generated *g)
{
	int scope;

	while (g->n_lines)
		drop_line(g, g->n_lines - 1);
	free(g->lines);
	for (scope = 0; scope < SCOPES; scope++)
		free(g->denies[scope]);
}
