// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_d_checks.c - lines of modprobe.d that keep a module out less well than
 * they seem to.
 */
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/modprobe_view.h"
#include "doctor/package_files.h"

/**
 * struct check - what the checks of lines share
 * @src: the policy
 * @st: the guard's status
 * @view: modprobe.d
 * @report: gets the findings
 */
struct check {
	const struct source *src;
	const struct kif_status *st;
	struct modprobe_view view;
	struct report *report;
};

static bool in_force(const struct kif_status *st)
{
	return st->state == GUARD_WHOLE || st->state == GUARD_DEGRADED;
}

static bool denied(const struct source *src, size_t module)
{
	return src->closure.modules[SCOPE_ANY][module].verdict == VERDICT_DENY;
}

/* A distribution's own lines are not meant to keep anybody's module out for sure. */
static bool is_vendors(const struct check *c, const struct modprobe_line *line,
		       size_t module)
{
	char *root = path_host("");
	bool is = (module == NAME_NONE || !denied(c->src, module)) &&
		  package_has(line->file + strlen(root));

	free(root);
	return is;
}

/* Whether anything can be requested by a name, or by one that matches a pattern. */
static bool leads_somewhere(const struct tree *tree, const char *name)
{
	struct ids targets = { 0 };
	bool some;
	size_t i;

	tree_resolve(tree, name, &targets);
	some = targets.n;
	ids_free(&targets);
	for (i = 0; !some && i < tree->n_modules; i++)
		some = name_matches(name, tree->modules[i].name);
	for (i = 0; !some && i < tree->n_aliases; i++)
		some = tree->aliases[i].targets.n &&
		       name_matches(name, tree->aliases[i].name);
	return some;
}

/* A locked host refuses to edit the policy that is in force. */
static void deny_instead(const struct check *c, size_t module)
{
	const char *name = esc(c->src->closure.tree->modules[module].name);

	if (c->st->locked)
		report_remedy(c->report,
			      "put 'deny %s' into %s/%s, nfguard apply --store, then reboot",
			      name, NFG_EDIT_DIR, NFG_EDIT_FILE);
	else if (in_force(c->st))
		report_remedy(c->report, "nfguard deny %s", name);
	else if (denied(c->src, module))
		report_remedy(c->report, "%s", kif_reload(c->st));
	else
		report_remedy(c->report, "nfguard deny %s, then %s", name,
			      kif_reload(c->st));
}

static void check_off(struct check *c, const struct modprobe_line *line)
{
	const struct tree *tree = c->src->closure.tree;
	size_t module = tree_find(tree, line->name);
	struct open_ways ways;

	if (module == NAME_NONE && leads_somewhere(tree, line->name))
		return;
	if (module == NAME_NONE) {
		report_add(c->report, "alias-off", line->file, line->line,
			   "alias %s off closes nothing: it is not a module or alias of this kernel",
			   esc(line->name));
		report_remedy(c->report, "remove the line");
		return;
	}
	ways = modprobe_ways(&c->view, module);
	report_add(c->report, "alias-off", line->file, line->line,
		   "alias %s off closes only that name: %zu of %zu names still bring %s in: %s%s",
		   esc(line->name), ways.open, ways.all, esc(line->name),
		   ways.some.s, ways.open > WAYS_SHOWN ? ", ..." : "");
	deny_instead(c, module);
	buf_free(&ways.some);
}

static void check_blacklist(struct check *c, const struct modprobe_line *line)
{
	size_t module = tree_find(c->src->closure.tree, line->name);
	struct open_ways ways;
	const char *by;

	if (module == NAME_NONE)
		return;
	ways = modprobe_ways(&c->view, module);
	if (!ways.own)
		by = "every module that needs it still brings it in";
	else if (ways.needed)
		by = "its own name and every module that needs it still bring it in";
	else
		by = "its own name still brings it in";
	report_add(c->report, "blacklist", line->file, line->line,
		   "blacklist %s hides only its %zu alias%s: %s",
		   esc(line->name), ways.aliases, ways.aliases == 1 ? "" : "es", by);
	deny_instead(c, module);
	buf_free(&ways.some);
}

/* The line that modprobe heeds instead, or NULL: the first about a module counts. */
static const struct modprobe_line *find_first(const struct check *c,
					      const struct modprobe_line *line)
{
	const struct modprobe_line *first = c->view.lines.list;

	for (; first < line; first++)
		if (line_is(first, "install") &&
		    name_matches(first->name, line->name))
			return install_refuses(first->rest) ? NULL : first;
	return NULL;
}

static void check_install(struct check *c, const struct modprobe_line *line)
{
	size_t module = tree_find(c->src->closure.tree, line->name);
	const struct modprobe_line *first = find_first(c, line);

	if (first)
		report_add(c->report, "install", line->file, line->line,
			   "install %s %s has no effect: %s:%u comes first, and modprobe runs that",
			   esc(line->name), esc(line->rest), esc(first->file), first->line);
	else if (module != NAME_NONE && !modprobe_refuses(&c->view, module))
		report_add(c->report, "install", line->file, line->line,
			   "install %s %s has no effect: %s has a soft dependency, and modprobe then ignores install lines",
			   esc(line->name), esc(line->rest), esc(line->name));
	else
		return;
	if (module == NAME_NONE)
		report_remedy(c->report, "remove that line");
	else
		deny_instead(c, module);
}

/* Lines about a module that is kept out anyway hold together, if not each alone. */
static void check_line(struct check *c, const struct modprobe_line *line)
{
	size_t module = tree_find(c->src->closure.tree, line->name);
	bool install = line_is(line, "install") && install_refuses(line->rest);

	if (!install && !line_is_off(line) && !line_is(line, "blacklist"))
		return;
	if (module != NAME_NONE && module_is_kept_out(c->src, c->st, &c->view, module))
		return;
	if (is_vendors(c, line, module))
		return;
	if (install)
		check_install(c, line);
	else if (line_is_off(line))
		check_off(c, line);
	else
		check_blacklist(c, line);
}

/**
 * doctor_modprobe_d - finds lines that keep a module out less well than they seem to
 * @src: the policy; a module that it denies needs no such line
 * @st: the guard's status
 * @report: gets the findings
 */
void doctor_modprobe_d(const struct source *src, const struct kif_status *st,
		       struct report *report)
{
	struct check c = { .src = src, .st = st, .report = report };
	size_t i;

	modprobe_view_read(&c.view, src->closure.tree);
	for (i = 0; i < c.view.lines.n; i++)
		check_line(&c, &c.view.lines.list[i]);
	modprobe_view_free(&c.view);
}
