// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_d_checks.c - lines of modprobe.d that keep a module out less well than
 * they seem to.
 */
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/modprobe_lines.h"

/* How many of the ways that stay open are named. */
#define SHOWN	5

static bool is(const struct modprobe_line *line, const char *command)
{
	return !strcmp(line->command, command);
}

static bool is_off(const struct modprobe_line *line)
{
	return is(line, "alias") && !strcmp(line->rest, "off");
}

/* Whether an "alias ... off" line makes a request for that name lead nowhere. */
static bool off(const struct modprobe_lines *lines, const char *name)
{
	size_t i;

	for (i = 0; i < lines->n; i++)
		if (is_off(&lines->list[i]) &&
		    name_matches(lines->list[i].name, name))
			return true;
	return false;
}

/**
 * struct open_ways - the names that still lead to a module
 * @all: how many names there are
 * @open: how many of them no "alias ... off" closes
 * @some: the first of those
 */
struct open_ways {
	size_t all;
	size_t open;
	struct buf some;
};

static void count_way(struct open_ways *ways, const struct modprobe_lines *lines,
		      const char *name)
{
	ways->all++;
	if (off(lines, name))
		return;
	if (ways->open++ < SHOWN)
		buf_addf(&ways->some, "%s%s", ways->some.len ? ", " : "",
			 esc(name));
}

/* A module's own name and aliases, without symbols: those are hardly requested. */
static void count_names(struct open_ways *ways, const struct tree *tree,
			const struct modprobe_lines *lines, size_t module)
{
	const struct tree_module *m = &tree->modules[module];
	size_t i;

	count_way(ways, lines, m->name);
	for (i = 0; i < m->aliases.n; i++) {
		const struct tree_alias *a = &tree->aliases[m->aliases.list[i]];

		if (a->source == ALIAS_INDEX)
			count_way(ways, lines, a->name);
	}
}

static struct open_ways count_ways(const struct tree *tree,
				   const struct modprobe_lines *lines,
				   size_t module)
{
	const struct ids *users = &tree->modules[module].needed_by;
	struct open_ways ways = { 0 };
	size_t i;

	count_names(&ways, tree, lines, module);
	for (i = 0; i < users->n; i++)
		count_names(&ways, tree, lines, users->list[i]);
	return ways;
}

/* A module that the policy denies needs no line in modprobe.d. */
static bool denied(const struct source *src, size_t module)
{
	return src->closure.modules[SCOPE_ANY][module].verdict == VERDICT_DENY;
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
static void deny_instead(struct report *report, const struct kif_status *st,
			 const char *name)
{
	if (st->locked)
		report_remedy(report,
			      "put 'deny %s' into %s/%s, nfguard apply --store, then reboot",
			      esc(name), NFG_EDIT_DIR, NFG_EDIT_FILE);
	else
		report_remedy(report, "nfguard deny %s", esc(name));
}

static void check_off(const struct source *src, const struct kif_status *st,
		      const struct modprobe_lines *lines,
		      const struct modprobe_line *line, struct report *report)
{
	const struct tree *tree = src->closure.tree;
	size_t module = tree_find(tree, line->name);
	struct open_ways ways;

	if (module == NAME_NONE) {
		if (leads_somewhere(tree, line->name))
			return;
		report_add(report, "alias-off", line->file, line->line,
			   "alias %s off closes nothing: it is not a module or alias of this kernel",
			   esc(line->name));
		report_remedy(report, "remove the line");
		return;
	}
	ways = count_ways(tree, lines, module);
	if (ways.open && !denied(src, module)) {
		report_add(report, "alias-off", line->file, line->line,
			   "alias %s off closes only that name: %zu of %zu names still bring %s in: %s%s",
			   esc(line->name), ways.open, ways.all,
			   esc(line->name), ways.some.s,
			   ways.open > SHOWN ? ", ..." : "");
		deny_instead(report, st, line->name);
	}
	buf_free(&ways.some);
}

static void check_blacklist(const struct source *src, const struct kif_status *st,
			    const struct modprobe_line *line,
			    struct report *report)
{
	const struct tree *tree = src->closure.tree;
	size_t module = tree_find(tree, line->name);
	const struct tree_module *m;

	if (module == NAME_NONE || tree->modules[module].builtin ||
	    denied(src, module))
		return;
	m = &tree->modules[module];
	report_add(report, "blacklist", line->file, line->line,
		   "blacklist %s hides only its %zu alias%s: its own name%s still %s it in",
		   esc(line->name), m->aliases.n,
		   m->aliases.n == 1 ? "" : "es",
		   m->needed_by.n ? " and every module that needs it" : "",
		   m->needed_by.n ? "bring" : "brings");
	deny_instead(report, st, line->name);
}

static bool keeps_out(const struct modprobe_line *line)
{
	return is(line, "install") && (strstr(line->rest, "/false") ||
				       strstr(line->rest, "/true") ||
				       !strcmp(line->rest, "false") ||
				       !strcmp(line->rest, "true"));
}

static bool has_softdep(const struct tree *tree, size_t module)
{
	size_t i;

	for (i = 0; i < tree->n_softdeps; i++)
		if (tree->softdeps[i].module == module)
			return true;
	return false;
}

static void check_install(const struct source *src, const struct kif_status *st,
			  const struct modprobe_lines *lines, size_t at,
			  struct report *report)
{
	const struct tree *tree = src->closure.tree;
	const struct modprobe_line *line = &lines->list[at];
	size_t module = tree_find(tree, line->name), i;

	if (!keeps_out(line) || (module != NAME_NONE && denied(src, module)))
		return;
	for (i = 0; i < at; i++) {
		const struct modprobe_line *first = &lines->list[i];

		if (!is(first, "install") || strcmp(first->name, line->name) ||
		    keeps_out(first))
			continue;
		report_add(report, "install", line->file, line->line,
			   "install %s %s has no effect: %s:%u comes first, and modprobe runs that",
			   esc(line->name), esc(line->rest), esc(first->file), first->line);
		if (module == NAME_NONE)
			report_remedy(report, "remove that line");
		else
			deny_instead(report, st, line->name);
		return;
	}
	if (module == NAME_NONE || !has_softdep(tree, module))
		return;
	report_add(report, "install", line->file, line->line,
		   "install %s %s has no effect: %s has a soft dependency, and modprobe then ignores install lines",
		   esc(line->name), esc(line->rest), esc(line->name));
	deny_instead(report, st, line->name);
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
	struct modprobe_lines lines;
	size_t i;

	modprobe_lines_read(&lines);
	for (i = 0; i < lines.n; i++) {
		const struct modprobe_line *line = &lines.list[i];

		if (is_off(line))
			check_off(src, st, &lines, line, report);
		else if (is(line, "blacklist"))
			check_blacklist(src, st, line, report);
		else
			check_install(src, st, &lines, i, report);
	}
	modprobe_lines_free(&lines);
}
