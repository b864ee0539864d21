// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_policy.c - a policy in the kernel's form: builds it, reads and writes its
 * text, and finds what it decides.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "policy/kernel_policy.h"

/**
 * policy_exact - finds the entry for an exact name
 * @policy: the policy
 * @scope: the entry's scope
 * @name: the normalised name
 *
 * Return: the entry, or NULL.
 */
const struct policy_entry *policy_exact(const struct policy *policy,
					enum scope scope, const char *name)
{
	size_t i = name_index_find(&policy->names[scope], name);

	return i == NAME_NONE ? NULL : &policy->entries[i];
}

/**
 * policy_pattern - finds the first pattern that matches a name
 * @policy: the policy
 * @asker: SCOPE_UNPRIVILEGED for an asker without CAP_SYS_MODULE
 * @name: the normalised name
 *
 * Return: the entry, or NULL.
 */
const struct policy_entry *policy_pattern(const struct policy *policy,
					  enum scope asker, const char *name)
{
	const struct pattern_index *index = &policy->by_start;
	size_t i;

	for (i = pattern_index_next(index, name, 0); i != NAME_NONE;
	     i = pattern_index_next(index, name, i + 1))
		if (policy->entries[i].scope == SCOPE_ANY ||
		    asker == SCOPE_UNPRIVILEGED)
			return &policy->entries[i];
	return NULL;
}

/**
 * policy_decides - finds the entry by which the kernel's judge would decide
 * @policy: the policy
 * @asker: SCOPE_UNPRIVILEGED for an asker without CAP_SYS_MODULE
 * @name: the normalised name
 *
 * Return: the entry, or NULL if the default decides.
 */
const struct policy_entry *policy_decides(const struct policy *policy,
					  enum scope asker, const char *name)
{
	const struct policy_entry *e = NULL;

	if (asker == SCOPE_UNPRIVILEGED)
		e = policy_exact(policy, SCOPE_UNPRIVILEGED, name);
	if (!e)
		e = policy_exact(policy, SCOPE_ANY, name);
	if (!e)
		e = policy_pattern(policy, asker, name);
	return e;
}

/**
 * policy_add_rule - adds a rule without entries
 * @policy: the policy
 * @text: its text
 * @from: the rule in the policy files, or NULL
 */
void policy_add_rule(struct policy *policy, const char *text,
		     const struct conf_rule *from)
{
	policy->rules = xgrow(policy->rules, policy->n_rules,
			      sizeof(*policy->rules));
	policy->rules[policy->n_rules++] = (struct policy_rule){
		.text = xstrdup(text), .from = from,
	};
}

/**
 * policy_takes - whether the kernel takes a name or pattern
 * @name: the name
 * @kind: what it is to be
 *
 * The load gate denies others. None is known.
 */
bool policy_takes(const char *name, enum name_kind kind)
{
	struct name_fault fault;
	enum name_kind is;
	char *copy;

	if (!name_normalise(name, strlen(name), false, &copy, &is, &fault))
		return false;
	free(copy);
	return is == kind;
}

static void add_pattern(struct policy *policy, size_t entry)
{
	const char *name = policy->entries[entry].name;

	pattern_index_add(&policy->by_start, name, strcspn(name, "*?["), entry);
}

/**
 * policy_add_entry - adds an entry
 * @policy: the policy
 * @entry: the entry; its name is copied
 *
 * Patterns must be added in the order in which they are to be tried.
 */
void policy_add_entry(struct policy *policy, const struct policy_entry *entry)
{
	size_t i = policy->n_entries;

	policy->entries = xgrow(policy->entries, i, sizeof(*policy->entries));
	policy->entries[i] = *entry;
	policy->entries[i].name = xstrdup(entry->name);
	policy->n_entries++;
	if (entry->kind == NAME_PATTERN) {
		policy->patterns = xgrow(policy->patterns, policy->n_patterns,
					 sizeof(*policy->patterns));
		policy->patterns[policy->n_patterns++] = i;
		add_pattern(policy, i);
	} else {
		name_index_add(&policy->names[entry->scope],
			       policy->entries[i].name, i);
	}
}

static void entry_text(const struct policy_entry *e, struct buf *body)
{
	/* There may be tens of thousands: no printf. */
	buf_adds(body, e->kind == NAME_EXACT ? NFG_WORD_NAME " " : NFG_WORD_PATTERN " ");
	buf_adds(body, verdict_word(e->verdict));
	buf_adds(body, " ");
	buf_adds(body, scope_word(e->scope));
	buf_adds(body, " ");
	buf_adds(body, e->name);
	buf_adds(body, "\n");
}

/**
 * policy_text - writes a policy as the kernel reads it, without the first line
 * @policy: the policy
 * @body: receives the text
 *
 * The first line holds a token, which changes with each generation. Without it,
 * the texts of two policies can be compared.
 */
void policy_text(const struct policy *policy, struct buf *body)
{
	size_t r, e = 0;

	buf_addf(body, "%s %s\n", NFG_WORD_DEFAULT, verdict_word(policy->dflt));
	for (r = 0; r < policy->n_rules; r++) {
		buf_addf(body, "%s %s\n", NFG_WORD_RULE, policy->rules[r].text);
		while (e < policy->n_entries && policy->entries[e].rule == r)
			entry_text(&policy->entries[e++], body);
	}
	buf_addf(body, "%s\n", NFG_WORD_END);
}

static bool take_word(char **rest, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*rest, word, n) || (*rest)[n] != ' ')
		return false;
	*rest += n + 1;
	return true;
}

static bool take_verdict(char **rest, enum verdict *v)
{
	if (take_word(rest, NFG_WORD_ALLOW))
		*v = VERDICT_ALLOW;
	else if (take_word(rest, NFG_WORD_DENY))
		*v = VERDICT_DENY;
	else
		return false;
	return true;
}

static bool parse_entry(struct policy *policy, enum name_kind kind, char *rest)
{
	struct policy_entry e = { .kind = kind, .rule = policy->n_rules - 1 };

	if (!policy->n_rules || !take_verdict(&rest, &e.verdict))
		return false;
	if (take_word(&rest, NFG_WORD_UNPRIVILEGED))
		e.scope = SCOPE_UNPRIVILEGED;
	else if (!take_word(&rest, NFG_WORD_ANY))
		return false;
	e.name = rest;
	policy_add_entry(policy, &e);
	return true;
}

/**
 * policy_parse - parses the text of a policy in the kernel's form
 * @policy: receives it
 * @body: the text without its first line
 *
 * The kernel checks such a text too; this only guards against a newer kernel
 * module.
 *
 * Return: 0, or -EBADMSG if a line is not understood or the last one is missing.
 */
int policy_parse(struct policy *policy, const char *body)
{
	char *copy = xstrdup(body), *text = copy, *line;
	bool ended = false, ok = true;

	while (ok && !ended && (line = next_line(&text))) {
		size_t n;

		if (take_word(&line, NFG_WORD_DEFAULT)) {
			n = strlen(line);
			ok = verdict_parse(line, n, &policy->dflt);
		} else if (take_word(&line, NFG_WORD_RULE)) {
			policy_add_rule(policy, line, NULL);
		} else if (take_word(&line, NFG_WORD_NAME)) {
			ok = parse_entry(policy, NAME_EXACT, line);
		} else if (take_word(&line, NFG_WORD_PATTERN)) {
			ok = parse_entry(policy, NAME_PATTERN, line);
		} else {
			ended = !strcmp(line, NFG_WORD_END);
			ok = ended;
		}
	}
	free(copy);
	return ok && ended ? 0 : -EBADMSG;
}

/* By rule; within a rule, patterns in their given order, then names sorted. */
static int entry_compare(const void *a, const void *b)
{
	const struct policy_entry *x = *(struct policy_entry *const *)a;
	const struct policy_entry *y = *(struct policy_entry *const *)b;
	int by_name;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind == NAME_PATTERN ? -1 : 1;
	by_name = x->kind == NAME_EXACT ? strcmp(x->name, y->name) : 0;
	if (by_name)
		return by_name;
	return x < y ? -1 : x > y;
}

/**
 * policy_sort - sorts the entries into the order of their rules
 * @policy: the policy
 */
void policy_sort(struct policy *policy)
{
	size_t i, n = policy->n_entries;
	struct policy_entry **order = xcalloc(n, sizeof(*order));
	struct policy_entry *sorted = xcalloc(n, sizeof(*sorted));

	for (i = 0; i < n; i++)
		order[i] = &policy->entries[i];
	qsort(order, n, sizeof(*order), entry_compare);
	for (i = 0; i < n; i++)
		sorted[i] = *order[i];
	free(order);
	free(policy->entries);
	policy->entries = sorted;
	policy->n_patterns = 0;
	pattern_index_free(&policy->by_start);
	for (i = 0; i < n; i++) {
		if (sorted[i].kind == NAME_PATTERN) {
			policy->patterns[policy->n_patterns++] = i;
			add_pattern(policy, i);
		} else {
			name_index_add(&policy->names[sorted[i].scope],
				       sorted[i].name, i);
		}
	}
}

/**
 * policy_denies - whether a policy denies a name
 * @policy: the policy
 * @asker: the scope of the asker
 * @name: the normalised name
 */
bool policy_denies(const struct policy *policy, enum scope asker, const char *name)
{
	const struct policy_entry *e = policy_decides(policy, asker, name);

	return (e ? e->verdict : policy->dflt) == VERDICT_DENY;
}

void policy_free(struct policy *policy)
{
	size_t i;

	for (i = 0; i < policy->n_entries; i++)
		free(policy->entries[i].name);
	for (i = 0; i < ARRAY_SIZE(policy->names); i++)
		name_index_free(&policy->names[i]);
	pattern_index_free(&policy->by_start);
	for (i = 0; i < policy->n_rules; i++)
		free(policy->rules[i].text);
	free(policy->rules);
	free(policy->entries);
	free(policy->patterns);
	*policy = (struct policy){ 0 };
}
