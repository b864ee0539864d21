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
#include "force/use_find.h"
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

static bool is_used(const struct in_use *u, const char *module)
{
	char *remedy, *by = in_use_by(u, module, &remedy);
	bool used = by;

	free(remedy);
	free(by);
	return used;
}

/* One pass; the kernel keeps what has references. Returns how many were removed. */
static size_t remove_unused(struct kmod_ctx *ctx, const struct policy *policy,
			    bool force)
{
	struct live live;
	struct in_use u;
	size_t i, n = 0;

	live_find(&live, policy);
	use_find_all(&u, true);
	for (i = 0; i < live.n; i++) {
		const char *name = live.list[i].name;
		struct kmod_module *mod;

		if (!is_removable(&live.list[i]) || (!force && is_used(&u, name)) ||
		    kmod_module_new_from_name(ctx, name, &mod))
			continue;
		if (!kmod_module_remove_module(mod, 0)) {
			say("%s removed\n", esc(name));
			n++;
		}
		kmod_module_unref(mod);
	}
	in_use_free(&u);
	live_free(&live);
	return n;
}

/* What goes with the modules, whether or not anybody thought of it. */
static void say_taken(const struct policy *policy)
{
	struct live live;
	struct in_use u;
	size_t i, k;

	live_find(&live, policy);
	use_find_all(&u, true);
	for (i = 0; i < live.n; i++) {
		const char *name = live.list[i].name;

		if (!is_removable(&live.list[i]) || in_use_held(&u, name))
			continue;
		for (k = 0; k < u.n; k++)
			if (!strcmp(u.list[k].module, name))
				say("removing %s takes away %s\n", esc(name),
				    u.list[k].what);
	}
	fflush(stdout);
	in_use_free(&u);
	live_free(&live);
}

/**
 * unload_denied - removes denied modules that are live and unused
 * @policy: the policy in force
 * @force: remove them even if interfaces, tables and such go with them; prints those
 *	first
 *
 * Removes modules before those that they need, pass by pass, and prints each.
 * Modules in use stay; live_say() reports them. Those that have references stay in
 * any case.
 */
void unload_denied(const struct policy *policy, bool force)
{
	struct diags diags = { 0 };
	char *dir = path_modules(&diags);
	struct kmod_ctx *ctx = dir ? libkmod_open(dir) : NULL;

	if (ctx && force)
		say_taken(policy);
	while (ctx && remove_unused(ctx, policy, force))
		;
	kmod_unref(ctx);
	free(dir);
	diags_free(&diags);
}
