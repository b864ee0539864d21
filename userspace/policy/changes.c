// SPDX-License-Identifier: GPL-2.0-only
/*
 * changes.c - prints how two policies differ, rule by rule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "policy/changes.h"

static size_t find_rule(const struct policy *policy, const char *text)
{
	size_t i;

	for (i = 0; i < policy->n_rules; i++)
		if (!strcmp(policy->rules[i].text, text))
			return i;
	return policy->n_rules;
}

/* A rule's entries as lines: the kernel's text without the kind of entry. */
static size_t rule_lines(const struct policy *policy, size_t rule,
			 struct name_index *lines, char ***texts)
{
	size_t i, n = 0;

	*texts = NULL;
	for (i = 0; i < policy->n_entries; i++) {
		const struct policy_entry *e = &policy->entries[i];

		if (e->rule != rule)
			continue;
		*texts = xgrow(*texts, n, sizeof(**texts));
		(*texts)[n] = xasprintf("%s %s %s", verdict_word(e->verdict),
					scope_word(e->scope), e->name);
		name_index_add(lines, (*texts)[n], n);
		n++;
	}
	return n;
}

static size_t print_missing(const char *sign, char **texts, size_t n,
			    const struct name_index *other)
{
	size_t i, missing = 0;

	for (i = 0; i < n; i++) {
		if (name_index_find(other, texts[i]) != NAME_NONE)
			continue;
		printf("    %s %s\n", sign, esc(texts[i]));
		missing++;
	}
	return missing;
}

/* A rule that both policies have: prints the entries that it loses and gains. */
static bool print_same_rule(const struct policy *from, size_t old,
			    const struct policy *to, size_t new)
{
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
		printf("  %s\n", esc(to->rules[new].text));
		print_missing("-", before, n, &is);
		print_missing("+", after, m, &was);
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

static size_t count(const struct policy *policy, size_t rule)
{
	size_t i, n = 0;

	for (i = 0; i < policy->n_entries; i++)
		n += policy->entries[i].rule == rule;
	return n;
}

static void print_rule(const char *sign, const struct policy *policy, size_t r)
{
	size_t n = count(policy, r);

	printf("%s %s (%zu entr%s)\n", sign, esc(policy->rules[r].text), n,
	       n == 1 ? "y" : "ies");
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
	bool changed = from->dflt != to->dflt;
	size_t r;

	if (changed)
		printf("  " NFG_WORD_DEFAULT " %s -> %s\n",
		       verdict_word(from->dflt), verdict_word(to->dflt));
	for (r = 0; r < from->n_rules; r++) {
		if (find_rule(to, from->rules[r].text) < to->n_rules)
			continue;
		print_rule("-", from, r);
		changed = true;
	}
	for (r = 0; r < to->n_rules; r++) {
		size_t old = find_rule(from, to->rules[r].text);

		if (old == from->n_rules) {
			print_rule("+", to, r);
			changed = true;
		} else {
			changed |= print_same_rule(from, old, to, r);
		}
	}
	return changed;
}
