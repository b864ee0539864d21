// SPDX-License-Identifier: GPL-2.0-only
/*
 * in_use.c - what uses the modules that are live.
 *
 * A reference count of 0 does not mean unused: wireguard, bridge and most other
 * kinds of interface hold none for their interfaces, and neither do tables of
 * iptables and nftables. Their modules can be removed, and take all that with them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "force/in_use.h"

/* How many uses of a module are named. */
#define SHOWN		4

static const char uses_it[] = "uses it";

static const struct live_use *find_live(const struct in_use *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->n_live; i++)
		if (!strcmp(u->live[i].name, name))
			return &u->live[i];
	return NULL;
}

/**
 * in_use_live - whether a module is live; what is not needs no search for uses
 * @u: the uses
 * @module: its name
 */
bool in_use_live(const struct in_use *u, const char *module)
{
	return find_live(u, module);
}

static void add(struct in_use *u, const struct use *use)
{
	u->list = xgrow(u->list, u->n, sizeof(*u->list));
	u->list[u->n++] = *use;
}

/**
 * in_use_add - adds a use
 * @u: the uses
 * @module: the module that is used
 * @what: what uses it, for "WHAT uses it"; taken over
 * @remedy: the command that ends it; taken over
 */
void in_use_add(struct in_use *u, const char *module, char *what, char *remedy)
{
	add(u, &(struct use){
		.module = xstrdup(module), .what = what, .how = uses_it,
		.remedy = remedy,
	});
}

/**
 * in_use_add_unknown - counts a module as used, as its uses can't be read
 * @u: the uses
 * @module: the module
 * @what: what can't be read, for "WHAT can't be read"
 * @err: the negative errno
 */
void in_use_add_unknown(struct in_use *u, const char *module, const char *what,
			int err)
{
	bool root = err == -EPERM || err == -EACCES;

	add(u, &(struct use){
		.module = xstrdup(module), .what = xstrdup(what),
		.how = root ? "can't be read without root" :
			"can't be read, so it counts as used",
		.remedy = root ? xstrdup("run nfguard as root") :
			xasprintf("find out why (%s)", strerror(-err)),
	});
}

/**
 * in_use_add_alias - adds a use of the module behind an alias, if one is live
 * @u: the uses
 * @aliases: formats of the aliases to try, each the text before the kind; ends with
 *	NULL
 * @kind: the kind of interface, qdisc or file system
 * @what: what uses it
 * @remedy: the command that ends it
 */
void in_use_add_alias(struct in_use *u, const char *const *aliases,
		      const char *kind, const char *what, const char *remedy)
{
	struct ids targets = { 0 };
	size_t i;

	for (i = 0; u->tree && aliases[i] && !targets.n; i++) {
		char *alias = xasprintf("%s%s", aliases[i], kind);

		name_underscore(alias);
		tree_resolve(u->tree, alias, &targets);
		free(alias);
	}
	for (i = 0; i < targets.n; i++) {
		const char *name = u->tree->modules[targets.list[i]].name;

		if (in_use_live(u, name))
			in_use_add(u, name, xstrdup(what), xstrdup(remedy));
	}
	ids_free(&targets);
}

static size_t count_uses(const struct in_use *u, const char *module)
{
	size_t i, n = 0;

	for (i = 0; i < u->n; i++)
		n += !strcmp(u->list[i].module, module);
	return n;
}

/* Whether a use before this one of the same module is ended by the same command. */
static bool is_ended(const struct in_use *u, size_t i)
{
	const struct use *use = &u->list[i];
	size_t k;

	for (k = 0; k < i; k++)
		if (!strcmp(u->list[k].module, use->module) &&
		    !strcmp(u->list[k].remedy, use->remedy))
			return true;
	return false;
}

/* The uses of a module itself, as a sentence, and the commands that end them. */
static char *own_uses(const struct in_use *u, const char *module, char **remedy)
{
	struct buf what = { 0 }, todo = { 0 };
	size_t i, n = 0, all = count_uses(u, module);
	const char *how = uses_it;

	for (i = 0; i < u->n && n < SHOWN; i++) {
		const struct use *use = &u->list[i];

		if (strcmp(use->module, module))
			continue;
		buf_addf(&what, "%s%s", n ? ", " : "", use->what);
		if (!is_ended(u, i))
			buf_addf(&todo, "%s%s", n ? "; " : "", use->remedy);
		how = use->how;
		n++;
	}
	if (all > n) {
		buf_addf(&what, " and %zu more", all - n);
		buf_adds(&todo, "; and so on");
	}
	buf_addf(&what, " %s", all > 1 && how == uses_it ? "use it" : how);
	*remedy = todo.s;
	return what.s;
}

#define END_UNKNOWN \
	"end that, or reboot if nothing is found (nfguard verify says whether that helps)"

/* Deeper than modules ever need each other. */
#define DEPTH	32

static char *used_by(const struct in_use *u, const char *module, char **remedy,
		     int depth)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	if (count_uses(u, module))
		return own_uses(u, module, remedy);
	for (i = 0; m && i < m->n_users && depth < DEPTH; i++) {
		char *what = used_by(u, m->users[i], remedy, depth + 1), *all;

		if (!what)
			continue;
		all = depth && strstr(what, " needs ") ? xstrdup(what) :
			xasprintf("%s needs it, and %s", esc(m->users[i]), what);
		free(what);
		return all;
	}
	if (!m || m->refs <= m->n_users)
		return NULL;
	/* sctp, for one, has sockets of its own for as long as it is live. */
	*remedy = xstrdup(END_UNKNOWN);
	return xasprintf("something uses it (%lu reference%s: a rule, socket or open file)",
			 m->refs - m->n_users, PLURAL(m->refs - m->n_users));
}

/**
 * in_use_by - says what uses a module, or a module that needs it
 * @u: the uses
 * @module: its name
 * @remedy: receives the commands that end it, to be freed; NULL if nothing uses it
 *
 * Return: a sentence such as "interface wg0 uses it", to be freed, or NULL.
 */
char *in_use_by(const struct in_use *u, const char *module, char **remedy)
{
	*remedy = NULL;
	return used_by(u, module, remedy, 0);
}

static bool held(const struct in_use *u, const char *module, int depth)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	for (i = 0; m && i < m->n_users && depth < DEPTH; i++)
		if (held(u, m->users[i], depth + 1))
			return true;
	return m && m->refs > m->n_users;
}

/**
 * in_use_held - whether the kernel would not let go of a module
 * @u: the uses
 * @module: its name
 *
 * Return: whether it, or a module that needs it, has references that are not those
 * of modules.
 */
bool in_use_held(const struct in_use *u, const char *module)
{
	return held(u, module, 0);
}

static bool has_word(const struct buf *list, const char *word)
{
	size_t n = strlen(word);
	const char *at = list->s;

	while (at && (at = strstr(at, word))) {
		if ((at == list->s || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

/**
 * in_use_users - lists a module after those that need it, as rmmod wants them
 * @u: the uses
 * @module: its name
 * @out: receives the names, separated by spaces
 */
void in_use_users(const struct in_use *u, const char *module, struct buf *out)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	for (i = 0; m && i < m->n_users; i++)
		if (!has_word(out, m->users[i]))
			in_use_users(u, m->users[i], out);
	if (!has_word(out, module))
		buf_addf(out, "%s%s", out->len ? " " : "", esc(module));
}

void in_use_free(struct in_use *u)
{
	size_t i, k;

	for (i = 0; i < u->n; i++) {
		free(u->list[i].module);
		free(u->list[i].what);
		free(u->list[i].remedy);
	}
	for (i = 0; i < u->n_live; i++) {
		for (k = 0; k < u->live[i].n_users; k++)
			free(u->live[i].users[k]);
		free(u->live[i].users);
		free(u->live[i].name);
	}
	free(u->list);
	free(u->live);
	*u = (struct in_use){ 0 };
}
