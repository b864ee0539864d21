// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - whether modules are out of reach now: the guard is in effect, the policy in
 * force denies each of them to all askers, and none is there already.
 */
#include <stdlib.h>
#include <string.h>

#include "doctor/checks.h"
#include "doctor/findings.h"
#include "doctor/verify.h"

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

		if (module != NAME_NONE)
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
			 struct report *report)
{
	const char *some;

	if (policy_denies(policy, SCOPE_ANY, name))
		return;
	some = policy_denies(policy, SCOPE_UNPRIVILEGED, name) ?
	       "denied to unprivileged askers only" : "not denied";
	report_add(report, "policy", NULL, 0, "%s is %s by the policy in force",
		   esc(name), some);
	report_remedy(report, "nfguard deny %s", esc(name));
	report_many(report, esc(name), "nfguard deny %s",
		    "%%s are %s by the policy in force", some);
}

/* A name that no module has may be that of one to come: only a rule can say. */
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
				check_denied(f->policy, m->name, report);
		}
		if (!modules.n)
			check_denied(f->policy, w->names[i], report);
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
