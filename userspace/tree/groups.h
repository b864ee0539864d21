/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * groups.h - the directories of a module tree that a group stands for.
 */
#ifndef NFGUARD_GROUPS_H
#define NFGUARD_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "tree/tree.h"

/**
 * struct group - a group in a tree
 * @dirs: its directories, from the tree's directory on, as in modules.dep
 * @n: how many; 0: the tree has no such directory
 * @ambiguous: these are the candidates, none of which can be preferred; the group
 *	has no modules
 */
struct group {
	char **dirs;
	size_t n;
	bool ambiguous;
};

void group_find(struct group *group, const struct tree *tree, const char *name);
char *group_nearest(const struct tree *tree, const char *name);
bool group_has(const struct group *group, const struct tree_module *module);
const char *group_dir(const struct group *group, size_t i);
void group_free(struct group *group);

#endif /* NFGUARD_GROUPS_H */
