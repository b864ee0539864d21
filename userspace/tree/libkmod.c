// SPDX-License-Identifier: GPL-2.0-only
/*
 * libkmod.c - opens libkmod for the module tree and the modprobe.d that the program
 * examines.
 */
#include <stdlib.h>
#include <syslog.h>

#include "base/paths.h"
#include "base/util.h"
#include "tree/libkmod.h"

/**
 * libkmod_open - open libkmod for a module tree
 * @dir: the tree's directory
 *
 * Return: a context, or NULL; release it with kmod_unref().
 */
struct kmod_ctx *libkmod_open(const char *dir)
{
	char *paths[NFG_MODPROBE_DIRS + 1] = { NULL };
	struct kmod_ctx *ctx;
	size_t i;

	for (i = 0; paths_modules_moved() && i < NFG_MODPROBE_DIRS; i++)
		paths[i] = path_host(nfg_modprobe_dirs[i]);
	/* NULL: where libkmod looks on this host. */
	ctx = kmod_new(dir, paths_modules_moved() ?
		       (const char *const *)paths : NULL);
	for (i = 0; i < NFG_MODPROBE_DIRS; i++)
		free(paths[i]);
	/* The callers report what goes wrong, in our words. */
	if (ctx)
		kmod_set_log_priority(ctx, LOG_EMERG);
	return ctx;
}
