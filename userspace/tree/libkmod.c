// SPDX-License-Identifier: GPL-2.0-only
/*
 * libkmod.c - libkmod, opened for the tree and the modprobe.d that the program is
 * to look at.
 */
#include <stdlib.h>
#include <syslog.h>

#include "base/paths.h"
#include "base/util.h"
#include "tree/libkmod.h"

/**
 * libkmod_open - opens libkmod's view of a module tree
 * @dir: the tree
 *
 * Return: libkmod's context, to be given back with kmod_unref(), or NULL.
 */
struct kmod_ctx *libkmod_open(const char *dir)
{
	char *paths[NFG_MODPROBE_DIRS + 1] = { NULL };
	struct kmod_ctx *ctx;
	size_t i;

	for (i = 0; paths_modules_moved() && i < NFG_MODPROBE_DIRS; i++)
		paths[i] = path_host(nfg_modprobe_dirs[i]);
	/* NULL: where the libkmod of this host looks. */
	ctx = kmod_new(dir, paths_modules_moved() ?
		       (const char *const *)paths : NULL);
	for (i = 0; i < NFG_MODPROBE_DIRS; i++)
		free(paths[i]);
	/* What goes wrong is told by the callers, in our words. */
	if (ctx)
		kmod_set_log_priority(ctx, LOG_EMERG);
	return ctx;
}
