// SPDX-License-Identifier: GPL-2.0-only
/*
 * live.c - what is denied and there all the same: modules that were live
 * before, and code that is built into the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "force/live.h"
#include "policy/source.h"

/* Both lists are a few hundred KiB at most. */
#define LIST_MAX	(16u << 20)

/* The guard itself: under "default deny" it would report itself. */
static bool own(const char *name)
{
	return !strcmp(name, "nfguard");
}

static bool denies(const struct policy *policy, const struct policy_entry *e)
{
	return (e ? e->verdict : policy->dflt) == VERDICT_DENY;
}

static void consider(struct live *live, const struct policy *policy,
		     const char *name, enum live_how how)
{
	const struct policy_entry *e;

	if (own(name))
		return;
	/* Denied to some is denied in vain, too: they use what is there. */
	e = policy_decides(policy, SCOPE_ANY, name);
	if (!denies(policy, e))
		e = policy_decides(policy, SCOPE_UNPRIVILEGED, name);
	if (!denies(policy, e))
		return;
	/* An allow-list is not about what was compiled in. */
	if (!e && how == LIVE_BUILTIN)
		return;
	live->list = xgrow(live->list, live->n, sizeof(*live->list));
	live->list[live->n++] = (struct live_module){
		.name = xstrdup(name), .how = how, .entry = e,
	};
}

/**
 * live_each - calls a function for each module that is live
 * @each: the function; gets the module's name, and whether it is still Loading
 * @data: what else it gets
 *
 * /proc/modules: NAME SIZE USES USERS STATE ADDRESS. One that is Loading passed
 * the gate before the policy changed and will be live, or is just before the
 * gate; one that is Unloading is on its way out, perhaps because the gate refused
 * it.
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
		msg_warn("%s: %s: cannot say what is live", path, strerror(-err));
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
 * @live: where to
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

	consider(search->live, search->policy, name, LIVE_LOADED);
	if (search->live->n != n)
		search->loading += loading;
}

/*
 * One that the gate is just about to refuse is Loading for a moment, on a host
 * where somebody asks again and again at any time: one look does not tell it from
 * one that got in. A module whose initialisation takes longer did get in.
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

static void find_builtin(struct live *live, const struct policy *policy)
{
	struct diags diags = { 0 };
	const struct tree *tree = source_tree(&diags);
	size_t i;

	diags_print(&diags);
	if (!tree)
		msg_warn("cannot say what is built in");
	for (i = 0; tree && i < tree->n_modules; i++)
		if (tree->modules[i].builtin)
			consider(live, policy, tree->modules[i].name,
				 LIVE_BUILTIN);
	diags_free(&diags);
}

/**
 * live_find - finds what a policy denies in vain
 * @live: gets it, to be freed with live_free()
 * @policy: the policy; must outlive @live
 *
 * To be called after a swap, not before: a module that passed the gate under
 * the old policy may still become live.
 */
void live_find(struct live *live, const struct policy *policy)
{
	*live = (struct live){ 0 };
	if (!paths_elsewhere())
		find_loaded(live, policy);
	find_builtin(live, policy);
}

/**
 * live_rule - the text of the rule that denies a live module
 * @m: the module
 * @policy: the policy that live_find() was given
 */
const char *live_rule(const struct live_module *m, const struct policy *policy)
{
	return m->entry ? policy->rules[m->entry->rule].text :
	       NFG_WORD_DEFAULT " " NFG_WORD_DENY;
}

static void say_one(const struct live_module *m, const struct policy *policy)
{
	const char *to = m->entry && m->entry->scope == SCOPE_UNPRIVILEGED ?
			 " to unprivileged askers" : "";
	const char *name = esc(m->name);
	const char *rule = esc(live_rule(m, policy));

	if (m->how == LIVE_BUILTIN)
		msg_err("%s is denied%s (%s) but built into this kernel: no guard can keep it out, only another kernel",
			name, to, rule);
	else
		msg_err("%s is denied%s (%s) but already live: it stays until it is removed (modprobe -r %s) or the host reboots",
			name, to, rule, name);
}

/**
 * live_say - says by name what is denied in vain
 * @live: what live_find() found
 * @policy: the policy it was given
 *
 * What only the default denies shares one line, as it may be all of a host's
 * modules.
 *
 * Return: NFG_EXIT_WHOLE if there is none, else NFG_EXIT_NOT_HELD.
 */
int live_say(const struct live *live, const struct policy *policy)
{
	struct buf rest = { 0 };
	size_t i;

	for (i = 0; i < live->n; i++) {
		if (live->list[i].entry)
			say_one(&live->list[i], policy);
		else
			buf_addf(&rest, " %s", esc(live->list[i].name));
	}
	if (rest.len)
		msg_err("denied by default but already live, until removed or the host reboots:%s",
			rest.s);
	buf_free(&rest);
	return live->n ? NFG_EXIT_NOT_HELD : NFG_EXIT_WHOLE;
}

void live_free(struct live *live)
{
	size_t i;

	for (i = 0; i < live->n; i++)
		free(live->list[i].name);
	free(live->list);
	*live = (struct live){ 0 };
}
