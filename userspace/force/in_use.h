/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * in_use.h - what uses the modules that are live, as a person means it: interfaces,
 * tables, qdiscs, mounts, other modules, and whatever else holds a reference.
 */
#ifndef NFGUARD_IN_USE_H
#define NFGUARD_IN_USE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "tree/tree.h"

/**
 * struct use - something that uses a module
 * @module: the module
 * @what: what uses it, e.g. "interface wg0"
 * @how: the rest of the sentence: "uses it", or why that is not known
 * @remedy: the command that ends the use
 */
struct use {
	char *module;
	char *what;
	const char *how;
	char *remedy;
};

/**
 * struct live_use - a line of /proc/modules
 * @name: the module
 * @refs: how many references it has; those of modules that need it are among them
 * @users: the modules that need it
 * @n_users: how many
 */
struct live_use {
	char *name;
	unsigned long refs;
	char **users;
	size_t n_users;
};

/**
 * struct in_use - all uses
 * @tree: to find the module of a kind of interface, qdisc or file system; or NULL
 * @change: whether to ask for tables of ebtables in other network namespaces too,
 *	where that makes the kernel set up empty ones
 * @list: the uses
 * @n: how many
 * @live: the modules that are live
 * @n_live: how many
 */
struct in_use {
	const struct tree *tree;
	bool change;
	struct use *list;
	size_t n;
	struct live_use *live;
	size_t n_live;
};

char *in_use_by(const struct in_use *u, const char *module, char **remedy);
bool in_use_held(const struct in_use *u, const char *module);
void in_use_users(const struct in_use *u, const char *module, struct buf *out);
void in_use_free(struct in_use *u);

/* For those who find uses: */
bool in_use_live(const struct in_use *u, const char *module);
void in_use_add(struct in_use *u, const char *module, char *what, char *remedy);
void in_use_add_unknown(struct in_use *u, const char *module, const char *what,
			int err);
void in_use_add_alias(struct in_use *u, const char *const *aliases,
		      const char *kind, const char *what, const char *remedy);

#endif /* NFGUARD_IN_USE_H */
