// SPDX-License-Identifier: GPL-2.0-only
/*
 * libkmod.c - opens libkmod for the module tree and the modprobe.d that the program
 * examines.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/drop_ins.h"
#include "base/paths.h"
#include "base/util.h"
#include "tree/libkmod.h"
#include "tree/mirror_file.h"

/* The files that modprobe reads; in another root links lead inside of it. */
static char **find_files(bool with_mirror)
{
	struct drop_ins files;
	size_t n = 0, i;
	char **paths;

	drop_ins_find(&files, nfg_modprobe_dirs, NFG_MODPROBE_DIRS);
	paths = xcalloc(files.n + 1, sizeof(*paths));
	for (i = 0; i < files.n; i++) {
		char *path = drop_ins_path(&files.list[i], nfg_modprobe_dirs);

		if (with_mirror || !mirror_file_is_ours(path))
			paths[n++] = path_followed(path);
		free(path);
	}
	drop_ins_free(&files);
	return paths;
}

static struct kmod_ctx *open_with(const char *dir, char **paths)
{
	bool quiet = !setenv("KMOD_LOG", "0", 0) && !strcmp(getenv("KMOD_LOG"), "0");
	struct kmod_ctx *ctx = kmod_new(dir, (const char *const *)paths);
	size_t i;

	/* It reads the files at once, before kmod_set_log_priority() can be called. */
	if (quiet)
		unsetenv("KMOD_LOG");
	for (i = 0; paths && paths[i]; i++)
		free(paths[i]);
	free(paths);
	/* The callers report what goes wrong, in our words. */
	if (ctx)
		kmod_set_log_priority(ctx, LOG_EMERG);
	return ctx;
}

/**
 * libkmod_open - open libkmod for a module tree, with all of modprobe.d
 * @dir: the tree's directory
 *
 * Return: a context, or NULL; release it with kmod_unref().
 */
struct kmod_ctx *libkmod_open(const char *dir)
{
	/* NULL: where libkmod looks on this host. */
	return open_with(dir, paths_modules_moved() ? find_files(true) : NULL);
}

/**
 * libkmod_open_files - open libkmod with some files in place of modprobe.d
 * @dir: the tree's directory
 * @files: the files
 * @n: how many
 *
 * Return: as libkmod_open().
 */
struct kmod_ctx *libkmod_open_files(const char *dir, char *const *files, size_t n)
{
	char **paths = xcalloc(n + 1, sizeof(*paths));
	size_t i;

	for (i = 0; i < n; i++)
		paths[i] = xstrdup(files[i]);
	return open_with(dir, paths);
}

/**
 * libkmod_open_rest - open libkmod with all of modprobe.d but the mirror
 * @dir: the tree's directory
 *
 * The mirror follows from the policy, so the policy must not follow from it.
 *
 * Return: as libkmod_open().
 */
struct kmod_ctx *libkmod_open_rest(const char *dir)
{
	return open_with(dir, find_files(false));
}
