// SPDX-License-Identifier: GPL-2.0-only
/*
 * live.c - finds denied modules that are present anyway: live since before the
 * denial, or built into the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "force/live.h"
#include "force/use_find.h"
#include "policy/source.h"

/* /proc/modules is a few hundred KiB at most. */
#define LIST_MAX	(16u << 20)

static bool denies(const struct policy *policy, const struct policy_entry *e)
{
	return (e ? e->verdict : policy->dflt) == VERDICT_DENY;
}

static void add(struct live_module **list, size_t *n, struct live_module m)
{
	*list = xgrow(*list, *n, sizeof(**list));
	(*list)[(*n)++] = m;
}

/* The entry that denies it, to some askers at least; false if it is not denied. */
static bool is_denied(const struct policy *policy, const char *name,
		      const struct policy_entry **entry)
{
	if (name_is_guard(name))
		return false;
	/* A denial to some askers also fails here: they use what is there. */
	*entry = policy_decides(policy, SCOPE_ANY, name);
	if (!denies(policy, *entry))
		*entry = policy_decides(policy, SCOPE_UNPRIVILEGED, name);
	return denies(policy, *entry);
}

static void consider(struct live *live, const struct policy *policy,
		     const char *name)
{
	const struct policy_entry *e;

	if (is_denied(policy, name, &e))
		add(&live->list, &live->n, (struct live_module){
			.name = xstrdup(name), .how = LIVE_LOADED, .entry = e,
		});
}

/**
 * live_each - calls a function for each module that is live
 * @each: the function; gets the module's name, and whether it is still Loading
 * @data: passed on to @each
 *
 * /proc/modules: NAME SIZE USES USERS STATE ADDRESS. A module that is Loading
 * either passed the gate before the policy changed and will be live, or is about
 * to reach the gate. One that is Unloading is on its way out, perhaps because the
 * gate refused it; it is skipped.
 */
void live_each(void (*each)(const char *name, bool loading, void *data),
	       void *data)
{
	char *path = path_proc("modules");
	struct buf b = { 0 };
	char *text, *line;
	int err;

	err = read_whole(path, LIST_MAX, &b);
	if (err && err != -ENOENT)
		msg_warn("%s: %s: cannot tell which modules are live", path, strerror(-err));
	text = b.s;
	while (!err && (line = next_line(&text))) {
		bool leaving = strstr(line, " Unloading ");
		bool loading = strstr(line, " Loading ");

		line[strcspn(line, " ")] = '\0';
		if (!leaving)
			each(line, loading, data);
	}
	buf_free(&b);
	free(path);
}

/**
 * struct search - what find_loaded() hands to consider_loaded()
 * @live: receives the modules
 * @policy: the policy
 * @loading: how many of those in @live are Loading
 */
struct search {
	struct live *live;
	const struct policy *policy;
	size_t loading;
};

static void consider_loaded(const char *name, bool loading, void *data)
{
	struct search *search = data;
	size_t n = search->live->n;

	consider(search->live, search->policy, name);
	if (search->live->n != n)
		search->loading += loading;
}

/*
 * A module that the gate is about to refuse is Loading for a moment; if a program
 * keeps asking for it, that can be at any time. A single look can't tell it from
 * one that got in. A module that is Loading for longer did get in.
 */
#define LOOKS		50
#define LOOK_AGAIN_NS	(20 * 1000 * 1000)

static void find_loaded(struct live *live, const struct policy *policy)
{
	struct search search = { .live = live, .policy = policy };
	int i;

	for (i = 0; i < LOOKS; i++) {
		const struct timespec pause = { .tv_nsec = LOOK_AGAIN_NS };

		live_free(live);
		search.loading = 0;
		live_each(consider_loaded, &search);
		if (!search.loading)
			break;
		nanosleep(&pause, NULL);
	}
}

/* Whether a rule has a module's name among its words. */
static bool is_named(const char *rule, const char *name)
{
	char *words = xstrdup(rule), *rest = words, *word;
	bool named = false;

	while (!named && (word = strsep(&rest, " "))) {
		name_underscore(word);
		named = !strcmp(word, name);
	}
	free(words);
	return named;
}

/*
 * An allow-list is not about what is built in. Nor is a rule that users may not have a
 * whole group loaded about those of it that nobody loads, unless it names one.
 */
static bool denies_builtin(const struct policy *policy, const char *name,
			   const struct policy_entry **entry)
{
	return is_denied(policy, name, entry) && *entry &&
	       ((*entry)->scope == SCOPE_ANY ||
		is_named(policy->rules[(*entry)->rule].text, name));
}

static void consider_builtin(struct live *live, const struct policy *policy,
			     const struct tree *tree, size_t module)
{
	struct live_module m = { .how = LIVE_BUILTIN };
	const char *name = tree->modules[module].name;

	if (!denies_builtin(policy, name, &m.entry))
		return;
	m.name = xstrdup(name);
	builtin_read(&m.builtin, tree, module);
	if (m.builtin.state == BUILTIN_OFF)
		add(&live->off, &live->n_off, m);
	else
		add(&live->list, &live->n, m);
}

/*
 * Whether a rule denies something that is built in, or that can't be told: what is
 * built in is a small file, the rest of the tree is not.
 */
static bool may_deny_builtin(const struct policy *policy)
{
	const struct policy_entry *e;
	struct diags ignored = { 0 };
	struct tree tree = { 0 };
	char *dir = path_modules(&ignored);
	bool may = !dir || !tree_read_builtin(&tree, dir, &ignored);
	size_t i;

	for (i = 0; !may && i < tree.n_modules; i++)
		may = denies_builtin(policy, tree.modules[i].name, &e);
	tree_free(&tree);
	free(dir);
	diags_free(&ignored);
	return may;
}

static void find_builtin(struct live *live, const struct policy *policy)
{
	struct diags diags = { 0 };
	const struct tree *tree;
	size_t i;

	if (!may_deny_builtin(policy))
		return;
	tree = source_tree(&diags);
	diags_print(&diags);
	if (!tree)
		msg_warn("cannot tell which modules are built in");
	for (i = 0; tree && i < tree->n_modules; i++)
		if (tree->modules[i].builtin)
			consider_builtin(live, policy, tree, i);
	diags_free(&diags);
}

/**
 * live_find - finds the modules that a policy denies but that are present anyway
 * @live: filled in; free it with live_free()
 * @policy: the policy; must outlive @live
 *
 * Call it after a swap, not before: a module that passed the gate under the old
 * policy may still become live.
 */
void live_find(struct live *live, const struct policy *policy)
{
	*live = (struct live){ 0 };
	if (!paths_elsewhere())
		find_loaded(live, policy);
	find_builtin(live, policy);
}

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
	if (used)
		return NULL;
	if (!strcmp(remedy, APPLY_UNLOAD))
		return APPLY_UNLOAD;
	return !strcmp(remedy + strlen(RMMOD), esc(m->name)) ? RMMOD "%s" : NULL;
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
 * @rmmod: the command that removes them
 * @functions: the init functions of built-in ones, with commas between
 * @n: how many
 */
struct alike {
	struct buf names;
	struct buf rmmod;
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
		buf_addf(&g->rmmod, "%s%s", g->n ? " " : RMMOD, esc(m->name));
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
	const char *to = m->entry->scope == SCOPE_UNPRIVILEGED ?
			 " to unprivileged askers" : "";
	const char *used = lines[first].used, *remedy = lines[first].remedy;
	struct alike g = { 0 };
	const char *rule;

	collect(live, lines, first, &g);
	rule = esc(live_rule(m, policy));
	if (g.n > 1 && remedy && strcmp(remedy, APPLY_UNLOAD))
		remedy = g.rmmod.s;
	if (m->how == LIVE_BUILTIN)
		say_builtin(m, &g, to, rule);
	else
		msg_err("%s %s denied%s (%s) but already live%s%s: %s", g.names.s,
			g.n > 1 ? "are" : "is", to, rule,
			used ? ", and stays: " : "", used ? used : "", remedy);
	buf_free(&g.names);
	buf_free(&g.rmmod);
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

static void free_modules(struct live_module *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(list[i].name);
		builtin_free(&list[i].builtin);
	}
	free(list);
}

void live_free(struct live *live)
{
	free_modules(live->list, live->n);
	free_modules(live->off, live->n_off);
	*live = (struct live){ 0 };
}
