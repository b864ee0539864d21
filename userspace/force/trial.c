// SPDX-License-Identifier: GPL-2.0-only
/*
 * trial.c - works out what each gate would answer to a name, without asking: a
 * request that nothing denies would load the module.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "force/builtin.h"
#include "force/trial.h"

/**
 * trial_begin - reads the policies
 * @t: filled in; free it with trial_free() unless NFG_EXIT_FAILED is returned
 *
 * Return: NFG_EXIT_WHOLE; NFG_EXIT_FAILED: the error was reported; or
 * NFG_EXIT_BAD_INPUT: there is no policy to consult, the errors are in the
 * policy files' diagnostics.
 */
int trial_begin(struct trial *t)
{
	struct source *src;
	int err;

	*t = (struct trial){ 0 };
	err = force_read(&t->force);
	if (err)
		return err;
	src = &t->force.src;
	/* Names are looked up in it even if the policy files can't be used. */
	t->tree = source_tree(&src->diags);
	if (!t->tree)
		return NFG_EXIT_BAD_INPUT;
	t->policy = t->force.policy;
	t->in_force = t->policy;
	if (!t->policy && !src->diags.errors)
		t->policy = &src->policy;
	t->from_files = t->policy == &src->policy;
	return t->policy ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
}

static void note_live(const char *name, bool loading, void *data)
{
	struct trial *t = data;

	if (loading)
		return;
	t->live = xgrow(t->live, t->n_live, sizeof(*t->live));
	t->live[t->n_live++] = xstrdup(name);
}

static const char *present(const struct trial *t, size_t module)
{
	size_t i;

	if (t->tree->modules[module].builtin)
		return builtin_is_off(t->tree, module) ? NULL : "built in";
	for (i = 0; i < t->n_live; i++)
		if (!strcmp(t->live[i], t->tree->modules[module].name))
			return "live";
	return NULL;
}

/* What all modules that a request leads to are, or NULL if one is neither. */
static const char *all_present(const struct trial *t)
{
	const char *word = NULL;
	size_t i;

	for (i = 0; i < t->targets.n; i++) {
		word = present(t, t->targets.list[i]);
		if (!word)
			return NULL;
	}
	return word;
}

static bool enforced(const struct trial *t, enum gate gate)
{
	const struct kif_status *st = &t->force.st;

	/* Of another system only the policy is known. */
	if (paths_elsewhere())
		return true;
	if (!force_guarded(&t->force) || kif_permissive(st))
		return false;
	return gate == GATE_REQUEST ?
		!strcmp(st->request_gate, NFG_WORD_ARMED) :
		!strcmp(st->load_gate, NFG_WORD_REGISTERED);
}

static enum verdict verdict_of(const struct trial *t,
			       const struct policy_entry *e)
{
	return e ? e->verdict : t->policy->dflt;
}

static const char *rule_of(const struct trial *t, const struct policy_entry *e)
{
	if (e)
		return t->policy->rules[e->rule].text;
	return t->policy->dflt == VERDICT_DENY ?
		NFG_WORD_DEFAULT " " NFG_WORD_DENY :
		NFG_WORD_DEFAULT " " NFG_WORD_ALLOW;
}

/* A policy read from the kernel has no lines: those of a rule with that text. */
static const struct conf_rule *rule_in_files(const struct trial *t,
					     const struct policy_entry *e)
{
	const struct conf *conf = &t->force.src.conf;
	size_t r;

	if (t->from_files)
		return t->policy->rules[e->rule].from;
	for (r = 0; r < conf->n_rules; r++)
		if (!strcmp(conf->rules[r]->text, rule_of(t, e)))
			return conf->rules[r];
	return NULL;
}

static char *place_of(const struct trial *t, const struct policy_entry *e)
{
	const struct conf *conf = &t->force.src.conf;
	const struct conf_rule *rule = e ? rule_in_files(t, e) : NULL;

	if (rule)
		return xasprintf("%s:%u", rule->file->path, rule->line);
	if (!e && conf->dflt_file && conf->dflt == t->policy->dflt)
		return xasprintf("%s:%u", conf->dflt_file->path,
				 conf->dflt_line);
	return NULL;
}

/* The ruling of the policy files, if it is what the policy consulted says too. */
static bool ruling_behind(const struct trial *t, const struct policy_entry *e,
			  enum scope asker, struct ruling *r)
{
	const struct closure *c = &t->force.src.closure;

	if (!t->from_files || !e)
		return false;
	*r = closure_name(c, t->name, asker);
	return closure_rule(c, r) == t->policy->rules[e->rule].from;
}

/* The denied module for which a request is denied; NULL if a rule names it. */
static const char *request_because_of(const struct trial *t,
				      const struct policy_entry *e,
				      enum scope asker)
{
	const struct closure *c = &t->force.src.closure;
	struct ruling r;
	size_t i;

	if (verdict_of(t, e) != VERDICT_DENY || !ruling_behind(t, e, asker, &r))
		return NULL;
	if (r.via != NAME_NONE)
		return c->tree->modules[r.via].name;
	if (tree_find(c->tree, t->name) != NAME_NONE ||
	    closure_names_first(c, t->name, asker) == r.rule)
		return NULL;
	for (i = 0; i < t->targets.n; i++)
		if (c->modules[asker][t->targets.list[i]].rule == r.rule)
			return c->tree->modules[t->targets.list[i]].name;
	return NULL;
}

/*
 * A rule with the default's verdict often has no entry: the default says the same.
 * The policy files still name it.
 */
static const struct conf_rule *rule_without_entry(const struct trial *t,
						  const char *name,
						  enum scope asker)
{
	const struct closure *c = &t->force.src.closure;
	struct ruling r;

	if (!t->from_files)
		return NULL;
	r = closure_name(c, name, asker);
	return r.verdict == t->policy->dflt ? closure_rule(c, &r) : NULL;
}

static struct answer *add(struct trial *t, enum gate gate, const char *name,
			  enum scope asker, const struct policy_entry *e)
{
	const struct conf_rule *rule =
		e ? NULL : rule_without_entry(t, name, asker);
	struct answer *a;

	t->list = xgrow(t->list, t->n, sizeof(*t->list));
	t->list[t->n] = (struct answer){
		.gate = gate, .name = name, .verdict = verdict_of(t, e),
		.scope = e ? e->scope : SCOPE_ANY, .enforced = enforced(t, gate),
		.rule = rule_of(t, e), .at = place_of(t, e),
	};
	a = &t->list[t->n++];
	if (rule) {
		free(a->at);
		a->at = xasprintf("%s:%u", rule->file->path, rule->line);
		a->rule = rule->text;
		a->scope = rule->scope;
	}
	return a;
}

static void ask_request_gate(struct trial *t, enum scope asker)
{
	const struct policy_entry *e, *others;
	struct answer *a;

	e = policy_decides(t->policy, asker, t->name);
	others = policy_decides(t->policy, SCOPE_UNPRIVILEGED, t->name);
	a = add(t, GATE_REQUEST, t->name, asker, e);
	a->because_of = request_because_of(t, e, asker);
	a->needs = tree_find(t->tree, t->name) != NAME_NONE;
	a->present = all_present(t);
	a->unprivileged = verdict_of(t, others);
	a->unprivileged_rule = rule_of(t, others);
}

/* The first module that one needs, is denied and would have to be loaded. */
static const struct policy_entry *denied_need(const struct trial *t,
					      size_t module, const char **name)
{
	const struct ids *needs = &t->tree->modules[module].needs;
	const struct policy_entry *e;
	size_t i;

	for (i = 0; i < needs->n; i++) {
		*name = t->tree->modules[needs->list[i]].name;
		e = policy_decides(t->policy, SCOPE_ANY, *name);
		if (verdict_of(t, e) == VERDICT_DENY &&
		    !present(t, needs->list[i]))
			return e;
	}
	*name = NULL;
	return NULL;
}

/*
 * Whoever requests a module, it is a modprobe of root's that loads it; and nobody
 * without privilege can load one by hand. So rules for unprivileged askers never
 * decide here.
 */
static void ask_load_gate(struct trial *t, size_t module)
{
	const char *name = t->tree->modules[module].name, *need = NULL;
	const struct closure *c = &t->force.src.closure;
	const struct policy_entry *e, *of_need;
	const struct ruling *r;
	struct answer *a;

	e = policy_decides(t->policy, SCOPE_ANY, name);
	if (verdict_of(t, e) == VERDICT_ALLOW) {
		of_need = denied_need(t, module, &need);
		if (need)
			e = of_need;
	} else if (t->from_files && e) {
		r = &c->modules[SCOPE_ANY][module];
		if (r->via != NAME_NONE &&
		    closure_rule(c, r) == t->policy->rules[e->rule].from)
			need = t->tree->modules[r->via].name;
	}
	a = add(t, GATE_LOAD, name, SCOPE_ANY, e);
	a->because_of = need;
	a->needs = true;
	a->present = present(t, module);
}

/**
 * trial_run - tries a name
 * @t: what trial_begin() filled in
 * @name: the normalised name
 * @asker: SCOPE_UNPRIVILEGED for an asker without CAP_SYS_MODULE
 * @gates: GATE_BIT()s of the gates to ask
 *
 * The load gate is asked about each module that the name leads to; if there is
 * none, about a module of that name, which may come from elsewhere.
 *
 * Return: whether the module index could be read; if not, the error is in the
 * policy files' diagnostics.
 */
bool trial_run(struct trial *t, const char *name, enum scope asker,
	       unsigned int gates)
{
	size_t i;

	if (!tree_resolve_any(t->tree, name, &t->targets, &t->force.src.diags))
		return false;
	t->name = xstrdup(name);
	if (!paths_elsewhere())
		live_each(note_live, t);
	if (gates & GATE_BIT(GATE_REQUEST))
		ask_request_gate(t, asker);
	if (!(gates & GATE_BIT(GATE_LOAD)))
		return true;
	for (i = 0; i < t->targets.n; i++)
		ask_load_gate(t, t->targets.list[i]);
	if (!t->targets.n)
		add(t, GATE_LOAD, t->name, SCOPE_ANY,
		    policy_decides(t->policy, SCOPE_ANY, t->name));
	return true;
}

void trial_free(struct trial *t)
{
	while (t->n)
		free(t->list[--t->n].at);
	free(t->list);
	while (t->n_live)
		free(t->live[--t->n_live]);
	free(t->live);
	ids_free(&t->targets);
	free(t->name);
	force_free(&t->force);
}
