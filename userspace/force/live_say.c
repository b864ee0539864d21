// SPDX-License-Identifier: GPL-2.0-only
/*
 * live_say.c - says which denied modules are present anyway, and what to do about
 * each.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "force/live.h"
#include "force/use_find.h"

/**
 * live_rule - the text of the rule, or default, that denies a live module
 * @m: the module
 * @policy: the policy that live_find() was given
 */
const char *live_rule(const struct live_module *m, const struct policy *policy)
{
	return m->entry ? policy->rules[m->entry->rule].text :
	       NFG_WORD_DEFAULT " " NFG_WORD_DENY;
}

#define APPLY_UNLOAD	"nfguard apply --unload"
#define RMMOD		"rmmod "
/* Root may have what a rule keeps from users only, and they can use what root loaded. */
#define UNLESS_ROOT	", unless root needs it"
#define WHILE_ROOT	"leave it while root needs it; users can use what is live"

/**
 * live_for_users - whether a live module is denied to unprivileged askers only
 * @m: the module
 */
bool live_for_users(const struct live_module *m)
{
	return m->entry && m->entry->scope == SCOPE_UNPRIVILEGED;
}

/* Whether "apply --unload" would come to look at the module. */
static bool unloads(const struct live_module *m, const struct kif_status *st)
{
	return st && (st->state == GUARD_WHOLE || st->state == GUARD_DEGRADED) &&
	       !kif_permissive(st) && !st->locked &&
	       m->entry && m->entry->scope == SCOPE_ANY;
}

/**
 * live_remedy - what to do about a denied module that was loaded
 * @m: the module
 * @u: what uses the modules that are live
 * @st: the guard's status, or NULL if the policy is not the one to be applied
 * @used: receives what uses the module, a sentence, or NULL; to be freed
 *
 * Not modprobe -r: it also removes what the module needs if that has no references,
 * such as a bridge with interfaces.
 *
 * Return: the remedy, to be freed.
 */
char *live_remedy(const struct live_module *m, const struct in_use *u,
		  const struct kif_status *st, char **used)
{
	struct buf list = { 0 };
	char *end, *remedy;

	*used = in_use_by(u, m->name, &end);
	in_use_users(u, m->name, &list);
	if (live_for_users(m))
		remedy = *used ? xstrdup(WHILE_ROOT) : xasprintf(RMMOD "%s" UNLESS_ROOT, list.s);
	else
		remedy = xasprintf("%s%s%s%s", end ? end : "", end ? ", then " : "",
				   unloads(m, st) ? APPLY_UNLOAD : RMMOD,
				   unloads(m, st) ? "" : list.s);
	buf_free(&list);
	free(end);
	return remedy;
}

/**
 * live_remedy_many - what to do about several modules that have the same remedy
 * @m: one of them
 * @remedy: what live_remedy() returned for it
 * @used: what uses it, or NULL
 *
 * Return: the remedy, with %s where their names belong; NULL if this one's sentence
 * or remedy names something else, so that it stands alone.
 */
const char *live_remedy_many(const struct live_module *m, const char *remedy,
			     const char *used)
{
	static const char *const forms[] = {
		APPLY_UNLOAD, RMMOD "%s", RMMOD "%s" UNLESS_ROOT,
	};
	size_t i;

	for (i = 0; !used && i < ARRAY_SIZE(forms); i++) {
		char *own = with_names(forms[i], esc(m->name));
		bool same = !strcmp(remedy, own);

		free(own);
		if (same)
			return forms[i];
	}
	return NULL;
}

/**
 * struct line - what is said of a live module
 * @used: what uses it, or NULL
 * @remedy: what to do about it, or NULL if it is built in
 * @many: what live_remedy_many() returned
 */
struct line {
	char *used;
	char *remedy;
	const char *many;
};

static struct line *make_lines(const struct live *live, const struct kif_status *st)
{
	struct line *lines = xcalloc(live->n, sizeof(*lines));
	struct in_use u = { 0 };
	size_t i;

	use_find_all(&u, false);
	for (i = 0; i < live->n; i++) {
		const struct live_module *m = &live->list[i];
		struct line *line = &lines[i];

		if (m->how == LIVE_BUILTIN)
			continue;
		line->remedy = live_remedy(m, &u, st, &line->used);
		line->many = live_remedy_many(m, line->remedy, line->used);
	}
	in_use_free(&u);
	return lines;
}

static void free_lines(struct line *lines, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(lines[i].used);
		free(lines[i].remedy);
	}
	free(lines);
}

/* Whether what is said of two differs in the name alone. */
static bool alike(const struct live *live, const struct line *lines, size_t i,
		  size_t k)
{
	const struct live_module *a = &live->list[i], *b = &live->list[k];

	if (i == k)
		return true;
	if (!a->entry || !b->entry || a->how != b->how ||
	    a->entry->rule != b->entry->rule || a->entry->scope != b->entry->scope)
		return false;
	if (a->how == LIVE_BUILTIN)
		return builtin_alike(&a->builtin, &b->builtin);
	return lines[i].many && lines[k].many && !strcmp(lines[i].many, lines[k].many);
}

/**
 * struct alike - modules of which the same is said
 * @names: their names, for a sentence
 * @list: their names, for a command
 * @functions: the init functions of built-in ones, with commas between
 * @n: how many
 */
struct alike {
	struct buf names;
	struct buf list;
	struct buf functions;
	size_t n;
};

static void collect(const struct live *live, const struct line *lines,
		    size_t first, struct alike *g)
{
	size_t i;

	for (i = first; i < live->n; i++) {
		const struct live_module *m = &live->list[i];

		if (!alike(live, lines, first, i))
			continue;
		buf_addf(&g->names, "%s%s", g->n ? ", " : "", esc(m->name));
		buf_addf(&g->list, "%s%s", g->n ? " " : "", esc(m->name));
		if (m->builtin.functions)
			buf_addf(&g->functions, "%s%s", g->functions.len ? "," : "",
				 m->builtin.functions);
		g->n++;
	}
}

static void say_builtin(const struct live_module *m, const struct alike *g,
			const char *to, const char *rule)
{
	char *why = builtin_why(&m->builtin, g->n > 1);
	char *remedy = builtin_remedy(&m->builtin, g->functions.s, g->n > 1);

	msg_err("%s %s denied%s (%s) but built into this kernel%s: %s",
		g->names.s, g->n > 1 ? "are" : "is", to, rule, why, remedy);
	free(remedy);
	free(why);
}

static void say_alike(const struct live *live, const struct line *lines,
		      size_t first, const struct policy *policy)
{
	const struct live_module *m = &live->list[first];
	const char *to = live_for_users(m) ? " to unprivileged askers" : "";
	const char *used = lines[first].used, *many = lines[first].many;
	struct alike g = { 0 };
	const char *rule;

	collect(live, lines, first, &g);
	rule = esc(live_rule(m, policy));
	if (m->how == LIVE_BUILTIN) {
		say_builtin(m, &g, to, rule);
	} else {
		char *remedy = many ? with_names(many, g.list.s) :
			       xstrdup(lines[first].remedy);

		msg_err("%s %s denied%s (%s) but already live%s%s: %s", g.names.s,
			g.n > 1 ? "are" : "is", to, rule,
			used ? ", and stays: " : "", used ? used : "", remedy);
		free(remedy);
	}
	buf_free(&g.names);
	buf_free(&g.list);
	buf_free(&g.functions);
}

/* Says those that are alike at the first of them. */
static void say_one(const struct live *live, const struct line *lines, size_t i,
		    const struct policy *policy)
{
	size_t before;

	for (before = 0; before < i; before++)
		if (alike(live, lines, before, i))
			return;
	say_alike(live, lines, i, policy);
}

/**
 * live_say - reports by name the denied modules that are present anyway
 * @live: what live_find() found
 * @policy: the policy it was given
 * @st: as for live_remedy()
 *
 * Those of one rule share a line if nothing uses them, and so do those that only the
 * default denies, which may be all of a host's modules.
 *
 * Return: NFG_EXIT_WHOLE if there is none, else NFG_EXIT_NOT_HELD.
 */
int live_say(const struct live *live, const struct policy *policy,
	     const struct kif_status *st)
{
	struct line *lines;
	struct buf rest = { 0 };
	size_t i;

	if (!live->n)
		return NFG_EXIT_WHOLE;
	lines = make_lines(live, st);
	for (i = 0; i < live->n; i++) {
		if (live->list[i].entry)
			say_one(live, lines, i, policy);
		else
			buf_addf(&rest, " %s", esc(live->list[i].name));
	}
	if (rest.len)
		msg_err("denied by default but already live; allow those that this host needs, rmmod the others:%s",
			rest.s);
	buf_free(&rest);
	free_lines(lines, live->n);
	return NFG_EXIT_NOT_HELD;
}

/**
 * live_say_off - tells which denied modules are built in, but were left out
 * @live: what live_find() found
 *
 * They are out of reach, so that is no error, but explains why nothing is said of them.
 */
void live_say_off(const struct live *live)
{
	size_t i;

	for (i = 0; i < live->n_off; i++) {
		const struct live_module *m = &live->off[i];
		char *why = builtin_why(&m->builtin, false);

		say("%s is denied and built into this kernel%s\n", esc(m->name), why);
		free(why);
	}
}
