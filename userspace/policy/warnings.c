// SPDX-License-Identifier: GPL-2.0-only
/*
 * warnings.c - warns of names in rules that don't do what they seem to do.
 */
#include <string.h>

#include "policy/preset.h"
#include "policy/warnings.h"

/**
 * warnings_expected - whether it is no surprise that an earlier rule decides
 * @rule: the rule
 * @by: the earlier one
 *
 * Presets deny some of the same: whoever enables two has nothing to mend.
 */
bool warnings_expected(const struct conf_rule *rule, const struct conf_rule *by)
{
	return preset_file(rule->file->path) && by->verdict == rule->verdict;
}

static void warn_never(struct diags *diags, const struct conf_rule *rule,
		       const struct conf_word *word, const struct conf_rule *by)
{
	if (warnings_expected(rule, by))
		return;
	diag_warn(diags, rule->file->path, word->line, word->col,
		  "'%s' can never match here: '%s' at %s:%u decides first",
		  esc(word->name), esc(by->text), esc(by->file->path), by->line);
}

/**
 * warnings_covered_by - finds the earlier rule that leaves a word nothing to match
 * @c: what the rules mean
 * @rule: index of the rule that has the word
 * @word: a pattern or group
 *
 * Only the obvious cases are recognised: the same pattern or group, and "*".
 *
 * Return: the rule, or NULL.
 */
const struct conf_rule *warnings_covered_by(const struct closure *c, size_t rule,
					    const struct conf_word *word)
{
	const struct name_index *first = &c->by_word[c->conf->rules[rule]->scope];
	size_t all = name_index_find(first, "*");
	size_t same = name_index_find(first, word->name);
	size_t by = all < same ? all : same;

	return by < rule ? c->conf->rules[by] : NULL;
}

/* The rule that decides about an exact name before this one does, or NULL. */
static const struct conf_rule *decided_by(const struct closure *c, size_t rule,
					  const char *name)
{
	const struct conf *conf = c->conf;
	size_t first;

	first = closure_names_first(c, name, conf->rules[rule]->scope);
	return first < rule ? conf->rules[first] : NULL;
}

/* Warns of a name that leads nowhere, or not where it seems to. */
static void warn_name(const struct closure *c, struct diags *diags,
		      const struct conf_rule *rule, const struct conf_word *word)
{
	const struct tree *tree = c->tree;
	struct ids targets = { 0 };
	const char *near;

	if (!word_is_alias(tree, word)) {
		if (word->alias)
			diag_warn(diags, rule->file->path, word->line,
				  word->col,
				  "'%s' is a module's own name: treated as the module: write %s without alias:",
				  esc(word->name), esc(word->name));
		return;
	}
	tree_resolve(tree, word->name, &targets);
	near = targets.n ? NULL : tree_nearest(tree, word->name, NULL);
	if (!targets.n && preset_file(rule->file->path))
		goto out;
	if (near)
		diag_warn(diags, rule->file->path, word->line, word->col,
			  "'%s' is not a module or alias of this kernel: did you mean %s?",
			  esc(word->name), esc(near));
	else if (!targets.n)
		diag_warn(diags, rule->file->path, word->line, word->col,
			  "'%s' is not a module or alias of this kernel",
			  esc(word->name));
	else if (!word->alias)
		diag_warn(diags, rule->file->path, word->line, word->col,
			  "'%s' is not a module but an alias of %s, so the rule covers only requests for it: write alias:%s, or name the module",
			  esc(word->name),
			  esc(tree->modules[targets.list[0]].name),
			  esc(word->name));
out:
	ids_free(&targets);
}

static void warn_word(const struct closure *c, struct diags *diags,
		      size_t rule, const struct conf_word *word)
{
	const struct conf_rule *r = c->conf->rules[rule];
	const struct conf_rule *by;

	if (word->kind == NAME_EXACT)
		by = decided_by(c, rule, word->name);
	else
		by = warnings_covered_by(c, rule, word);
	if (by)
		warn_never(diags, r, word, by);
	else if (word->kind == NAME_EXACT)
		warn_name(c, diags, r, word);
	else if (word_names_next(c, word, 0) == NAME_NONE && !preset_file(r->file->path))
		diag_warn(diags, r->file->path, word->line, word->col,
			  word->kind == NAME_GROUP ?
			  "'%s': no module of this kernel is in such a directory" :
			  "'%s' matches no module of this kernel",
			  esc(word->name));
}

/**
 * warnings_of_rule - warns of the names in a rule
 * @c: what the rules mean
 * @rule: index of the rule
 * @diags: receives the warnings
 */
void warnings_of_rule(const struct closure *c, size_t rule, struct diags *diags)
{
	const struct conf_rule *r = c->conf->rules[rule];
	size_t w;

	for (w = 0; w < r->n_words; w++)
		warn_word(c, diags, rule, &r->words[w]);
}
