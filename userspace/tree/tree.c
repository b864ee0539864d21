// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree.c - the module tree of a kernel, in memory. depmod_index.c and modprobe_d.c
 * fill it.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/text.h"
#include "base/near.h"
#include "tree/tree.h"

void ids_add(struct ids *ids, size_t id)
{
	ids->list = xgrow(ids->list, ids->n, sizeof(*ids->list));
	ids->list[ids->n++] = id;
}

bool ids_have(const struct ids *ids, size_t id)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		if (ids->list[i] == id)
			return true;
	return false;
}

void ids_add_once(struct ids *ids, size_t id)
{
	if (!ids_have(ids, id))
		ids_add(ids, id);
}

void ids_free(struct ids *ids)
{
	free(ids->list);
	*ids = (struct ids){ 0 };
}

/**
 * tree_keep - keep a text for as long as the tree lives
 * @tree: the tree, which takes ownership
 * @text: the text, from malloc()
 */
void tree_keep(struct tree *tree, char *text)
{
	tree->chunks = xgrow(tree->chunks, tree->n_chunks, sizeof(*tree->chunks));
	tree->chunks[tree->n_chunks++] = text;
}

/* A tree has very many small parts: they are allocated from large chunks. */
#define CHUNK_SIZE	65536

/* Allocates memory that lives as long as the tree. */
static void *tree_alloc(struct tree *tree, size_t size)
{
	void *room;

	size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
	if (size > tree->room_left) {
		tree->room_left = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		tree->room = xrealloc(NULL, tree->room_left, 1);
		tree_keep(tree, tree->room);
	}
	room = tree->room;
	tree->room += size;
	tree->room_left -= size;
	return room;
}

/* Copies a string; the copy lives as long as the tree. */
char *tree_string(struct tree *tree, const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(tree_alloc(tree, size), s, size);
}

/**
 * tree_ids_add - add an index to a list that belongs to the tree
 * @tree: the tree, with which the list is freed
 * @ids: the list
 * @id: the index
 */
void tree_ids_add(struct tree *tree, struct ids *ids, size_t id)
{
	/* Doubles at each power of two, as xgrow() does; most stay at one. */
	if (!(ids->n & (ids->n - 1))) {
		size_t *list = tree_alloc(tree, (ids->n ? 2 * ids->n : 1) *
						sizeof(*list));

		if (ids->n)
			memcpy(list, ids->list, ids->n * sizeof(*list));
		ids->list = list;
	}
	ids->list[ids->n++] = id;
}

/**
 * tree_find - find a module
 * @tree: the tree
 * @name: its normalised name
 *
 * Return: its index or NAME_NONE.
 */
size_t tree_find(const struct tree *tree, const char *name)
{
	return name_index_find(&tree->by_name, name);
}

/**
 * tree_add_module - add a module, unless it is there
 * @tree: the tree
 * @name: its normalised name; copied
 * @path: its file; copied
 * @builtin: whether it is built into the kernel
 *
 * Return: its index.
 */
size_t tree_add_module(struct tree *tree, const char *name, const char *path,
		       bool builtin)
{
	size_t i = tree_find(tree, name);

	if (i != NAME_NONE)
		return i;
	i = tree->n_modules;
	tree->modules = xgrow(tree->modules, i, sizeof(*tree->modules));
	tree->modules[i] = (struct tree_module){
		.name = tree_string(tree, name), .path = tree_string(tree, path),
		.builtin = builtin,
	};
	tree->n_modules++;
	name_index_add(&tree->by_name, tree->modules[i].name, i);
	return i;
}

static bool from_config(enum alias_source source)
{
	return source == ALIAS_CONFIG;
}

/* Nearly all have nothing to normalise: so much is found out faster. */
static bool normalise(char *alias, size_t len)
{
	return (!memchr(alias, '-', len) && !memchr(alias, '[', len) &&
		!memchr(alias, ']', len)) ||
	       nfg_normalise(alias, alias, len);
}

/**
 * tree_add_alias - add an alias, or another module to an alias
 * @tree: the tree
 * @alias: the alias as written; normalised in place, and must live as long as
 *	the tree
 * @source: where it is from
 * @module: the module that it names, or NAME_NONE
 *
 * Return: whether it is well formed.
 */
bool tree_add_alias(struct tree *tree, char *alias, enum alias_source source,
		    size_t module)
{
	struct name_index *index = &tree->by_alias[source];
	size_t len = strlen(alias), literal, i;
	enum name_kind kind;

	/* modprobe ignores an alias with an unmatched bracket. */
	if (!normalise(alias, len))
		return false;
	literal = strcspn(alias, "*?[");
	kind = literal < len ? NAME_PATTERN : NAME_EXACT;
	i = name_index_put(index, alias, len, tree->n_aliases);
	if (i == tree->n_aliases) {
		tree->aliases = xgrow(tree->aliases, i, sizeof(*tree->aliases));
		tree->aliases[i] = (struct tree_alias){
			.name = alias, .kind = kind, .source = source,
		};
		tree->n_aliases++;
		if (kind == NAME_PATTERN)
			pattern_index_add(&tree->patterns[from_config(source)],
					  alias, literal, i);
	}
	if (module != NAME_NONE && !ids_have(&tree->aliases[i].targets, module)) {
		tree_ids_add(tree, &tree->aliases[i].targets, module);
		tree_ids_add(tree, &tree->modules[module].aliases, i);
	}
	return true;
}

/**
 * tree_add_softdep - add a soft dependency
 * @tree: the tree
 * @module: the module that has it
 * @name: what it names; copied
 */
void tree_add_softdep(struct tree *tree, size_t module, const char *name)
{
	struct softdep *s;

	tree->softdeps = xgrow(tree->softdeps, tree->n_softdeps,
			       sizeof(*tree->softdeps));
	s = &tree->softdeps[tree->n_softdeps++];
	s->module = module;
	s->name = tree_string(tree, name);
	name_underscore(s->name);
}

static void add_targets(const struct tree *tree, size_t alias, struct ids *out)
{
	const struct ids *targets = &tree->aliases[alias].targets;
	size_t i;

	for (i = 0; i < targets->n; i++)
		ids_add_once(out, targets->list[i]);
}

static void resolve_aliases(const struct tree *tree, const char *name,
			    bool config, struct ids *out)
{
	const struct pattern_index *patterns = &tree->patterns[config];
	int source;
	size_t i;

	for (source = 0; source < ALIAS_SOURCES; source++) {
		if (from_config(source) != config)
			continue;
		i = name_index_find(&tree->by_alias[source], name);
		if (i != NAME_NONE)
			add_targets(tree, i, out);
	}
	for (i = pattern_index_next(patterns, name, 0); i != NAME_NONE;
	     i = pattern_index_next(patterns, name, i + 1))
		add_targets(tree, i, out);
}

/**
 * tree_resolve - find the modules that a request for a name would load
 * @tree: the tree
 * @name: the normalised name
 * @out: receives them; must be empty
 *
 * The order is modprobe's (libkmod 30, kmod_module_new_from_lookup()): aliases in
 * modprobe.d, names of modules, aliases in the index. An alias in modprobe.d that
 * leads to no module ("off") is skipped: it may be gone tomorrow.
 */
void tree_resolve(const struct tree *tree, const char *name, struct ids *out)
{
	size_t module;

	resolve_aliases(tree, name, true, out);
	if (out->n)
		return;
	module = tree_find(tree, name);
	if (module != NAME_NONE)
		ids_add(out, module);
	else
		resolve_aliases(tree, name, false, out);
}

/**
 * tree_resolve_any - find the modules of a name that may be a symbol
 * @tree: the tree, whose symbols are not all read
 * @name: as for tree_resolve()
 * @out: likewise
 * @diags: receives the reason if the symbols can't be read
 *
 * Return: whether what the name needs could be read.
 */
bool tree_resolve_any(struct tree *tree, const char *name, struct ids *out,
		      struct diags *diags)
{
	if (name_is_symbol(name) && !tree_read_symbols(tree, NULL, diags))
		return false;
	tree_resolve(tree, name, out);
	return true;
}

/**
 * tree_knows - whether a name is a module or an alias of one
 * @tree: the tree
 * @name: the normalised name
 */
bool tree_knows(const struct tree *tree, const char *name)
{
	struct ids targets = { 0 };
	bool known;

	tree_resolve(tree, name, &targets);
	known = targets.n;
	ids_free(&targets);
	return known;
}

static void try_name(struct near *near, const char *name, const struct names *but)
{
	size_t i;

	for (i = 0; but && i < but->n; i++)
		if (!strcmp(but->list[i], name))
			return;
	near_try(near, name);
}

/**
 * tree_nearest - the module or alias whose name is nearest to a mistyped one
 * @tree: the tree
 * @name: the mistyped name, normalised
 * @but: names that are not meant by it, or NULL
 *
 * Return: its name, a module's before an alias's, or NULL if none is near.
 */
const char *tree_nearest(const struct tree *tree, const char *name,
			 const struct names *but)
{
	struct near near = { .wanted = name };
	size_t i;

	for (i = 0; i < tree->n_modules; i++)
		try_name(&near, tree->modules[i].name, but);
	for (i = 0; !near.best && i < tree->n_aliases; i++)
		if (tree->aliases[i].kind == NAME_EXACT &&
		    tree->aliases[i].source != ALIAS_SYMBOL)
			try_name(&near, tree->aliases[i].name, but);
	return near.best;
}

void tree_free(struct tree *tree)
{
	size_t i;

	for (i = 0; i < tree->n_chunks; i++)
		free(tree->chunks[i]);
	free(tree->chunks);
	name_index_free(&tree->by_name);
	for (i = 0; i < ARRAY_SIZE(tree->by_alias); i++)
		name_index_free(&tree->by_alias[i]);
	for (i = 0; i < ARRAY_SIZE(tree->patterns); i++)
		pattern_index_free(&tree->patterns[i]);
	free(tree->modules);
	free(tree->aliases);
	free(tree->softdeps);
	buf_free(&tree->digests);
	free(tree->dir);
	*tree = (struct tree){ 0 };
}
