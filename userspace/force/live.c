// SPDX-License-Identifier: GPL-2.0-only
/*
 * live.c - finds denied modules that are present anyway: live since before the
 * denial, or built into the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/paths.h"
#include "force/live.h"
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
