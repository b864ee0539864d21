// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf_edit.c - edits the text of a policy file, and leaves everything else in
 * it as it is, byte for byte.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "policy/conf_edit.h"

static const char header[] =
	"# Written by nfguard deny, allow and remove. You can also edit it by hand;\n"
	"# to apply your changes: nfguard apply\n"
	"\n";

static bool named(const struct edit *edit, const struct conf_rule *rule,
		  const struct conf_word *w, size_t i)
{
	if (strcmp(w->name, edit->names[i]))
		return false;
	return edit->any_scope || rule->scope == edit->scope;
}

/* Whether a word may name it too; for a group, only the module tree could tell. */
static bool may_name(const struct conf_word *w, const char *name)
{
	return w->kind == NAME_GROUP || name_matches(w->name, name);
}

/* Whether a word is written as it was given now: to write alias: is advice of check's. */
static bool same_form(const struct conf_word *w, const char *given)
{
	static const char prefix[] = "alias:";

	return w->alias == !strncmp(given, prefix, strlen(prefix));
}

/* Whether a rule on exactly this name, written so, already decides as wanted. */
static bool decides_already(const struct edit *edit, const struct conf *conf, size_t i)
{
	size_t r, k;

	for (r = 0; r < conf->n_rules; r++) {
		const struct conf_rule *rule = conf->rules[r];

		if (rule->scope == SCOPE_UNPRIVILEGED && edit->scope == SCOPE_ANY) {
			/* It comes first, so it would decide for some askers. */
			for (k = 0; k < rule->n_words; k++)
				if (may_name(&rule->words[k], edit->names[i]))
					return false;
			continue;
		}
		for (k = 0; k < rule->n_words; k++) {
			const struct conf_word *w = &rule->words[k];

			if (!strcmp(w->name, edit->names[i]))
				return rule->scope == edit->scope &&
				       rule->verdict == edit->verdict &&
				       same_form(w, edit->words[i]);
			if (may_name(w, edit->names[i]))
				return false;
		}
	}
	return false;
}

/*
 * Marks the bytes to cut: the whole line if all its names go, else each name
 * together with the blanks and joined line ends before it.
 */
static void mark_rule(const struct edit *edit, const struct conf_rule *rule,
		      const bool *wanted, char *cut)
{
	bool *gone = xcalloc(rule->n_words, sizeof(*gone));
	size_t i, w, n_gone = 0, from = rule->before;

	for (w = 0; w < rule->n_words; w++) {
		for (i = 0; i < edit->n && !gone[w]; i++)
			gone[w] = wanted[i] &&
				  named(edit, rule, &rule->words[w], i);
		n_gone += gone[w];
	}
	if (n_gone && n_gone == rule->n_words)
		memset(cut + rule->start, 1, rule->end - rule->start);
	for (w = 0; w < rule->n_words; w++) {
		if (gone[w])
			memset(cut + from, 1, rule->words[w].end - from);
		from = rule->words[w].end;
	}
	free(gone);
}

/* Before the first line that is not empty, and before the comment above it. */
static size_t insertion_point(const struct conf_file *file)
{
	size_t at = file->first;

	while (at && at < file->len) {
		size_t line = at - 1;

		while (line && file->text[line - 1] != '\n')
			line--;
		if (file->text[line] != '#')
			break;
		at = line;
	}
	return at;
}

static void add_lines(const struct edit *edit, const bool *wanted,
		      struct buf *out)
{
	size_t i;

	if (out->len && out->s[out->len - 1] != '\n')
		buf_adds(out, "\n");
	for (i = 0; i < edit->n; i++)
		if (wanted[i])
			buf_addf(out, "%s %s%s\n", verdict_word(edit->verdict),
				 edit->scope == SCOPE_UNPRIVILEGED ?
				 NFG_WORD_UNPRIVILEGED " " : "",
				 edit->words[i]);
}

/* Copies the text without the marked bytes, and puts the new lines in. */
static void assemble(const struct edit *edit, const bool *wanted, bool add,
		     const struct conf_file *file, const char *cut,
		     struct buf *out)
{
	size_t at = insertion_point(file), i;

	for (i = 0; i <= file->len; i++) {
		if (i == at && add)
			add_lines(edit, wanted, out);
		if (i < file->len && !cut[i])
			buf_add(out, file->text + i, 1);
	}
}

/**
 * conf_edit - edits the text of a policy file
 * @edit: what to do
 * @conf: the file, parsed without errors; empty for a new file
 * @out: receives the new text
 *
 * A name that is added is taken out of the file's other rules, and its new rule
 * goes before all of them, so that it decides. A name that already decides as
 * wanted is left where it is.
 */
void conf_edit(const struct edit *edit, const struct conf *conf,
	       struct buf *out)
{
	static const struct conf_file none = { .text = (char *)"" };
	const struct conf_file *file = conf->n_files ? conf->files[0] : &none;
	bool *wanted = xcalloc(edit->n, sizeof(*wanted));
	char *cut = xcalloc(file->len + 1, 1);
	bool add = false;
	size_t i, r;

	buf_add(out, "", 0);
	for (i = 0; i < edit->n; i++) {
		wanted[i] = edit->remove || !decides_already(edit, conf, i);
		add |= wanted[i];
	}
	add &= !edit->remove;
	for (r = 0; r < conf->n_rules; r++)
		mark_rule(edit, conf->rules[r], wanted, cut);
	if (!conf->n_files && add)
		buf_adds(out, header);
	assemble(edit, wanted, add, file, cut, out);
	free(cut);
	free(wanted);
}
