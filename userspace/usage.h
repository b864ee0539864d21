/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage.h - which modules were used, and by whom, from the kernel's events.
 */
#ifndef NFGUARD_USAGE_H
#define NFGUARD_USAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "event_filter.h"
#include "tree.h"

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
 * struct usage - what was used
 * @tree: the modules
 * @used: for each scope, by module: it was loaded or asked for, or what was
 *	needs it; under SCOPE_UNPRIVILEGED only what unprivileged askers asked for
 * @who: by module: who used it, NULL: nobody but what needs it
 * @names: the names that were requested, and modules that the tree lacks
 * @n_names: how many
 * @events: events that count
 * @missing: events are missing: they were overwritten, or came too fast
 */
struct usage {
	const struct tree *tree;
	bool *used[SCOPES];
	char **who;
	struct used_name *names;
	size_t n_names;
	size_t events;
	bool missing;
};

void usage_init(struct usage *u, const struct tree *tree);
void usage_read(struct usage *u, char *text, const struct event_filter *filter);
void usage_add_live(struct usage *u);
void usage_add_needs(struct usage *u);
bool usage_nameable(const struct used_name *name);
void usage_free(struct usage *u);

#endif /* NFGUARD_USAGE_H */
