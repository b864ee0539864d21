// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_names.c - the names that impact is given, as a rule about modules.
 *
 * What is live, and what a program needs, are modules. So a name that is an alias
 * stands for the modules that it leads to, and one that stands for none is reported:
 * nothing shown would look like an all-clear.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "guard/kernels.h"
#include "verbs/edit_names.h"
#include "verbs/impact_names.h"

#define OF_ALIAS \
	"%s is an alias of %s: below is what denying the module%s would do; nfguard deny %s refuses that request alone\n"

/**
 * impact_name_is_alias - whether a name is not a module but leads to some
 * @tree: the tree
 * @name: the normalised name; no group or pattern is one
 * @targets: receives the modules if so; free it with ids_free()
 */
bool impact_name_is_alias(const struct tree *tree, const char *name,
			  struct ids *targets)
{
	if (*name == '@' || strpbrk(name, "*?[") || tree_find(tree, name) != NAME_NONE)
		return false;
	tree_resolve(tree, name, targets);
	return targets->n;
}

static void add_alias(const struct tree *tree, const char *word,
		      const struct ids *targets, struct buf *text)
{
	struct buf modules = { 0 };
	size_t k;

	for (k = 0; k < targets->n; k++) {
		const char *name = tree->modules[targets->list[k]].name;

		buf_addf(text, " %s", name);
		buf_addf(&modules, "%s%s", k ? ", " : "", name);
	}
	say(OF_ALIAS,
	    esc(word), modules.s, PLURAL(targets->n), esc(word));
	buf_free(&modules);
}

static bool has_symbol(const struct edit *edit)
{
	size_t i;

	for (i = 0; i < edit->n; i++)
		if (name_is_symbol(edit->names[i]))
			return true;
	return false;
}

/**
 * impact_rule - makes the rule that denies the names, and no other
 * @edit: the names
 * @text: receives the rule
 *
 * Says of an alias which modules it leads to: these are in the rule in its place.
 *
 * Return: whether the module tree could be read; if not, the reason was printed.
 */
bool impact_rule(const struct edit *edit, struct buf *text)
{
	struct diags diags = { 0 };
	struct tree *tree = source_tree(&diags);
	size_t i;

	if (tree && has_symbol(edit) && !tree_read_symbols(tree, NULL, &diags))
		tree = NULL;
	diags_print(&diags);
	diags_free(&diags);
	if (!tree)
		return false;
	buf_adds(text, NFG_WORD_DENY);
	if (edit->scope == SCOPE_UNPRIVILEGED)
		buf_adds(text, " " NFG_WORD_UNPRIVILEGED);
	for (i = 0; i < edit->n; i++) {
		struct ids targets = { 0 };

		if (impact_name_is_alias(tree, edit->names[i], &targets))
			add_alias(tree, edit->words[i], &targets, text);
		else
			buf_addf(text, " %s", edit->words[i]);
		ids_free(&targets);
	}
	buf_adds(text, "\n");
	return true;
}

/* The release of another kernel that knows a name, to be freed, or NULL. */
static char *known_to(const char *name)
{
	struct kernels kernels;
	char *release = NULL;
	size_t i;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n && !release; i++) {
		const struct kernel *k = &kernels.list[i];
		struct diags ignored = { 0 };
		struct tree tree = { 0 };

		if (!k->here && k->tree && tree_read(&tree, k->tree_dir, &ignored) &&
		    tree_knows(&tree, name))
			release = xstrdup(k->release);
		tree_free(&tree);
		diags_free(&ignored);
	}
	kernels_free(&kernels);
	return release;
}

/* Of a name that this kernel doesn't know, where to look. */
static void say_other_kernel(const struct invocation *inv, const char *name,
			     const char *word)
{
	const char *root = inv->values[OPT_ROOT];
	char *release = known_to(name);

	if (release)
		msg_warn("'%s' is not a module or alias of this kernel, but of %s: nfguard impact %s%s%s --kernel %s",
			 esc(word), esc(release), esc(word), root ? " --root " : "",
			 root ? esc(root) : "", esc(release));
	free(release);
}

static bool matches_any(const struct tree *tree, const char *pattern)
{
	size_t i;

	for (i = 0; i < tree->n_modules; i++)
		if (name_matches(pattern, tree->modules[i].name))
			return true;
	return false;
}

/**
 * impact_names_known - tells whether each name stands for something here
 * @inv: the call
 * @edit: the names
 * @src: the policy that denies them
 *
 * Return: whether it does, or would on another installed kernel; what doesn't was
 * printed.
 */
bool impact_names_known(const struct invocation *inv, const struct edit *edit,
			const struct source *src)
{
	const struct tree *tree = src->closure.tree;
	bool known = edit_names_known(edit, src);
	size_t i;

	for (i = 0; i < edit->n; i++) {
		const char *name = edit->names[i];

		if (*name == '@')
			continue;
		if (!strpbrk(name, "*?[")) {
			if (!tree_knows(tree, name))
				say_other_kernel(inv, name, edit->words[i]);
		} else if (!matches_any(tree, name)) {
			msg_err("'%s' matches no module of this kernel: a pattern is about the names of modules, not aliases",
				esc(edit->words[i]));
			known = false;
		}
	}
	return known;
}
