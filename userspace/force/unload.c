// SPDX-License-Identifier: GPL-2.0-only
/*
 * unload.c - removes denied modules that are live and unused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "force/live.h"
#include "force/unload.h"
#include "tree/libkmod.h"

/*
 * What only the default denies stays: that may be the driver of a disk that is
 * idle at the moment. What is denied to some askers others may use.
 */
static bool to_go(const struct live_module *m)
{
	return m->how == LIVE_LOADED && m->entry && m->entry->scope == SCOPE_ANY;
}

/* One pass; the kernel refuses what is in use. Returns how many went. */
static size_t remove_unused(struct kmod_ctx *ctx, const struct policy *policy)
{
	struct live live;
	size_t i, n = 0;

	live_find(&live, policy);
	for (i = 0; i < live.n; i++) {
		struct kmod_module *mod;

		if (!to_go(&live.list[i]) ||
		    kmod_module_new_from_name(ctx, live.list[i].name, &mod))
			continue;
		if (!kmod_module_remove_module(mod, 0)) {
			printf("%s removed\n", esc(live.list[i].name));
			n++;
		}
		kmod_module_unref(mod);
	}
	live_free(&live);
	return n;
}

/**
 * unload_denied - removes denied modules that are live and unused
 * @policy: the policy in force
 *
 * Removes what needs others before those, pass by pass, and says what went.
 * What is in use stays; that is for live_say() to tell.
 */
void unload_denied(const struct policy *policy)
{
	struct diags diags = { 0 };
	char *dir = path_modules(&diags);
	struct kmod_ctx *ctx = dir ? libkmod_open(dir) : NULL;

	while (ctx && remove_unused(ctx, policy))
		;
	kmod_unref(ctx);
	free(dir);
	diags_free(&diags);
}
