// SPDX-License-Identifier: GPL-2.0-only
/*
 * compile.c - compiles the rules of the policy files into the policy that the
 * kernel reads.
 *
 * closure.c knows the ruling on each name that this kernel's modules have. The
 * kernel looks up exact names first, then patterns in order, then the default.
 * So the patterns are placed first here: aliases that are patterns, and the
 * patterns in rules, which the kernel gets too, for modules that are added
 * later. Then each name that patterns and default would not decide as closure.c
 * does gets an entry of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "policy/compile.h"
#include "policy/families.h"
#include "policy/limits.h"
#include "policy/warnings.h"

/*
 * The places of an alias that is a pattern: if two of them can match the same
 * name, the one with the lower place must come first. Unprivileged askers are
 * denied as soon as one module is denied, all others only if all modules are.
 */
enum place {
	DENY_UNPRIVILEGED,
	ALLOW_UNPRIVILEGED,
	ALLOW_ANY,
	DENY_ANY,
	PLACES,
};

/**
 * struct glob - an alias that is a pattern
 * @name: the pattern
 * @rulings: the ruling for each scope of asker; nearly all globs share those of
 *	the default
 * @done: a bit for each of its places that has been dealt with
 */
struct glob {
	const char *name;
	const struct ruling *rulings;
	unsigned int done;
};

/**
 * struct compiler - what is being compiled
 * @policy: the result
 * @closure: what the rules mean
 * @diags: receives warnings and errors
 * @rules: for each rule of the policy files, its index in the policy
 * @globs: the aliases that are patterns
 * @n_globs: how many
 * @ruled: indices of the few about which a rule decides
 * @families: of device aliases
 * @device_ruled: a rule decides about some device alias that is a pattern
 * @defaults: the rulings that all others share
 */
struct compiler {
	struct policy *policy;
	const struct closure *closure;
	struct diags *diags;
	size_t *rules;
	struct glob *globs;
	size_t n_globs;
	struct ids ruled;
	struct families families;
	bool device_ruled;
	struct ruling defaults[SCOPES];
};

static enum verdict place_verdict(enum place place)
{
	return place == DENY_UNPRIVILEGED || place == DENY_ANY ?
	       VERDICT_DENY : VERDICT_ALLOW;
}

static enum scope place_scope(enum place place)
{
	return place == DENY_UNPRIVILEGED || place == ALLOW_UNPRIVILEGED ?
	       SCOPE_UNPRIVILEGED : SCOPE_ANY;
}

/*
 * Whether an entry at a place expresses the ruling. If the ruling is the same
 * for all askers, no entry for unprivileged ones is needed.
 */
static bool place_fits(const struct glob *g, enum place place)
{
	const struct ruling *any = &g->rulings[SCOPE_ANY];
	const struct ruling *own = &g->rulings[place_scope(place)];

	if (own->verdict != place_verdict(place))
		return false;
	return place_scope(place) == SCOPE_ANY || own->verdict != any->verdict ||
	       (own->verdict == VERDICT_DENY && own->rule != any->rule);
}

static void add_entry(struct compiler *c, size_t section, enum verdict verdict,
		      enum scope scope, enum name_kind kind, const char *name)
{
	struct policy_entry e = {
		.rule = section, .verdict = verdict, .scope = scope,
		.kind = kind, .name = (char *)name,
	};

	policy_add_entry(c->policy, &e);
}

static void add_glob(struct compiler *c, size_t section, struct glob *g,
		     enum place place);

static bool may_meet(const char *a, const char *b)
{
	return *a == *b || is_wildcard(*a) || is_wildcard(*b);
}

/* Adds the globs that must precede a pattern, if both can match some name. */
static void add_before(struct compiler *c, size_t section, const char *pattern,
		       enum verdict verdict, enum scope scope, int place)
{
	size_t i;
	int p;

	for (i = 0; i < c->n_globs; i++) {
		struct glob *g = &c->globs[i];

		/* Most differ in the first letter. */
		if (!may_meet(g->name, pattern))
			continue;
		for (p = 0; p < place; p++) {
			/* Done already, or not in conflict with the verdict. */
			if (g->done & 1u << p || place_verdict(p) == verdict ||
			    (scope == SCOPE_UNPRIVILEGED &&
			     g->rulings[SCOPE_UNPRIVILEGED].verdict == verdict))
				continue;
			if (place_fits(g, p) && patterns_meet(g->name, pattern))
				add_glob(c, section, g, p);
		}
	}
}

static void add_glob(struct compiler *c, size_t section, struct glob *g,
		     enum place place)
{
	if (g->done & 1u << place)
		return;
	g->done |= 1u << place;
	if (!policy_takes(g->name, NAME_PATTERN))
		return;
	add_before(c, section, g->name, place_verdict(place),
		   place_scope(place), place);
	add_entry(c, section, place_verdict(place), place_scope(place),
		  NAME_PATTERN, g->name);
}

/* Index in the policy of the rule behind a ruling, or RULE_NONE. */
static size_t section_of(const struct compiler *c, const struct ruling *r)
{
	return r->rule == RULE_NONE ? RULE_NONE : c->rules[r->rule];
}

static bool differs_from_default(const struct compiler *c,
				 const struct ruling *r)
{
	return r->rule != RULE_NONE && (r->verdict == VERDICT_DENY ||
					r->verdict != c->policy->dflt);
}

static void add_globs_of(struct compiler *c, size_t section)
{
	size_t i;
	int p;

	for (i = 0; i < c->ruled.n; i++) {
		struct glob *g = &c->globs[c->ruled.list[i]];

		for (p = 0; p < PLACES; p++) {
			const struct ruling *r = &g->rulings[place_scope(p)];

			if (place_fits(g, p) && section_of(c, r) == section &&
			    (place_scope(p) == SCOPE_UNPRIVILEGED ||
			     differs_from_default(c, r)))
				add_glob(c, section, g, p);
		}
	}
}

/* A rule's own patterns, for modules that are added later. */
static void add_patterns_of(struct compiler *c, size_t rule)
{
	const struct conf_rule *r = c->closure->conf->rules[rule];
	size_t w;

	for (w = 0; w < r->n_words; w++) {
		const struct conf_word *word = &r->words[w];

		if (word->kind != NAME_PATTERN ||
		    warnings_covered_by(c->closure, rule, word))
			continue;
		add_before(c, c->rules[rule], word->name, r->verdict, r->scope,
			   PLACES);
		if (r->verdict == VERDICT_DENY)
			families_pass_before(&c->families, c->policy,
					     c->rules[rule], word->name);
		add_entry(c, c->rules[rule], r->verdict, r->scope, NAME_PATTERN,
			  word->name);
	}
}

/* Whether a rule decides about any module that an alias leads to. */
static bool touched_targets(const struct compiler *c, const struct tree_alias *a)
{
	size_t i;

	for (i = 0; i < a->targets.n; i++)
		if (closure_ruled(c->closure, a->targets.list[i]))
			return true;
	return false;
}

static void add_ruled(struct compiler *c, struct glob *g,
		      const struct tree_alias *a)
{
	struct ruling rulings[SCOPES];
	int s;

	for (s = 0; s < SCOPES; s++)
		rulings[s] = closure_targets(c->closure, &a->targets, s);
	if (rulings[SCOPE_ANY].rule == RULE_NONE &&
	    rulings[SCOPE_UNPRIVILEGED].rule == RULE_NONE &&
	    rulings[SCOPE_ANY].verdict == c->policy->dflt)
		return;
	g->rulings = memcpy(xcalloc(SCOPES, sizeof(*rulings)), rulings,
			    sizeof(rulings));
	ids_add(&c->ruled, g - c->globs);
}

static void find_globs(struct compiler *c)
{
	const struct tree *tree = c->closure->tree;
	static const struct ids none;
	size_t i;
	int s;

	for (s = 0; s < SCOPES; s++)
		c->defaults[s] = closure_targets(c->closure, &none, s);
	c->globs = xcalloc(tree->n_aliases, sizeof(*c->globs));
	for (i = 0; i < tree->n_aliases; i++) {
		const struct tree_alias *a = &tree->aliases[i];
		struct glob *g = &c->globs[c->n_globs];

		if (a->kind != NAME_PATTERN || !a->targets.n)
			continue;
		if (alias_of_device(a->name)) {
			families_add(&c->families, c->closure, a);
			c->device_ruled |= touched_targets(c, a);
			continue;
		}
		/* The kernel takes none that is longer. */
		if (strlen(a->name) > NFG_PATTERN_MAX)
			continue;
		g->name = a->name;
		g->rulings = c->defaults;
		c->n_globs++;
		if (touched_targets(c, a))
			add_ruled(c, g, a);
	}
}

static void free_globs(struct compiler *c)
{
	size_t i;

	for (i = 0; i < c->ruled.n; i++)
		free((void *)c->globs[c->ruled.list[i]].rulings);
	ids_free(&c->ruled);
	families_free(&c->families);
	free(c->globs);
}

static bool same_decision(const struct ruling *want, size_t section,
			  const struct policy_entry *e, enum verdict dflt)
{
	enum verdict verdict = e ? e->verdict : dflt;

	if (verdict != want->verdict)
		return false;
	/* What is allowed is not counted for any rule. */
	return verdict == VERDICT_ALLOW || section == RULE_NONE ||
	       (e && e->rule == section);
}

/* Adds an entry for a name if the policy so far would decide differently. */
static void settle(struct compiler *c, const char *name, enum scope asker,
		   const struct ruling *want)
{
	size_t section = section_of(c, want);
	const struct policy_entry *e = policy_decides(c->policy, asker, name);

	if (same_decision(want, section, e, c->policy->dflt) ||
	    !policy_takes(name, NAME_EXACT))
		return;
	/* An exception to a pattern goes under the pattern's rule. */
	if (section == RULE_NONE)
		section = e ? e->rule : 0;
	add_entry(c, section, want->verdict, asker, NAME_EXACT, name);
}

static void settle_name(struct compiler *c, const char *name)
{
	struct ruling rulings[SCOPES];

	if (policy_exact(c->policy, SCOPE_ANY, name) ||
	    policy_exact(c->policy, SCOPE_UNPRIVILEGED, name))
		return;
	closure_rulings(c->closure, name, rulings);
	settle(c, name, SCOPE_ANY, &rulings[SCOPE_ANY]);
	settle(c, name, SCOPE_UNPRIVILEGED, &rulings[SCOPE_UNPRIVILEGED]);
}

/* Whether anything but the default might decide about a name. */
static bool touched(const struct compiler *c, const struct tree_alias *a)
{
	/* A pattern of devices that has no entry may match it. */
	return touched_targets(c, a) || (c->device_ruled && strchr(a->name, ':')) ||
	       policy_pattern(c->policy, SCOPE_UNPRIVILEGED, a->name);
}

static void settle_names(struct compiler *c)
{
	const struct tree *tree = c->closure->tree;
	const struct conf *conf = c->closure->conf;
	size_t i, w;

	for (i = 0; i < tree->n_modules; i++)
		settle_name(c, tree->modules[i].name);
	for (i = 0; i < tree->n_aliases; i++) {
		const struct tree_alias *a = &tree->aliases[i];

		if (a->kind == NAME_EXACT && touched(c, a))
			settle_name(c, a->name);
	}
	for (i = 0; i < conf->n_rules; i++)
		for (w = 0; w < conf->rules[i]->n_words; w++)
			if (conf->rules[i]->words[w].kind == NAME_EXACT)
				settle_name(c, conf->rules[i]->words[w].name);
}

/*
 * The kernel counts by a rule's text, and of two rules with the same text the
 * second can match nothing that the first does not match.
 */
static void add_rules(struct compiler *c)
{
	const struct conf *conf = c->closure->conf;
	struct name_index by_text = { 0 };
	size_t i;

	c->rules = xcalloc(conf->n_rules, sizeof(*c->rules));
	for (i = 0; i < conf->n_rules; i++) {
		const struct conf_rule *rule = conf->rules[i];
		const struct conf_rule *first;

		c->rules[i] = name_index_put(&by_text, rule->text,
					     strlen(rule->text),
					     c->policy->n_rules);
		if (c->rules[i] == c->policy->n_rules) {
			policy_add_rule(c->policy, rule->text, rule);
			warnings_of_rule(c->closure, i, c->diags);
			continue;
		}
		first = c->policy->rules[c->rules[i]].from;
		if (!warnings_expected(rule, first))
			diag_warn(c->diags, rule->file->path, rule->line, 0,
				  "'%s' can never match here: it repeats the rule at %s:%u",
				  esc(rule->text), esc(first->file->path), first->line);
	}
	name_index_free(&by_text);
}

/* In the order of their sections: settle() asks what they decide before they are sorted. */
static void add_patterns(struct compiler *c)
{
	const struct conf *conf = c->closure->conf;
	size_t r;

	for (r = 0; r < conf->n_rules; r++) {
		if (conf->rules[r] != c->policy->rules[c->rules[r]].from)
			continue;
		add_globs_of(c, c->rules[r]);
		add_patterns_of(c, r);
		if (c->policy->dflt == VERDICT_DENY)
			families_pass_allowed(&c->families, c->policy, r, c->rules[r]);
	}
}

/**
 * policy_compile - compiles the rules of all policy files
 * @policy: receives the policy, its entries in the order of their rules
 * @closure: what the rules mean; its rules must outlive @policy
 * @diags: receives warnings about what can never match, errors about limits
 */
void policy_compile(struct policy *policy, const struct closure *closure,
		    struct diags *diags)
{
	const struct conf *conf = closure->conf;
	struct compiler c = {
		.policy = policy, .closure = closure, .diags = diags,
	};

	policy->dflt = conf->dflt;
	add_rules(&c);
	find_globs(&c);
	add_patterns(&c);
	settle_names(&c);
	policy_sort(policy);
	limits_check(policy, diags);
	free_globs(&c);
	free(c.rules);
}
