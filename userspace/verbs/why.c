// SPDX-License-Identifier: GPL-2.0-only
/*
 * why.c - shows every way into a module, backwards from it, and the rule that
 * decides about each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/table.h"
#include "force/builtin.h"
#include "policy/behalf.h"
#include "policy/source.h"
#include "policy/ways.h"
#include "verbs/name_slips.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ "WAY-IN", "name", COLUMN_TREE },
	{ NULL, "kind", COLUMN_TEXT },
	{ "VERDICT", "verdict", COLUMN_TEXT },
	{ "RULE", "rule", COLUMN_WRAP },
	{ "AT", "at", COLUMN_WRAP },
	{ NULL, "because_of", COLUMN_TEXT },
	{ NULL, "requested_by", COLUMN_TEXT },
	{ NULL, "init_functions", COLUMN_TEXT },
};

static const char *const kinds[] = {
	[WAY_MODULE] = "module",
	[WAY_ALIAS] = "alias",
	[WAY_SYMBOLS] = "symbols",
	[WAY_SOFTDEP] = "softdep",
};

/**
 * struct drawing - what is being drawn
 * @visitor: must be first: it is cast to the whole
 * @src: policy files and closure; the policy is not compiled
 * @t: the table, for people and JSON
 * @scoped: a ruling on unprivileged askers is in it that others don't get
 * @programs: the requests with such a ruling that setuid-root programs make
 */
struct drawing {
	struct way_visitor visitor;
	const struct source *src;
	struct table *t;
	bool scoped;
	struct behalf_list programs;
};

/* "deny unprivileged": only they are denied; "allow unprivileged": only they are not. */
static const char *verdict_of(const struct way *way)
{
	if (way->any.verdict == way->unprivileged.verdict)
		return verdict_word(way->any.verdict);
	if (way->unprivileged.verdict == VERDICT_DENY)
		return NFG_WORD_DENY " " NFG_WORD_UNPRIVILEGED;
	return NFG_WORD_ALLOW " " NFG_WORD_UNPRIVILEGED;
}

/* The ruling to show: the common one, or else that on unprivileged askers. */
static const struct ruling *ruling_of(const struct way *way)
{
	return way->any.verdict == way->unprivileged.verdict ?
	       &way->any : &way->unprivileged;
}

/* Who makes the request on behalf of a user, and what that means for the ruling. */
static void note_behalf(struct drawing *d, const struct way *way)
{
	bool scoped = way->any.verdict != way->unprivileged.verdict;
	const struct behalf *b;
	char *who;

	d->scoped |= scoped;
	/* A module can be requested by its name, like an alias. */
	b = way->kind == WAY_ALIAS || way->kind == WAY_MODULE ? behalf_find(way->text) : NULL;
	if (!b)
		return;
	who = xasprintf("%s%s%s", b->programs ? b->programs : "",
			b->programs && b->threads ? ", " : "",
			b->threads ? "kernel threads" : "");
	table_text(d->t, "requested_by", who);
	free(who);
	if (scoped && b->programs)
		behalf_list_add(&d->programs, way->text, b->programs);
}

static void say_behalf(struct drawing *d)
{
	if (d->scoped)
		say("\nA kernel thread is judged as the task that caused its request;\n"
		    "if that is unknown, as unprivileged.\n");
	behalf_list_end(&d->programs);
	if (d->programs.n)
		say("A setuid-root program that asks for a user is not unprivileged: %s.\n",
		    d->programs.text.s);
	buf_free(&d->programs.text);
}

/* The functions by which a built-in module can be left out of a boot. */
static void note_builtin(struct drawing *d, const struct way *way)
{
	const struct tree *tree = d->src->closure.tree;
	size_t module = way->kind == WAY_MODULE ? tree_find(tree, way->text) : NAME_NONE;
	struct builtin b;

	if (module == NAME_NONE || !tree->modules[module].builtin)
		return;
	builtin_read(&b, tree, module);
	table_text(d->t, "init_functions", b.functions);
	builtin_free(&b);
}

static void say_builtin(const struct tree *tree, size_t module)
{
	struct builtin b;
	char *why, *remedy;

	if (!tree->modules[module].builtin)
		return;
	builtin_read(&b, tree, module);
	why = builtin_why(&b, false);
	say("\n%s is built into this kernel%s\n", esc(tree->modules[module].name), why);
	if (b.state != BUILTIN_OFF) {
		remedy = builtin_remedy(&b, b.functions, false);
		say("To keep it out: %s\n", remedy);
		free(remedy);
	}
	free(why);
	builtin_free(&b);
}

static void *draw_way(struct way_visitor *self, void *parent,
		      const struct way *way)
{
	struct drawing *d = (struct drawing *)self;
	const struct ruling *r = ruling_of(way);
	const struct conf_rule *rule = closure_rule(&d->src->closure, r);
	void *row = table_row_under(d->t, parent);
	char *at;

	at = xasprintf("%s%s", way->text, way->again ? " (see above)" : "");
	table_text(d->t, "name", at);
	free(at);
	table_text(d->t, "kind", kinds[way->kind]);
	table_text(d->t, "verdict", verdict_of(way));
	note_behalf(d, way);
	note_builtin(d, way);
	if (ruling_of(way)->verdict == VERDICT_DENY)
		table_colour(d->t, "verdict", colour_bad(stdout));
	if (!rule) {
		table_text(d->t, "rule", NFG_WORD_DEFAULT);
		return row;
	}
	at = xasprintf("%s:%u", rule->file->path, rule->line);
	table_text(d->t, "rule", rule->text);
	table_text(d->t, "at", at);
	if (r->via != NAME_NONE)
		table_text(d->t, "because_of",
			   d->src->closure.tree->modules[r->via].name);
	free(at);
	return row;
}

static void draw_tree(const struct source *src, const struct ids *modules,
		      bool json)
{
	struct drawing d = { .visitor = { .visit = draw_way }, .src = src };
	size_t i;

	d.t = table_new("ways", columns, ARRAY_SIZE(columns), json);
	for (i = 0; i < modules->n; i++)
		ways_walk(&src->closure, modules->list[i], &d.visitor);
	table_print(d.t);
	table_free(d.t);
	for (i = 0; i < modules->n; i++)
		say_builtin(src->closure.tree, modules->list[i]);
	say_behalf(&d);
}

/* A node's handle is its quoted name, to which the nodes under it draw their edges. */
struct graph {
	struct way_visitor visitor;
	struct name_index seen;
	char **names;
	size_t n;
};

static void *draw_node(struct way_visitor *self, void *parent,
		       const struct way *way)
{
	struct graph *g = (struct graph *)self;
	struct buf quoted = { 0 };
	const char *colour = way->any.verdict == VERDICT_DENY ? "#f4a0a0" :
			     way->unprivileged.verdict == VERDICT_DENY ?
			     "#f4d8a0" : "#c8e8c8";
	char *name;

	buf_add_quoted(&quoted, way->text);
	name = quoted.s;
	g->names = xgrow(g->names, g->n, sizeof(*g->names));
	g->names[g->n++] = name;
	if (name_index_find(&g->seen, name) == NAME_NONE) {
		name_index_add(&g->seen, name, g->n);
		printf("\t%s [shape=%s, style=filled, fillcolor=\"%s\"];\n",
		       name, way->kind == WAY_MODULE ? "box" : "ellipse", colour);
	}
	if (parent)
		printf("\t%s -> %s%s;\n", name, (char *)parent,
		       way->kind == WAY_SOFTDEP ? " [style=dashed]" : "");
	return name;
}

static void draw_dot(const struct source *src, const struct ids *modules)
{
	struct graph g = { .visitor = { .visit = draw_node } };
	size_t i;

	puts("digraph ways {\n\trankdir=LR;");
	for (i = 0; i < modules->n; i++)
		ways_walk(&src->closure, modules->list[i], &g.visitor);
	puts("}");
	for (i = 0; i < g.n; i++)
		free(g.names[i]);
	free(g.names);
	name_index_free(&g.seen);
}

/* Those of the modules and of all that need them, whether a rule names them or not. */
static bool read_symbols(struct tree *tree, const struct ids *modules, struct diags *diags)
{
	bool *wanted = xcalloc(tree->n_modules, sizeof(*wanted)), ok;
	size_t i, k;

	for (i = 0; i < modules->n; i++) {
		const struct ids *by = &tree->modules[modules->list[i]].needed_by;

		wanted[modules->list[i]] = true;
		for (k = 0; k < by->n; k++)
			wanted[by->list[k]] = true;
	}
	ok = tree_read_symbols(tree, wanted, diags);
	free(wanted);
	return ok;
}

static int explain(const struct invocation *inv, struct source *src)
{
	struct tree *tree = source_tree(&src->diags);
	struct ids modules = { 0 };
	enum name_kind kind;
	struct name_fault fault;
	size_t module;
	char *name;
	bool read = true;

	if (!name_normalise(inv->argv[0], strlen(inv->argv[0]), true, &name,
			    &kind, &fault)) {
		name_say_faulty(inv->argv[0], &fault);
		return NFG_EXIT_BAD_INPUT;
	}
	module = tree_find(tree, name);
	if (module != NAME_NONE)
		ids_add(&modules, module);
	else
		read = tree_resolve_any(tree, name, &modules, &src->diags);
	free(name);
	if (read && !modules.n) {
		msg_err("'%s' is not a module or alias of this kernel (%s)",
			esc(inv->argv[0]), esc(tree->dir));
		return NFG_EXIT_FAILED;
	}
	if (!read || !read_symbols(tree, &modules, &src->diags)) {
		diags_print(&src->diags);
		ids_free(&modules);
		return NFG_EXIT_BAD_INPUT;
	}
	if (given(inv, OPT_DOT))
		draw_dot(src, &modules);
	else
		draw_tree(src, &modules, given(inv, OPT_JSON));
	ids_free(&modules);
	return NFG_EXIT_WHOLE;
}

int cmd_why(const struct invocation *inv)
{
	struct source src;
	int err;

	if (source_read_rulings(&src)) {
		err = explain(inv, &src);
	} else {
		diags_print(&src.diags);
		err = NFG_EXIT_BAD_INPUT;
	}
	source_free(&src);
	return err;
}
