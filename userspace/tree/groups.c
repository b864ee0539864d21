// SPDX-License-Identifier: GPL-2.0-only
/*
 * groups.c - the directories of a module tree that a group stands for.
 *
 * A path from the tree's top is that directory alone: @net is kernel/net, and not
 * the network drivers in kernel/drivers/net. Any other name is every directory of
 * that name below kernel/net (@netfilter is net/netfilter, net/ipv4/netfilter and
 * more), or else the only one elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/near.h"
#include "tree/groups.h"

#define TOP	"kernel/"
#define NET	TOP "net/"

/*
 * Where @name ends if @path begins with it, both as directories, or NULL. In the
 * name each '-' is '_' already.
 */
static const char *after(const char *path, const char *name)
{
	for (; *name; path++, name++)
		if (*path != *name && !(*path == '-' && *name == '_'))
			return NULL;
	return *path == '/' ? path : NULL;
}

static void add_dir(struct group *group, const char *path, const char *end)
{
	size_t len = end - path, i;

	for (i = 0; i < group->n; i++)
		if (strlen(group->dirs[i]) == len && !memcmp(group->dirs[i], path, len))
			return;
	group->dirs = xgrow(group->dirs, group->n, sizeof(*group->dirs));
	group->dirs[group->n++] = xstrndup(path, len);
}

/* From the tree's top on: below kernel/, or beside it (updates, extra). */
static void find_at_top(struct group *group, const struct tree *tree,
			const char *name)
{
	size_t i;

	for (i = 0; i < tree->n_modules; i++) {
		const char *path = tree->modules[i].path;
		bool below = !strncmp(path, TOP, strlen(TOP));
		const char *end = after(below ? path + strlen(TOP) : path, name);

		if (end)
			add_dir(group, path, end);
	}
	for (i = 0; !group->n && i < tree->n_modules; i++) {
		const char *end = after(tree->modules[i].path, name);

		if (end)
			add_dir(group, tree->modules[i].path, end);
	}
}

/* At any depth of the paths that begin with @start. */
static void find_below(struct group *group, const struct tree *tree,
		       const char *name, const char *start)
{
	size_t i;

	for (i = 0; i < tree->n_modules; i++) {
		const char *path = tree->modules[i].path, *at, *end;

		if (strncmp(path, start, strlen(start)))
			continue;
		for (at = path + strlen(start); at; at = strchr(at, '/')) {
			at += *at == '/';
			end = after(at, name);
			if (end)
				add_dir(group, path, end);
		}
	}
}

/**
 * group_find - find what a group stands for
 * @group: receives it; free it with group_free()
 * @tree: the tree
 * @name: the group without its '@', normalised
 */
void group_find(struct group *group, const struct tree *tree, const char *name)
{
	*group = (struct group){ 0 };
	find_at_top(group, tree, name);
	if (!group->n)
		find_below(group, tree, name, NET);
	if (group->n)
		return;
	find_below(group, tree, name, "");
	group->ambiguous = group->n > 1;
}

/* The directories of one path, each as a name of its own. */
static void try_dirs(struct near *near, char **best, const char *path)
{
	const char *slash;

	for (; (slash = strchr(path, '/')); path = slash + 1) {
		char *dir = xstrndup(path, slash - path);

		name_underscore(dir);
		near_try(near, dir);
		if (near->best == dir) {
			free(*best);
			*best = dir;
		} else {
			free(dir);
		}
	}
}

/**
 * group_nearest - find the directory whose name is nearest to a mistyped group's
 * @tree: the tree
 * @name: the group without its '@', normalised
 *
 * Return: the directory's name, to be freed, or NULL: none is near.
 */
char *group_nearest(const struct tree *tree, const char *name)
{
	struct near near = { .wanted = name };
	char *best = NULL;
	size_t i;

	for (i = 0; i < tree->n_modules; i++)
		try_dirs(&near, &best, tree->modules[i].path);
	return best;
}

/**
 * group_has - whether a module is in a group
 * @group: the group
 * @module: the module
 */
bool group_has(const struct group *group, const struct tree_module *module)
{
	size_t i;

	for (i = 0; i < group->n && !group->ambiguous; i++) {
		size_t len = strlen(group->dirs[i]);

		if (!strncmp(module->path, group->dirs[i], len) &&
		    module->path[len] == '/')
			return true;
	}
	return false;
}

/**
 * group_dir - one of a group's directories, as a rule would name it
 * @group: the group
 * @i: which
 *
 * Return: its path below kernel/, or from the tree's directory on.
 */
const char *group_dir(const struct group *group, size_t i)
{
	const char *dir = group->dirs[i];

	return strncmp(dir, TOP, strlen(TOP)) ? dir : dir + strlen(TOP);
}

void group_free(struct group *group)
{
	size_t i;

	for (i = 0; i < group->n; i++)
		free(group->dirs[i]);
	free(group->dirs);
	*group = (struct group){ 0 };
}
