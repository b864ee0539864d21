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
 * A module that only the default denies stays: it may be the driver of a disk that
 * is idle at the moment. So does one that is denied to some askers only: others
 * may use it.
 */
static bool is_removable(const struct live_module *m)
{
	return m->how == LIVE_LOADED && m->entry && m->entry->scope == SCOPE_ANY;
}

/* One pass; the kernel keeps what is in use. Returns how many were removed. */
static size_t remove_unused(struct kmod_ctx *ctx, const struct policy *policy)
{
	struct live live;
	size_t i, n = 0;

	live_find(&live, policy);
	for (i = 0; i < live.n; i++) {
		struct kmod_module *mod;

		if (!is_removable(&live.list[i]) ||
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
 * Removes modules before those that they need, pass by pass, and prints each.
 * Modules in use stay; live_say() reports them.
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
