// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - whether modules are out of reach now: the guard is in effect, the policy in
 * force denies each of them to all askers, and none is there already.
 */
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "doctor/verify.h"
#include "tree/groups.h"

static void add_group(const struct tree *tree, const char *name, struct ids *modules)
{
	struct group group;
	size_t i;

	group_find(&group, tree, name);
	/* Whichever of several directories is meant: all of them are looked at. */
	group.ambiguous = false;
	for (i = 0; i < tree->n_modules; i++)
		if (group_has(&group, &tree->modules[i]))
			ids_add_once(modules, i);
	group_free(&group);
}

/**
 * wanted_modules - the modules of a kernel that names stand for
 * @w: the names
 * @tree: the kernel's modules
 * @modules: receives them
 */
void wanted_modules(const struct wanted *w, const struct tree *tree, struct ids *modules)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		size_t module = tree_find(tree, w->names[i]);
		struct ids targets = { 0 };

		if (*w->names[i] == '@')
			add_group(tree, w->names[i] + 1, &targets);
		else if (module != NAME_NONE)
			ids_add(&targets, module);
		else
			tree_resolve(tree, w->names[i], &targets);
		for (k = 0; k < targets.n; k++)
			ids_add_once(modules, targets.list[k]);
		ids_free(&targets);
	}
}

/* Whether a finding about a module is about one that was asked for. */
bool wanted_keeps(const char *module, const struct wanted *w, const struct tree *tree)
{
	struct ids modules = { 0 };
	bool keeps = !w->n;
	size_t i;

	wanted_modules(w, tree, &modules);
	for (i = 0; i < modules.n; i++)
		keeps |= !strcmp(tree->modules[modules.list[i]].name, module);
	for (i = 0; i < w->n; i++)
		keeps |= !strcmp(w->names[i], module);
	ids_free(&modules);
	return keeps;
}

static void check_denied(const struct policy *policy, const char *name,
			 const char *command, struct report *report)
{
	char *many = xasprintf("%s %%s", command);
	const char *some;

	if (!policy_denies(policy, SCOPE_ANY, name)) {
		some = policy_denies(policy, SCOPE_UNPRIVILEGED, name) ?
		       "denied to unprivileged askers only" : "not denied";
		report_add(report, "policy", NULL, 0, "%s is %s by the policy in force",
			   esc(name), some);
		report_remedy(report, "%s %s", command, esc(name));
		report_many(report, esc(name), many,
			    "%%s are %s by the policy in force", some);
	}
	free(many);
}

/**
 * struct is_live - a search in the modules that are live
 * @name: the name
 * @found: whether it is among them
 */
struct is_live {
	const char *name;
	bool found;
};

static void compare(const char *name, bool loading, void *data)
{
	struct is_live *search = data;

	(void)loading;
	search->found |= !strcmp(search->name, name);
}

/* Whether a rule, and not only the default, denies it to all. */
static bool rule_denies(const struct policy *policy, const char *name)
{
	const struct policy_entry *e = policy_decides(policy, SCOPE_ANY, name);

	return e && e->verdict == VERDICT_DENY;
}

/* That nothing is loaded by a mistyped name proves nothing about the module meant. */
static void add_slip(const char *name, const char *near, struct report *report)
{
	report_add(report, "name", NULL, 0,
		   "%s is not a module or alias of any installed kernel: did you mean %s?",
		   esc(name), esc(near));
	report_remedy(report,
		      "nfguard verify %s, or nfguard deny --force %s if %s is really meant",
		      esc(near), esc(name), esc(name));
}

/* @near: what it resembles, or NULL. */
static void add_absent(const struct policy *policy, const char *name, const char *near,
		       struct report *report)
{
	static const char absent[] =
		"not a module or alias of any installed kernel, so out of reach";

	if (near)
		report_add(report, "name", NULL, 0, "%s is %s: did you mean %s?",
			   esc(name), absent, esc(near));
	else
		report_add(report, "name", NULL, 0, "%s is %s", esc(name), absent);
	report_warning(report);
	if (policy_denies(policy, SCOPE_ANY, name))
		return;
	report_remedy(report, "nfguard deny --force %s, in case a later kernel has it",
		      esc(name));
	if (!near)
		report_many(report, esc(name),
			    "nfguard deny --force %s, in case a later kernel has them",
			    "%%s are not modules or aliases of any installed kernel, so out of reach");
}

/* The name of this kernel or another one that was perhaps meant, to be freed, or NULL. */
static char *meant(const struct wanted *w, const struct tree *tree, const char *name)
{
	const struct names asked = { w->names, w->n };
	const char *near = tree_nearest(tree, name, &asked);

	return near ? xstrdup(near) : trees_nearest(name, &asked);
}

/*
 * A name that this kernel does not have: nothing can be loaded by it. Another kernel may
 * have it, whose boot is looked at; and what was loaded from elsewhere is live.
 */
static void check_absent(const struct policy *policy, const struct wanted *w,
			 const struct tree *tree, const char *name,
			 struct report *report)
{
	struct is_live search = { .name = name };
	char *near;

	live_each(compare, &search);
	if (search.found)
		check_denied(policy, name, "nfguard deny --force", report);
	if (search.found || trees_know(name))
		return;
	near = rule_denies(policy, name) ? NULL : meant(w, tree, name);
	if (near && near_is_slip(name, near))
		add_slip(name, near, report);
	else
		add_absent(policy, name, near, report);
	free(near);
}

static void check_names(const struct force *f, const struct wanted *w,
			const struct tree *tree, struct report *report)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		const struct wanted one = { .names = &w->names[i], .n = 1 };
		struct ids modules = { 0 };

		wanted_modules(&one, tree, &modules);
		for (k = 0; k < modules.n; k++) {
			const struct tree_module *m = &tree->modules[modules.list[k]];

			if (!m->builtin || !builtin_is_off(tree, modules.list[k]))
				check_denied(f->policy, m->name, "nfguard deny", report);
		}
		if (!modules.n && *w->names[i] != '@')
			check_absent(f->policy, w, tree, w->names[i], report);
		ids_free(&modules);
	}
}

static void check_live(const struct force *f, const struct wanted *w,
		       const struct tree *tree, struct report *report)
{
	struct live live, asked = { 0 };
	size_t i;

	live_find(&live, f->policy);
	for (i = 0; i < live.n; i++) {
		if (!wanted_keeps(live.list[i].name, w, tree))
			continue;
		asked.list = xgrow(asked.list, asked.n, sizeof(*asked.list));
		asked.list[asked.n++] = live.list[i];
	}
	findings_live(&asked, &f->st, report);
	free(asked.list);
	live_free(&live);
}

/**
 * verify_now - check whether modules are out of reach on the running kernel
 * @f: what is in force
 * @w: the modules
 * @report: gets a finding for each thing that does not hold
 */
void verify_now(const struct force *f, const struct wanted *w, struct report *report)
{
	struct diags diags = { 0 };
	const struct tree *tree = source_tree(&diags);

	doctor_switches(&f->src, &f->st, report);
	if (force_guarded(f) && kif_permissive(&f->st)) {
		report_add(report, "mode", NULL, 0,
			   "the mode is permissive, so nothing is denied");
		report_remedy(report, f->st.locked ? "reboot, then nfguard mode enforcing" :
			      "nfguard mode enforcing");
	}
	if (tree && f->policy) {
		check_names(f, w, tree, report);
		check_live(f, w, tree, report);
	} else if (tree && force_guarded(f)) {
		report_add(report, "policy", NULL, 0,
			   "only root can read the policy in force, and it is not that of the policy files");
		report_remedy(report, "run it as root");
	}
	report_diags(report, &diags);
	diags_free(&diags);
}
