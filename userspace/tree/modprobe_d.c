// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_d.c - reads modprobe.d with libkmod.
 *
 * libkmod includes the modules' own soft dependencies (modules.softdep).
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "tree/libkmod.h"
#include "tree/mirror_file.h"
#include "tree/modprobe_d.h"

static void add_alias(struct tree *tree, const char *alias, const char *target)
{
	char *name = xstrdup(target);

	name_underscore(name);
	/* modprobe ignores an alias with an unmatched bracket: it leads nowhere. */
	tree_add_alias(tree, tree_string(tree, alias), ALIAS_CONFIG,
		       tree_find(tree, name));
	free(name);
}

/* "pre: a b post: c" of a module */
static void add_softdeps(struct tree *tree, const char *module,
			 const char *value)
{
	char *text = xstrdup(value), *save, *word;
	size_t id = tree_find(tree, module);

	if (id != NAME_NONE)
		for (word = strtok_r(text, " \t", &save); word;
		     word = strtok_r(NULL, " \t", &save))
			if (word[strlen(word) - 1] != ':')
				tree_add_softdep(tree, id, word);
	free(text);
}

/**
 * modprobe_d_digest - add the digest of each of its files to a list
 * @list: the list; it has the files' names, as their directories don't matter
 *
 * The mirror is made from the policy, so it is none of what that is made from.
 */
void modprobe_d_digest(struct buf *list)
{
	struct drop_ins files;
	size_t i;

	drop_ins_find(&files, nfg_modprobe_dirs, NFG_MODPROBE_DIRS);
	for (i = 0; i < files.n; i++) {
		char *link = drop_ins_path(&files.list[i], nfg_modprobe_dirs);
		char *path = path_followed(link);

		if (!mirror_file_is_ours(link))
			digest_add_file(list, files.list[i].name, path);
		free(link);
		free(path);
	}
	drop_ins_free(&files);
}

/**
 * modprobe_d_read - read aliases and soft dependencies
 * @tree: receives them; must have the modules already
 * @diags: receives the reason if they can't be read
 *
 * Return: whether they were read.
 */
bool modprobe_d_read(struct tree *tree, struct diags *diags)
{
	struct kmod_config_iter *i;
	struct kmod_ctx *ctx;

	ctx = libkmod_open_rest(tree->dir);
	if (!ctx) {
		diag_error(diags, "modprobe.d", 0, 0,
			   "libkmod cannot read it: see modprobe --showconfig");
		return false;
	}
	i = kmod_config_get_aliases(ctx);
	while (i && kmod_config_iter_next(i))
		add_alias(tree, kmod_config_iter_get_key(i),
			  kmod_config_iter_get_value(i));
	kmod_config_iter_free_iter(i);
	i = kmod_config_get_softdeps(ctx);
	while (i && kmod_config_iter_next(i))
		add_softdeps(tree, kmod_config_iter_get_key(i),
			     kmod_config_iter_get_value(i));
	kmod_config_iter_free_iter(i);
	kmod_unref(ctx);
	return true;
}
