// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_view.c - what modprobe would load, as libkmod resolves modprobe.d.
 *
 * A module is kept out by an install line, unless another one comes first or the
 * module has a soft dependency; then so is each module that needs it. A blacklist
 * line keeps it from its aliases alone, "alias NAME off" from that name alone.
 */
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "doctor/modprobe_view.h"
#include "tree/libkmod.h"

enum install_end {
	INSTALL_UNKNOWN,
	INSTALL_LOADS,
	INSTALL_REFUSES,
};

/**
 * install_refuses - whether the command of an install line loads nothing
 * @command: the command, which modprobe passes to a shell; libkmod leaves the blanks
 *	before it that columns and continued lines have
 *
 * Return: whether it is but one of those that do nothing.
 */
bool install_refuses(const char *command)
{
	static const char *const idle[] = { "false", "true", ":", "exit" };
	const char *base;
	size_t n, i;

	if (strpbrk(command, ";|&\n`$("))
		return false;
	command += strspn(command, " \t");
	n = strcspn(command, " \t");
	base = command + n;
	while (base > command && base[-1] != '/')
		base--;
	for (i = 0; i < ARRAY_SIZE(idle); i++)
		if (strlen(idle[i]) == (size_t)(command + n - base) &&
		    !strncmp(base, idle[i], strlen(idle[i])))
			return true;
	return false;
}

/* libkmod passes nothing on to print_action(). */
static const char *asked;
static bool runs_install;

static void note_action(struct kmod_module *mod, bool install, const char *options)
{
	(void)options;
	if (install && !strcmp(kmod_module_get_name(mod), asked))
		runs_install = true;
}

/* A rehearsal by libkmod itself, which knows what voids an install line. */
static enum install_end rehearse(struct kmod_ctx *ctx, const char *name)
{
	enum install_end end = INSTALL_LOADS;
	struct kmod_module *mod = NULL;
	const char *command;

	if (!ctx || kmod_module_new_from_name(ctx, name, &mod))
		return end;
	command = kmod_module_get_install_commands(mod);
	if (command && install_refuses(command)) {
		asked = name;
		runs_install = false;
		kmod_module_probe_insert_module(mod, KMOD_PROBE_DRY_RUN |
						KMOD_PROBE_IGNORE_LOADED, NULL,
						NULL, NULL, note_action);
		if (runs_install)
			end = INSTALL_REFUSES;
	}
	kmod_module_unref(mod);
	return end;
}

static bool refuses_itself(const struct modprobe_view *view, size_t module)
{
	unsigned char *end = &view->install[module];

	if (*end == INSTALL_UNKNOWN)
		*end = rehearse(view->ctx, view->tree->modules[module].name);
	return *end == INSTALL_REFUSES;
}

/**
 * modprobe_refuses - whether install lines keep a module out, by whatever name
 * @view: modprobe.d
 * @module: the module
 *
 * Return: whether modprobe fails at it, or at a module that it needs.
 */
bool modprobe_refuses(const struct modprobe_view *view, size_t module)
{
	const struct ids *needs = &view->tree->modules[module].needs;
	size_t i;

	if (refuses_itself(view, module))
		return true;
	for (i = 0; i < needs->n; i++)
		if (refuses_itself(view, needs->list[i]))
			return true;
	return false;
}

/* Whether an "alias ... off" line makes a request for that name lead nowhere. */
static bool is_off(const struct modprobe_view *view, const char *name)
{
	const struct modprobe_lines *lines = &view->lines;
	size_t i;

	for (i = 0; i < lines->n; i++)
		if (line_is_off(&lines->list[i]) &&
		    name_matches(lines->list[i].name, name))
			return true;
	return false;
}

/* An install line may be about an alias; only its exact name counts then. */
static bool alias_refuses(const struct modprobe_view *view, const char *alias)
{
	const struct modprobe_lines *lines = &view->lines;
	size_t i;

	for (i = 0; i < lines->n; i++)
		if (line_is(&lines->list[i], "install") &&
		    !strcmp(lines->list[i].name, alias))
			return install_refuses(lines->list[i].rest);
	return false;
}

/* The kernel command line can have it too: modprobe.blacklist=. */
static bool is_blacklisted(const struct modprobe_view *view, const char *name)
{
	struct kmod_config_iter *i;
	bool found = false;

	i = view->ctx ? kmod_config_get_blacklists(view->ctx) : NULL;
	while (i && !found && kmod_config_iter_next(i))
		found = !strcmp(kmod_config_iter_get_key(i), name);
	kmod_config_iter_free_iter(i);
	return found;
}

static bool count_way(const struct modprobe_view *view, struct open_ways *ways,
		      const char *name, bool closed)
{
	ways->all++;
	if (closed || is_off(view, name))
		return false;
	if (ways->open++ < WAYS_SHOWN)
		buf_addf(&ways->some, "%s%s", ways->some.len ? ", " : "",
			 esc(name));
	return true;
}

/* A module's own name and aliases, without symbols: those are hardly requested. */
static bool count_names(const struct modprobe_view *view, struct open_ways *ways,
			size_t module, bool *own)
{
	const struct tree_module *m = &view->tree->modules[module];
	bool refused = modprobe_refuses(view, module);
	bool listed = is_blacklisted(view, m->name), open;
	size_t i;

	open = count_way(view, ways, m->name, refused);
	*own = open;
	for (i = 0; i < m->aliases.n; i++) {
		const struct tree_alias *a = &view->tree->aliases[m->aliases.list[i]];

		if (a->source != ALIAS_INDEX)
			continue;
		ways->aliases++;
		open |= count_way(view, ways, a->name, refused || listed ||
				  alias_refuses(view, a->name));
	}
	return open;
}

/**
 * modprobe_ways - count the names by which modprobe still loads a module
 * @view: modprobe.d
 * @module: the module
 *
 * Return: the names; free @some.
 */
struct open_ways modprobe_ways(const struct modprobe_view *view, size_t module)
{
	const struct ids *users = &view->tree->modules[module].needed_by;
	struct open_ways ways = { 0 };
	size_t i, aliases;
	bool own;

	count_names(view, &ways, module, &ways.own);
	aliases = ways.aliases;
	for (i = 0; i < users->n; i++)
		ways.needed |= count_names(view, &ways, users->list[i], &own);
	ways.aliases = aliases;
	return ways;
}

/**
 * modprobe_keeps_out - whether modprobe loads a module by none of its names
 * @view: modprobe.d
 * @module: the module
 *
 * Return: whether that is so, for what needs it too.
 */
bool modprobe_keeps_out(const struct modprobe_view *view, size_t module)
{
	struct open_ways ways = modprobe_ways(view, module);

	buf_free(&ways.some);
	return !ways.open;
}

/**
 * module_is_kept_out - whether a module is kept out by the guard, or without it
 * @src: the policy
 * @st: the guard's status; one that is not in force keeps nothing out
 * @view: modprobe.d
 * @module: the module
 *
 * Return: whether it is, or is no module at all but built in.
 */
bool module_is_kept_out(const struct source *src, const struct kif_status *st,
			const struct modprobe_view *view, size_t module)
{
	const struct ruling *ruling = &src->closure.modules[SCOPE_ANY][module];
	bool in_force = st->state == GUARD_WHOLE || st->state == GUARD_DEGRADED;

	return (in_force && ruling->verdict == VERDICT_DENY) ||
	       view->tree->modules[module].builtin ||
	       modprobe_keeps_out(view, module);
}

/**
 * modprobe_view_read - read modprobe.d
 * @view: receives it; free it with modprobe_view_free()
 * @tree: the modules
 */
void modprobe_view_read(struct modprobe_view *view, const struct tree *tree)
{
	*view = (struct modprobe_view){
		.tree = tree,
		.ctx = libkmod_open(tree->dir),
		.install = xcalloc(tree->n_modules, 1),
	};
	modprobe_lines_read(&view->lines);
}

/**
 * modprobe_view_read_files - read files as if they were all of modprobe.d
 * @view: receives them; free it with modprobe_view_free(), even on failure
 * @tree: the modules
 * @files: the files
 * @n: how many
 *
 * Return: whether all could be read; if not, the reason was printed.
 */
bool modprobe_view_read_files(struct modprobe_view *view, const struct tree *tree,
			      char *const *files, size_t n)
{
	size_t i;
	int err;

	*view = (struct modprobe_view){
		.tree = tree,
		.ctx = libkmod_open_files(tree->dir, files, n),
		.install = xcalloc(tree->n_modules, 1),
	};
	for (i = 0; i < n; i++) {
		err = modprobe_lines_add(&view->lines, files[i]);
		if (!err)
			continue;
		msg_err("%s: cannot be read: %s", esc(files[i]), strerror(-err));
		return false;
	}
	return true;
}

void modprobe_view_free(struct modprobe_view *view)
{
	modprobe_lines_free(&view->lines);
	kmod_unref(view->ctx);
	free(view->install);
	*view = (struct modprobe_view){ 0 };
}
