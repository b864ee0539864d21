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
#include "tree/pattern_index.h"

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
 * @name: its name, normalised
 * @path: its file, relative to the tree's directory
 * @builtin: it is not a module but built into the kernel
 * @needs: its hard dependencies, direct and indirect: depmod writes all of them
 *	to modules.dep
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
 * enum alias_source - where an alias is from
 * @ALIAS_CONFIG: modprobe.d, which modprobe reads before the names of modules
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
 * struct tree_alias - an alias from one source, with all modules that it names
 * @name: the alias, normalised
 * @kind: name or pattern
 * @source: where it is from
 * @targets: the modules; none if modprobe.d leads it to no module
 */
struct tree_alias {
	char *name;
	enum name_kind kind;
	enum alias_source source;
	struct ids targets;
};

/**
 * struct softdep - what modprobe loads beside a module if it can
 * @module: the module that has the soft dependency
 * @name: what it names: a module or an alias
 */
struct softdep {
	size_t module;
	char *name;
};

/**
 * struct tree - a module tree
 * @dir: its directory
 * @modules: the modules, built in or not
 * @n_modules: how many
 * @aliases: the aliases, each once per source
 * @n_aliases: how many
 * @by_name: the modules by name
 * @by_alias: the aliases of each source by name
 * @patterns: the aliases that are patterns; [1] is for modprobe.d, [0] for all other
 *	sources
 * @softdeps: the soft dependencies of modules and of modprobe.d
 * @n_softdeps: how many
 * @digests: the digest of each file that it was read from, one a line
 * @chunks: the index files as they were read, and memory for other names
 * @n_chunks: how many
 * @room: the free space in the last chunk
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
	struct pattern_index patterns[2];
	struct softdep *softdeps;
	size_t n_softdeps;
	struct buf digests;
	char **chunks;
	size_t n_chunks;
	char *room;
	size_t room_left;
};

/**
 * struct names - some names
 * @list: the names, normalised
 * @n: how many
 */
struct names {
	char *const *list;
	size_t n;
};

bool tree_read(struct tree *tree, const char *dir, struct diags *diags);
bool tree_digest(const char *dir, struct buf *digests);
bool tree_read_builtin(struct tree *tree, const char *dir, struct diags *diags);
bool tree_read_symbols(struct tree *tree, const bool *wanted,
		       struct diags *diags);
bool tree_knows(const struct tree *tree, const char *name);
bool trees_know(const char *name);
void tree_free(struct tree *tree);

size_t tree_find(const struct tree *tree, const char *name);
const char *tree_nearest(const struct tree *tree, const char *name,
			 const struct names *but);
char *trees_nearest(const char *name, const struct names *but);
void tree_resolve(const struct tree *tree, const char *name, struct ids *out);
bool tree_resolve_any(struct tree *tree, const char *name, struct ids *out,
		      struct diags *diags);

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
