/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * used.h - finds in the kernel's events which modules were used, and by whom.
 */
#ifndef NFGUARD_USED_H
#define NFGUARD_USED_H

#include <stdbool.h>
#include <stddef.h>

#include "force/carriers.h"
#include "guard/event_filter.h"
#include "policy/conf.h"
#include "tree/tree.h"

/**
 * struct used_name - a name that was requested and would have been denied, or the
 * name of a module that is not in the tree
 * @name: normalised
 * @who: who asked
 * @module: whether it is a module that was loaded or is live
 */
struct used_name {
	char *name;
	char *who;
	bool module;
};

/**
 * struct used - what was used
 * @tree: the modules
 * @used: for each scope and module, whether it was loaded or requested, or is
 *	needed by one that was; SCOPE_UNPRIVILEGED has only what unprivileged
 *	askers requested
 * @who: for each module, who used it; NULL if only other modules need it
 * @names: the names that were requested, and modules that are not in the tree
 * @n_names: how many
 * @by_name: their indices by name
 * @events: how many verdicts counted
 * @missing: whether events are missing: overwritten, or too fast to be recorded
 */
struct used {
	const struct tree *tree;
	bool *used[SCOPES];
	char **who;
	struct used_name *names;
	size_t n_names;
	struct name_index by_name;
	size_t events;
	bool missing;
};

void used_init(struct used *u, const struct tree *tree);
int used_read(struct used *u, const struct event_filter *filter);
void used_add_carriers(struct used *u, const struct carriers *carriers);
void used_add_live(struct used *u);
void used_add_needs(struct used *u);
bool used_nameable(const struct used_name *name);
void used_free(struct used *u);

#endif /* NFGUARD_USED_H */
