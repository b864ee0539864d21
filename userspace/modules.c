// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules.c - looks names up in the running kernel's module index.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "modules.h"
#include "paths.h"

/**
 * modules_open - opens the module index
 *
 * Return: libkmod's context, to be given back with kmod_unref(), or NULL.
 */
struct kmod_ctx *modules_open(void)
{
	/* A tree of a test is not to be read with this host's modprobe.d. */
	static const char *const no_config[] = { NULL };
	char *dir = path_modules();
	struct kmod_ctx *ctx;

	ctx = kmod_new(dir, paths_modules_moved() ? no_config : NULL);
	free(dir);
	if (!ctx)
		return NULL;
	/* What goes wrong is told here, in our words. */
	kmod_set_log_priority(ctx, LOG_EMERG);
	kmod_load_resources(ctx);
	return ctx;
}

/* Whether there is an index; without one libkmod finds no name. */
bool modules_indexed(void)
{
	char *dir = path_modules();
	char *path = xasprintf("%s/modules.dep.bin", dir);
	bool there = !access(path, R_OK);

	free(path);
	free(dir);
	return there;
}

/* The look-up of libkmod 28 (Debian 11) passes over what is built in. */
static bool built_in(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_module *mod;
	bool found;

	if (kmod_module_new_from_name(ctx, name, &mod))
		return false;
	found = kmod_module_get_initstate(mod) == KMOD_MODULE_BUILTIN;
	kmod_module_unref(mod);
	return found;
}

static bool resolves(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL;
	bool found;

	/* An error of one index is no proof that there is no such module. */
	found = kmod_module_new_from_lookup(ctx, name, &list) < 0 || list;
	kmod_module_unref_list(list);
	return found || built_in(ctx, name);
}

static void warn_rule(struct kmod_ctx *ctx, const struct conf_rule *rule,
		      struct diags *diags)
{
	size_t i;

	for (i = 0; i < rule->n_words; i++) {
		const struct conf_word *w = &rule->words[i];

		if (w->kind == NAME_PATTERN || resolves(ctx, w->name))
			continue;
		diag_warn(diags, rule->file->path, w->line, w->col,
			  "'%s' is no module or alias of this kernel",
			  esc(w->name));
	}
}

/**
 * modules_warn_unresolved - warns of names that lead to no module
 * @conf: the policy files
 * @diags: gets a warning for each
 *
 * Only a warning: the module may come with the next kernel.
 */
void modules_warn_unresolved(const struct conf *conf, struct diags *diags)
{
	struct kmod_ctx *ctx;
	char *dir;
	size_t i;

	ctx = modules_indexed() ? modules_open() : NULL;
	if (!ctx) {
		dir = path_modules();
		diag_warn(diags, dir, 0, 0,
			  "no module index there, so misspelt names go unnoticed: depmod");
		free(dir);
		return;
	}
	for (i = 0; i < conf->n_rules; i++)
		warn_rule(ctx, conf->rules[i], diags);
	kmod_unref(ctx);
}
