// SPDX-License-Identifier: GPL-2.0-only
/*
 * changes.c - prints how two policies differ, rule by rule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "base/table.h"
#include "policy/changes.h"

static const struct column columns[] = {
	{ NULL, "change", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "entry", COLUMN_TEXT },
	{ NULL, "entries", COLUMN_NUMBER },
};

/* Begins a row; @sign: what people see. */
static void add_row(struct table *t, const char *sign, const char *rule)
{
	table_row(t);
	table_text(t, "change", *sign == '-' ? "remove" : "add");
	table_text(t, "rule", rule);
}

/**
 * struct side - one of the two policies
 * @policy: the policy
 * @by_text: its rules by their text
 * @first: for each rule the index of its first entry, and at the end their number:
 *	the entries are in the order of their rules
 */
struct side {
	const struct policy *policy;
	struct name_index by_text;
	size_t *first;
};

static void side_init(struct side *side, const struct policy *policy)
{
	size_t r, i = 0;

	*side = (struct side){
		.policy = policy,
		.first = xcalloc(policy->n_rules + 1, sizeof(*side->first)),
	};
	for (r = 0; r < policy->n_rules; r++) {
		const char *text = policy->rules[r].text;

		name_index_put(&side->by_text, text, strlen(text), r);
		side->first[r] = i;
		while (i < policy->n_entries && policy->entries[i].rule == r)
			i++;
	}
	side->first[r] = i;
}

static void side_free(struct side *side)
{
	name_index_free(&side->by_text);
	free(side->first);
}

/* A rule's entries as lines: the kernel's text without the kind of entry. */
static size_t rule_lines(const struct side *side, size_t rule,
			 struct name_index *lines, char ***texts)
{
	size_t i, n = 0;

	*texts = NULL;
	for (i = side->first[rule]; i < side->first[rule + 1]; i++) {
		const struct policy_entry *e = &side->policy->entries[i];

		*texts = xgrow(*texts, n, sizeof(**texts));
		(*texts)[n] = xasprintf("%s %s %s", verdict_word(e->verdict),
					scope_word(e->scope), e->name);
		name_index_add(lines, (*texts)[n], n);
		n++;
	}
	return n;
}

static void print_missing(struct table *t, const char *sign, const char *rule,
			  char **texts, size_t n, const struct name_index *other)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (name_index_find(other, texts[i]) != NAME_NONE)
			continue;
		if (t) {
			add_row(t, sign, rule);
			table_text(t, "entry", texts[i]);
		} else {
			printf("    %s %s\n", sign, esc(texts[i]));
		}
	}
}

/* A rule that both policies have: prints the entries that it loses and gains. */
static bool print_same_rule(struct table *t, const struct side *from, size_t old,
			    const struct side *to, size_t new)
{
	const char *rule = to->policy->rules[new].text;
	struct name_index was = { 0 }, is = { 0 };
	char **before, **after;
	size_t n, m, i, differ = 0;

	n = rule_lines(from, old, &was, &before);
	m = rule_lines(to, new, &is, &after);
	for (i = 0; i < m; i++)
		differ += name_index_find(&was, after[i]) == NAME_NONE;
	for (i = 0; i < n; i++)
		differ += name_index_find(&is, before[i]) == NAME_NONE;
	if (differ) {
		if (!t)
			printf("  %s\n", esc(rule));
		print_missing(t, "-", rule, before, n, &is);
		print_missing(t, "+", rule, after, m, &was);
	}
	while (n)
		free(before[--n]);
	while (m)
		free(after[--m]);
	free(before);
	free(after);
	name_index_free(&was);
	name_index_free(&is);
	return differ;
}

static void print_rule(struct table *t, const char *sign, const struct side *side,
		       size_t r)
{
	const char *text = side->policy->rules[r].text;
	size_t n = side->first[r + 1] - side->first[r];

	if (t) {
		add_row(t, sign, text);
		table_number(t, "entries", n);
		return;
	}
	printf("%s %s (%zu entr%s)\n", sign, esc(text), n, n == 1 ? "y" : "ies");
}

static void print_default(struct table *t, const struct policy *from,
			  const struct policy *to)
{
	const char *was = verdict_word(from->dflt), *is = verdict_word(to->dflt);
	char *text;

	if (!t) {
		printf("  " NFG_WORD_DEFAULT " %s -> %s\n", was, is);
		return;
	}
	text = xasprintf(NFG_WORD_DEFAULT " %s", was);
	add_row(t, "-", text);
	free(text);
	text = xasprintf(NFG_WORD_DEFAULT " %s", is);
	add_row(t, "+", text);
	free(text);
}

static bool print_rules(struct table *t, const struct side *from,
			const struct side *to)
{
	bool changed = false;
	size_t r;

	for (r = 0; r < from->policy->n_rules; r++) {
		if (name_index_find(&to->by_text, from->policy->rules[r].text) !=
		    NAME_NONE)
			continue;
		print_rule(t, "-", from, r);
		changed = true;
	}
	for (r = 0; r < to->policy->n_rules; r++) {
		size_t old = name_index_find(&from->by_text,
					     to->policy->rules[r].text);

		if (old == NAME_NONE) {
			print_rule(t, "+", to, r);
			changed = true;
		} else {
			changed |= print_same_rule(t, from, old, to, r);
		}
	}
	return changed;
}

static bool print_changes(struct table *t, const struct policy *from,
			  const struct policy *to)
{
	bool changed = from->dflt != to->dflt;
	struct side was, is;

	if (changed)
		print_default(t, from, to);
	side_init(&was, from);
	side_init(&is, to);
	changed |= print_rules(t, &was, &is);
	side_free(&was);
	side_free(&is);
	return changed;
}

/**
 * changes_print - prints what changes from one policy to another
 * @from: the old policy
 * @to: the new policy
 *
 * A rule that is removed or added gets a line with its number of entries. One
 * that stays but whose entries differ gets a line with those entries below it.
 *
 * Return: whether the policies differ.
 */
bool changes_print(const struct policy *from, const struct policy *to)
{
	return print_changes(NULL, from, to);
}

/**
 * changes_add_json - add to a document what changes from one policy to another
 * @doc: the document
 * @from: the old policy
 * @to: the new policy
 */
void changes_add_json(struct buf *doc, const struct policy *from,
		      const struct policy *to)
{
	struct table *t = table_new("changes", columns, ARRAY_SIZE(columns), true);

	print_changes(t, from, to);
	json_add(doc, t);
	table_free(t);
}

/**
 * changes_print_json - print as JSON what changes from one policy to another
 * @from: the old policy
 * @to: the new policy
 */
void changes_print_json(const struct policy *from, const struct policy *to)
{
	struct buf doc = { 0 };

	json_begin(&doc);
	changes_add_json(&doc, from, to);
	json_end(&doc);
}
