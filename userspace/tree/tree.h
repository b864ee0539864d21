/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - the module tree of a kernel: its modules, what each needs, and the
 * aliases by which they can be requested.
 */
#ifndef NFGUARD_TREE_H
#define NFGUARD_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/msg.h"
#include "base/util.h"
#include "tree/name_index.h"
#include "tree/names.h"

/**
 * struct ids - a list of indices
 * @list: the indices
 * @n: how many
 */
struct ids {
	size_t *list;
	size_t n;
};

/**
 * struct tree_module - a module of the tree
 * @name: normalised
 * @path: its file, from the tree's directory on
 * @builtin: it is no module but a part of the kernel
 * @needs: what it needs, hard dependencies transitively, as modules.dep has
 *	them (depmod writes all of them)
 * @needed_by: the reverse
 * @aliases: the aliases that name it
 */
struct tree_module {
	char *name;
	char *path;
	bool builtin;
	struct ids needs;
	struct ids needed_by;
	struct ids aliases;
};

/**
 * enum alias_source - where an alias stands
 * @ALIAS_CONFIG: modprobe.d, which modprobe asks before the names of modules
 * @ALIAS_INDEX: modules.alias
 * @ALIAS_SYMBOL: modules.symbols
 * @ALIAS_BUILTIN: modules.builtin.modinfo
 */
enum alias_source {
	ALIAS_CONFIG,
	ALIAS_INDEX,
	ALIAS_SYMBOL,
	ALIAS_BUILTIN,
	ALIAS_SOURCES,
};

/**
 * struct tree_alias - an alias, with all modules that have it from one source
 * @name: normalised
 * @kind: name or pattern
 * @source: where it stands
 * @targets: the modules; none for one that modprobe.d gives to no module
 */
struct tree_alias {
	char *name;
	enum name_kind kind;
	enum alias_source source;
	struct ids targets;
};

/**
 * struct softdep - what modprobe loads beside a module if it can
 * @module: whose soft dependency it is
 * @name: the name that it gives: a module or an alias
 */
struct softdep {
	size_t module;
	char *name;
};

/**
 * struct tree - a module tree
 * @dir: its directory
 * @modules: what it has, built in or not
 * @n_modules: how many
 * @aliases: the aliases, each once for each source
 * @n_aliases: how many
 * @by_name: the modules by name
 * @by_alias: the aliases of each source by name
 * @patterns: those of the aliases that are patterns, of modprobe.d apart from all
 *	others, by their first byte; the last list has those that begin with a
 *	wildcard
 * @softdeps: soft dependencies, of modules and of modprobe.d
 * @n_softdeps: how many
 * @digests: of all files that it was read from, a line each
 * @rooms: the index files as they were read, and memory for other names
 * @n_rooms: how many pieces
 * @room: what is free in the last of them
 * @room_left: how much that is
 */
struct tree {
	char *dir;
	struct tree_module *modules;
	size_t n_modules;
	struct tree_alias *aliases;
	size_t n_aliases;
	struct name_index by_name;
	struct name_index by_alias[ALIAS_SOURCES];
	struct ids patterns[2][257];
	struct softdep *softdeps;
	size_t n_softdeps;
	struct buf digests;
	char **rooms;
	size_t n_rooms;
	char *room;
	size_t room_left;
};

bool tree_read(struct tree *tree, const char *dir, struct diags *diags);
bool tree_read_symbols(struct tree *tree, const bool *wanted,
		       struct diags *diags);
void tree_free(struct tree *tree);

size_t tree_find(const struct tree *tree, const char *name);
void tree_resolve(const struct tree *tree, const char *name, struct ids *out);
bool tree_in_group(const struct tree_module *module, const char *group);

size_t tree_add_module(struct tree *tree, const char *name, const char *path,
		       bool builtin);
void tree_keep(struct tree *tree, char *text);
char *tree_string(struct tree *tree, const char *s);
void tree_ids_add(struct tree *tree, struct ids *ids, size_t id);
bool tree_add_alias(struct tree *tree, char *alias, enum alias_source source,
		    size_t module);
void tree_add_softdep(struct tree *tree, size_t module, const char *name);

void ids_add(struct ids *ids, size_t id);
void ids_add_once(struct ids *ids, size_t id);
bool ids_have(const struct ids *ids, size_t id);
void ids_free(struct ids *ids);

#endif /* NFGUARD_TREE_H */
