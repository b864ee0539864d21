/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * used.h - which modules were used, and by whom, from the kernel's events.
 */
#ifndef NFGUARD_USED_H
#define NFGUARD_USED_H

#include <stdbool.h>
#include <stddef.h>

#include "guard/event_filter.h"
#include "policy/conf.h"
#include "tree/tree.h"

/**
 * struct used_name - a name that was requested and would have been denied, or
 * that of a module that the tree does not have
 * @name: normalised
 * @who: who asked
 * @module: it was loaded, or is live
 */
struct used_name {
	char *name;
	char *who;
	bool module;
};

/**
 * struct used - what was used
 * @tree: the modules
 * @used: for each scope, by module: it was loaded or asked for, or what was
 *	needs it; under SCOPE_UNPRIVILEGED only what unprivileged askers asked for
 * @who: by module: who used it, NULL: nobody but what needs it
 * @names: the names that were requested, and modules that the tree lacks
 * @n_names: how many
 * @events: events that count
 * @missing: events are missing: they were overwritten, or came too fast
 */
struct used {
	const struct tree *tree;
	bool *used[SCOPES];
	char **who;
	struct used_name *names;
	size_t n_names;
	size_t events;
	bool missing;
};

void used_init(struct used *u, const struct tree *tree);
void used_read(struct used *u, char *text, const struct event_filter *filter);
void used_add_live(struct used *u);
void used_add_needs(struct used *u);
bool used_nameable(const struct used_name *name);
void used_free(struct used *u);

#endif /* NFGUARD_USED_H */
