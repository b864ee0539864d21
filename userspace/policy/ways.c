// SPDX-License-Identifier: GPL-2.0-only
/*
 * ways.c - walks the ways into a module, backwards from it: its aliases, the
 * modules that need it with their aliases, and soft dependencies.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/ways.h"

/**
 * struct walk - a walk along the ways
 * @c: the rulings
 * @visitor: called for each way
 * @seen: modules visited so far: what leads to a module is walked only once
 */
struct walk {
	const struct closure *c;
	struct way_visitor *visitor;
	bool *seen;
};

static void *visit(const struct walk *w, void *parent, enum way_kind kind,
		   const char *text, struct ruling any,
		   struct ruling unprivileged)
{
	struct way way = {
		.kind = kind, .text = text, .any = any,
		.unprivileged = unprivileged,
	};

	return w->visitor->visit(w->visitor, parent, &way);
}

static void *visit_module(const struct walk *w, void *parent, size_t module,
			  enum way_kind kind, const char *text)
{
	return visit(w, parent, kind, text, w->c->modules[SCOPE_ANY][module],
		     w->c->modules[SCOPE_UNPRIVILEGED][module]);
}

static void walk_alias(const struct walk *w, void *parent,
		       const struct tree_alias *a)
{
	struct ruling rulings[SCOPES];
	int s;

	if (a->kind == NAME_EXACT)
		closure_rulings(w->c, a->name, rulings);
	else
		for (s = 0; s < SCOPES; s++)
			rulings[s] = closure_targets(w->c, &a->targets, s);
	visit(w, parent, WAY_ALIAS, a->name, rulings[SCOPE_ANY],
	      rulings[SCOPE_UNPRIVILEGED]);
}

static void walk_aliases(const struct walk *w, void *row, size_t module)
{
	const struct tree *tree = w->c->tree;
	const struct ids *aliases = &tree->modules[module].aliases;
	size_t i, symbols = 0;
	char *text;

	for (i = 0; i < aliases->n; i++) {
		const struct tree_alias *a = &tree->aliases[aliases->list[i]];

		if (a->source == ALIAS_SYMBOL)
			symbols++;
		else
			walk_alias(w, row, a);
	}
	if (!symbols)
		return;
	text = xasprintf("%zu symbol%s of %s", symbols, PLURAL(symbols),
			 tree->modules[module].name);
	visit_module(w, row, module, WAY_SYMBOLS, text);
	free(text);
}

static void walk_softdeps(const struct walk *w, void *row, size_t module)
{
	const struct tree *tree = w->c->tree;
	size_t i;

	for (i = 0; i < tree->n_softdeps; i++) {
		const struct softdep *s = &tree->softdeps[i];
		struct ids targets = { 0 };
		char *text;

		tree_resolve(tree, s->name, &targets);
		if (ids_have(&targets, module)) {
			text = xasprintf("softdep of %s",
					 tree->modules[s->module].name);
			visit_module(w, row, s->module, WAY_SOFTDEP, text);
			free(text);
		}
		ids_free(&targets);
	}
}

/* Whether a module needs another directly, not by way of a third. */
static bool directly(const struct tree *tree, size_t user, size_t module)
{
	const struct ids *needs = &tree->modules[user].needs;
	size_t i;

	for (i = 0; i < needs->n; i++)
		if (ids_have(&tree->modules[needs->list[i]].needs, module))
			return false;
	return true;
}

static void walk_module(struct walk *w, void *parent, size_t module)
{
	const struct tree_module *m = &w->c->tree->modules[module];
	struct way way = {
		.kind = WAY_MODULE, .text = m->name, .again = w->seen[module],
		.any = w->c->modules[SCOPE_ANY][module],
		.unprivileged = w->c->modules[SCOPE_UNPRIVILEGED][module],
	};
	void *row;
	size_t i;

	row = w->visitor->visit(w->visitor, parent, &way);
	if (way.again)
		return;
	w->seen[module] = true;
	walk_aliases(w, row, module);
	for (i = 0; i < m->needed_by.n; i++)
		if (directly(w->c->tree, m->needed_by.list[i], module))
			walk_module(w, row, m->needed_by.list[i]);
	walk_softdeps(w, row, module);
}

/**
 * ways_walk - walks along all ways into a module
 * @c: the rulings
 * @module: the module
 * @visitor: called for the module, and for each way after what it leads to
 *
 * modules.dep lists what a module needs transitively. Here each step goes only
 * from a module to those that need it directly.
 */
void ways_walk(const struct closure *c, size_t module,
	       struct way_visitor *visitor)
{
	struct walk w = {
		.c = c, .visitor = visitor,
		.seen = xcalloc(c->tree->n_modules, sizeof(*w.seen)),
	};

	walk_module(&w, NULL, module);
	free(w.seen);
}
