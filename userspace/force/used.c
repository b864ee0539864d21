// SPDX-License-Identifier: GPL-2.0-only
/*
 * used.c - finds in the kernel's events which modules were used, and by whom.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "force/live.h"
#include "force/used.h"
#include "guard/kernel_if.h"

/* A longer comment would not be read. */
#define WHO_MAX	60

/**
 * used_init - begins with nothing used
 * @u: filled in; free it with used_free()
 * @tree: the modules; must outlive @u
 */
void used_init(struct used *u, const struct tree *tree)
{
	*u = (struct used){
		.tree = tree,
		.used = {
			xcalloc(tree->n_modules, sizeof(bool)),
			xcalloc(tree->n_modules, sizeof(bool)),
		},
		.who = xcalloc(tree->n_modules, sizeof(*u->who)),
	};
}

static bool lists(const char *list, const char *item)
{
	size_t len = strlen(item);
	const char *at = list;

	while (len && (at = strstr(at, item))) {
		if ((at == list || at[-1] == ' ') &&
		    (!at[len] || at[len] == ','))
			return true;
		at += len;
	}
	return false;
}

static void add_who(char **list, const char *who)
{
	char *longer;

	if (!*list) {
		*list = xstrdup(who);
		return;
	}
	if (lists(*list, who) || lists(*list, "..."))
		return;
	longer = xasprintf("%s, %s", *list,
			   strlen(*list) > WHO_MAX ? "..." : who);
	free(*list);
	*list = longer;
}

static void use(struct used *u, enum scope asker, size_t module,
		const char *who)
{
	u->used[asker][module] = true;
	add_who(&u->who[module], who);
}

static void use_name(struct used *u, const char *name, const char *who,
		     bool module)
{
	size_t i = name_index_find(&u->by_name, name);

	if (i != NAME_NONE) {
		u->names[i].module |= module;
		add_who(&u->names[i].who, who);
		return;
	}
	u->names = xgrow(u->names, u->n_names, sizeof(*u->names));
	u->names[u->n_names] = (struct used_name){
		.name = xstrdup(name), .who = xstrdup(who), .module = module,
	};
	name_index_add(&u->by_name, u->names[u->n_names].name, u->n_names);
	u->n_names++;
}

/**
 * used_nameable - whether a rule can name what was asked for
 * @name: the name, as a program chose it and the kernel escaped it
 *
 * Characters that no module and no sane alias has are kept out of the policy: a
 * '#' would begin a comment, a wildcard a pattern.
 */
bool used_nameable(const struct used_name *name)
{
	const char *c = name->name;

	if (!isalnum((unsigned char)*c) || strlen(c) > NFG_NAME_MAX)
		return false;
	while (isalnum((unsigned char)*c) || (*c && strchr("_.:+", *c)))
		c++;
	return !*c;
}

/* For a modprobe that the kernel did not start, who ran it says more. */
static char *who_of(const struct event *e)
{
	const char *comm = event_who(e, "comm");
	const char *parent = event_get(e, "parent");

	if (!comm || !*comm)
		return xstrdup("?");
	if (!event_get(e, "request") && parent &&
	    !strcmp(event_get(e, "gate"), NFG_WORD_LOAD))
		return xasprintf("%s run by %s", comm, parent);
	return xstrdup(comm);
}

/* The name as the kernel escaped it: no module has a byte that it escapes. */
static char *plain_name(const struct event *e)
{
	char *name = xstrdup(event_get(e, "name"));

	name_underscore(name);
	return name;
}

/*
 * Whether the asker lacked CAP_SYS_MODULE in the initial user namespace. The rule
 * may tell; if not, user and namespace do, as an event does not record
 * capabilities. Whoever loads a module has it.
 */
static enum scope scope_of(const struct event *e)
{
	static const char unprivileged[] =
		NFG_WORD_DENY " " NFG_WORD_UNPRIVILEGED " ";
	const char *userns = event_who(e, "userns"), *uid = event_who(e, "uid");

	if (strcmp(event_get(e, "gate"), NFG_WORD_REQUEST))
		return SCOPE_ANY;
	if (!strncmp(event_get(e, "rule"), unprivileged, strlen(unprivileged)))
		return SCOPE_UNPRIVILEGED;
	return (userns && strcmp(userns, NFG_WORD_FIRST)) ||
	       (uid && strcmp(uid, "0")) ? SCOPE_UNPRIVILEGED : SCOPE_ANY;
}

static void take(struct used *u, const struct event *e)
{
	bool request = !strcmp(event_get(e, "gate"), NFG_WORD_REQUEST);
	bool would_deny = !strcmp(event_get(e, "verdict"), NFG_WORD_WOULD_DENY);
	enum scope asker = scope_of(e);
	struct ids targets = { 0 };
	char *name, *who;
	size_t i;

	/*
	 * What was denied was not used; a request that was allowed or went through
	 * otherwise shows up as a load.
	 */
	if (!strcmp(event_get(e, "verdict"), NFG_WORD_DENY) ||
	    (request && !would_deny))
		return;
	u->events += event_count(e);
	name = plain_name(e);
	who = who_of(e);
	if (request) {
		use_name(u, name, who, false);
		tree_resolve(u->tree, name, &targets);
	} else if (tree_find(u->tree, name) != NAME_NONE) {
		ids_add(&targets, tree_find(u->tree, name));
	} else {
		use_name(u, name, who, true);
	}
	for (i = 0; i < targets.n; i++)
		use(u, asker, targets.list[i], who);
	ids_free(&targets);
	free(who);
	free(name);
}

/**
 * struct reading - what read_line() is given
 * @u: what was used
 * @filter: which events count
 * @last: the number of the event before
 */
struct reading {
	struct used *u;
	const struct event_filter *filter;
	unsigned long long last;
};

static void read_event(struct reading *r, const struct event *e)
{
	const char *text = event_get(e, "seq");
	unsigned long long seq = text ? strtoull(text, NULL, 10) : 0;

	if (event_seconds(e) >= r->filter->since) {
		/* A gap; nothing is known of what came before the first event either. */
		r->u->missing |= seq != r->last + 1;
		if (event_wanted(r->filter, e))
			take(r->u, e);
	}
	r->last = seq;
}

static void read_line(char *line, void *data)
{
	struct reading *r = data;
	struct event e;

	if (event_parse(&e, line)) {
		if (e.lost)
			r->u->missing = true;
		else
			read_event(r, &e);
	}
	event_free(&e);
}

/**
 * used_read - adds what the kernel's events show to have been used
 * @u: what was used
 * @filter: which events count
 *
 * Return: 0, or a negative errno if they can't be read.
 */
int used_read(struct used *u, const struct event_filter *filter)
{
	struct reading r = { .u = u, .filter = filter };

	return kif_each_event(kif_open_events(), read_line, &r);
}

static void add_live(const char *name, bool loading, void *data)
{
	struct used *u = data;
	size_t module = tree_find(u->tree, name);

	(void)loading;
	/* nfguard was itself loaded before there was a guard. */
	if (!strcmp(name, "nfguard"))
		return;
	if (module == NAME_NONE)
		use_name(u, name, "already live", true);
	else if (!u->used[SCOPE_ANY][module])
		use(u, SCOPE_ANY, module, "already live");
}

/**
 * used_add_live - counts each module that is live now as used, whoever loaded it
 * @u: what was used
 */
void used_add_live(struct used *u)
{
	live_each(add_live, u);
}

/**
 * used_add_carriers - counts what this host runs on as used
 * @u: what was used
 * @carriers: what carriers_find() found
 *
 * It was there before the guard, so no event shows it, and it is missing at the next
 * boot if it is denied then.
 */
void used_add_carriers(struct used *u, const struct carriers *carriers)
{
	size_t i, t;

	for (i = 0; i < carriers->n; i++) {
		const struct carrier *c = &carriers->list[i];
		struct ids targets = { 0 };
		bool loaded = false;

		tree_resolve(u->tree, c->name, &targets);
		for (t = 0; t < targets.n; t++) {
			if (u->tree->modules[targets.list[t]].builtin)
				continue;
			use(u, SCOPE_ANY, targets.list[t], c->what);
			loaded = true;
		}
		if (loaded && tree_find(u->tree, c->name) == NAME_NONE)
			use_name(u, c->name, c->what, false);
		ids_free(&targets);
	}
}

/**
 * used_add_needs - counts each module that a used one needs as used
 * @u: what was used
 */
void used_add_needs(struct used *u)
{
	const struct ids *needs;
	size_t m, i;
	int scope;

	for (scope = 0; scope < SCOPES; scope++) {
		for (m = 0; m < u->tree->n_modules; m++) {
			needs = &u->tree->modules[m].needs;
			for (i = 0; u->used[scope][m] && i < needs->n; i++)
				u->used[scope][needs->list[i]] = true;
		}
	}
}

void used_free(struct used *u)
{
	size_t i;

	for (i = 0; i < u->n_names; i++) {
		free(u->names[i].name);
		free(u->names[i].who);
	}
	for (i = 0; i < u->tree->n_modules; i++)
		free(u->who[i]);
	name_index_free(&u->by_name);
	free(u->names);
	free(u->who);
	free(u->used[SCOPE_ANY]);
	free(u->used[SCOPE_UNPRIVILEGED]);
}
