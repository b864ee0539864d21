// SPDX-License-Identifier: GPL-2.0-only
/*
 * edit_names.c - the names that deny, allow and remove are given.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/msg.h"
#include "verbs/edit_names.h"
#include "verbs/name_slips.h"

static bool add_name(struct edit *edit, const char *word)
{
	static const char prefix[] = "alias:";
	bool alias = !strncmp(word, prefix, strlen(prefix));
	size_t skip = alias ? strlen(prefix) : 0, i;
	struct name_fault fault = { 0 };
	enum name_kind kind;
	bool ok = false;
	char *name;

	/* A policy file may have it all the same. */
	if (!edit->remove && name_say_slip(word))
		return false;
	if (conf_keyword_fault(word, strlen(word)))
		fault.why = conf_keyword_fault(word, strlen(word));
	else if (*word == '@')
		ok = group_normalise(word, strlen(word), &name, &fault);
	else if (word[skip])
		ok = name_normalise(word + skip, strlen(word + skip), alias,
				    &name, &kind, &fault);
	else
		fault.why = "an empty name";
	if (ok && name_is_guard(name)) {
		fault.why = "no rule is about nfguard itself";
		free(name);
		ok = false;
	}
	if (!ok) {
		name_say_faulty(word, &fault);
		return false;
	}
	for (i = 0; i < edit->n; i++) {
		if (!strcmp(edit->names[i], name)) {
			free(name);
			return true;
		}
	}
	edit->names[edit->n] = name;
	edit->words[edit->n++] = xstrdup(word);
	return true;
}

/**
 * edit_names_take - take the names of an edit from the command line
 * @edit: receives them, and the scope; free the names with edit_names_free()
 * @inv: the call: its arguments are what may follow the verdict in a policy file
 *
 * Return: whether all are names; if not, the reason was printed.
 */
bool edit_names_take(struct edit *edit, const struct invocation *inv)
{
	bool ok = true;
	int i = 0;

	edit->any_scope = true;
	if (!strcmp(inv->argv[0], NFG_WORD_UNPRIVILEGED)) {
		edit->scope = SCOPE_UNPRIVILEGED;
		edit->any_scope = false;
		i = 1;
	}
	if (i == inv->argc) {
		msg_err("%s %s: a name must follow", inv->command->name,
			NFG_WORD_UNPRIVILEGED);
		return false;
	}
	edit->names = xcalloc(inv->argc, sizeof(*edit->names));
	edit->words = xcalloc(inv->argc, sizeof(*edit->words));
	for (; i < inv->argc; i++)
		ok &= add_name(edit, inv->argv[i]);
	return ok;
}

/**
 * edit_group_known - tell whether the module tree has the directory of a group
 * @tree: the tree
 * @word: the group as written
 * @name: the same, normalised, with its '@'
 *
 * Return: whether there is one, or several; if not, that was reported.
 */
bool edit_group_known(const struct tree *tree, const char *word, const char *name)
{
	struct group group;
	char *near;
	bool known;

	group_find(&group, tree, name + 1);
	known = group.n;
	group_free(&group);
	if (known)
		return true;
	near = group_nearest(tree, name + 1);
	if (near)
		msg_err("'%s': no module of this kernel is in such a directory: did you mean @%s?",
			esc(word), esc(near));
	else
		msg_err("'%s': no module of this kernel is in such a directory",
			esc(word));
	free(near);
	return false;
}

/**
 * edit_names_known - tell whether some installed kernel knows each name
 * @edit: the edit
 * @src: the policy as it would be
 *
 * Return: whether it does; if not, the names were printed.
 */
bool edit_names_known(const struct edit *edit, const struct source *src)
{
	const struct tree *tree = src->closure.tree;
	bool known = true;
	size_t i;

	for (i = 0; i < edit->n; i++) {
		const char *name = edit->names[i], *near;

		if (*name == '@') {
			known &= edit_group_known(tree, edit->words[i], name);
			continue;
		}
		if (strpbrk(name, "*?[") || tree_knows(tree, name) || trees_know(name))
			continue;
		near = tree_nearest(tree, name, NULL);
		if (near)
			msg_err("'%s' is not a module or alias of any installed kernel: did you mean %s?",
				esc(edit->words[i]), esc(near));
		else
			msg_err("'%s' is not a module or alias of any installed kernel",
				esc(edit->words[i]));
		known = false;
	}
	return known;
}

/**
 * edit_names_check - refuse to deny names that no installed kernel knows
 * @inv: the call: --force accepts them
 * @edit: the edit
 * @src: the policy as it would be
 *
 * A mistyped name would be denied, and what was meant would not. In a file that
 * somebody wrote it is a warning, as the module may come with another kernel.
 *
 * Return: NFG_EXIT_WHOLE, or NFG_EXIT_NOT_HELD, and the names were printed.
 */
int edit_names_check(const struct invocation *inv, const struct edit *edit,
		     const struct source *src)
{
	if (edit->remove || edit->verdict != VERDICT_DENY ||
	    !src->closure.tree->n_modules || given(inv, OPT_FORCE) ||
	    edit_names_known(edit, src))
		return NFG_EXIT_WHOLE;
	msg_err("nothing was changed: correct the name, leave it out, as no kernel here has such a module, or add --force if it is still to come");
	return NFG_EXIT_NOT_HELD;
}

/**
 * edit_names_free - free the names of an edit
 * @edit: the edit
 */
void edit_names_free(struct edit *edit)
{
	size_t i;

	for (i = 0; i < edit->n; i++) {
		free(edit->names[i]);
		free(edit->words[i]);
	}
	free(edit->names);
	free(edit->words);
}
