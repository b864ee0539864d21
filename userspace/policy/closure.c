// SPDX-License-Identifier: GPL-2.0-only
/*
 * closure.c - what the rules mean for the modules and aliases of a tree.
 *
 * The verdict on a module is that of the first rule that names it, else the
 * default. A module is also denied if a module that it needs is denied, so that
 * no load is begun that would fail halfway. Under "default deny", a module that
 * no rule names is still allowed if an allowed module needs it. An alias is
 * denied if every module that it leads to is denied.
 *
 * Unprivileged askers are different: modprobe loads what they request as root,
 * so only the request itself can be denied. For them, an alias is denied as soon
 * as one module that it leads to is denied to unprivileged askers.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/closure.h"

static struct ruling none(enum verdict verdict)
{
	return (struct ruling){
		.verdict = verdict, .rule = RULE_NONE, .via = NAME_NONE,
	};
}

/**
 * word_is_alias - whether a name in a rule is an alias rather than a module
 * @tree: the tree
 * @word: the name
 *
 * If NAME is a module's own name, alias:NAME means that module: the kernel
 * can't tell a request for that name from the load.
 */
bool word_is_alias(const struct tree *tree, const struct conf_word *word)
{
	return word->kind == NAME_EXACT &&
	       tree_find(tree, word->name) == NAME_NONE;
}

/**
 * closure_group - what a group in the rules stands for
 * @c: the closure
 * @name: the group with its '@', as one of the rules has it
 */
const struct group *closure_group(const struct closure *c, const char *name)
{
	return &c->groups[name_index_find(&c->by_group, name)].group;
}

static void find_groups(struct closure *c, const struct conf_rule *rule)
{
	size_t w;

	for (w = 0; w < rule->n_words; w++) {
		const char *name = rule->words[w].name;

		if (rule->words[w].kind != NAME_GROUP ||
		    name_index_find(&c->by_group, name) != NAME_NONE)
			continue;
		c->groups = xgrow(c->groups, c->n_groups, sizeof(*c->groups));
		c->groups[c->n_groups].name = name;
		name_index_add(&c->by_group, name, c->n_groups);
		group_find(&c->groups[c->n_groups++].group, c->tree, name + 1);
	}
}

/* @group: what the word stands for, if it is a group. */
static bool names(const struct conf_word *word, const struct group *group,
		  const struct tree_module *m)
{
	if (group)
		return group_has(group, m);
	if (word->kind == NAME_PATTERN)
		return name_matches(word->name, m->name);
	return !strcmp(word->name, m->name);
}

static const struct group *group_of(const struct closure *c,
				    const struct conf_word *word)
{
	return word->kind == NAME_GROUP ? closure_group(c, word->name) : NULL;
}

/**
 * word_names - whether a name, pattern or group in a rule names a module
 * @c: the closure
 * @word: the name, pattern or group
 * @module: index of the module
 */
bool word_names(const struct closure *c, const struct conf_word *word,
		size_t module)
{
	return names(word, group_of(c, word), &c->tree->modules[module]);
}

/**
 * word_names_next - the next module that a name, pattern or group in a rule names
 * @c: the closure
 * @word: the name, pattern or group
 * @from: index of the first module to consider
 *
 * Return: the module's index, or NAME_NONE.
 */
size_t word_names_next(const struct closure *c, const struct conf_word *word,
		       size_t from)
{
	const struct group *group = group_of(c, word);
	size_t m;

	for (m = from; m < c->tree->n_modules; m++)
		if (names(word, group, &c->tree->modules[m]))
			return m;
	return NAME_NONE;
}

static void name_module(struct closure *c, size_t rule, size_t module)
{
	const struct conf_rule *r = c->conf->rules[rule];
	int asker;

	for (asker = 0; asker < SCOPES; asker++) {
		struct ruling *named = &c->named[asker][module];

		if (named->rule != RULE_NONE ||
		    (r->scope == SCOPE_UNPRIVILEGED && asker == SCOPE_ANY))
			continue;
		named->rule = rule;
		named->verdict = r->verdict;
		named->scope = r->scope;
	}
}

/* Notes a word's rule, for each scope of asker, unless an earlier one has the word. */
static void note_first(struct name_index *first, const struct closure *c, size_t rule,
		       const char *word)
{
	int asker;

	for (asker = 0; asker < SCOPES; asker++)
		if (c->conf->rules[rule]->scope == SCOPE_ANY ||
		    asker == SCOPE_UNPRIVILEGED)
			name_index_put(&first[asker], word, strlen(word), rule);
}

static void take_word(struct closure *c, size_t rule,
		      const struct conf_word *word)
{
	size_t m;

	if (word_is_alias(c->tree, word)) {
		note_first(c->by_alias, c, rule, word->name);
		return;
	}
	if (word->kind == NAME_EXACT) {
		name_module(c, rule, tree_find(c->tree, word->name));
		return;
	}
	note_first(c->by_word, c, rule, word->name);
	if (word->kind == NAME_PATTERN) {
		pattern_index_add(&c->patterns, word->name,
				  strcspn(word->name, "*?["), c->pattern_rules.n);
		ids_add(&c->pattern_rules, rule);
	}
	for (m = word_names_next(c, word, 0); m != NAME_NONE;
	     m = word_names_next(c, word, m + 1))
		if (!name_is_guard(c->tree->modules[m].name))
			name_module(c, rule, m);
}

/* Of two rulings that deny, the one whose rule comes first counts. */
static bool before(const struct ruling *a, const struct ruling *b)
{
	return a->rule < b->rule;
}

/*
 * The ruling on a module, given the rulings on the modules that it needs.
 * modules.dep lists those transitively, so one step is enough.
 */
static struct ruling with_needs(const struct closure *c, size_t module,
				const struct ruling *of)
{
	const struct ids *needs = &c->tree->modules[module].needs;
	struct ruling r = of[module];
	size_t i;

	if (ruling_denies_by_rule(&r))
		return r;
	for (i = 0; i < needs->n; i++) {
		const struct ruling *need = &of[needs->list[i]];

		if (need->verdict == VERDICT_ALLOW)
			continue;
		if (r.verdict == VERDICT_DENY && !before(need, &r))
			continue;
		r = *need;
		r.via = needs->list[i];
	}
	return r;
}

/* Under "default deny": allows what an allowed module needs. */
static void allow_needs(const struct closure *c, struct ruling *rulings,
			size_t module)
{
	const struct ids *needs = &c->tree->modules[module].needs;
	struct ruling allowed = rulings[module];
	size_t i;

	for (i = 0; i < needs->n; i++)
		if (ruling_denies_by_rule(&rulings[needs->list[i]]))
			return;
	allowed.via = module;
	for (i = 0; i < needs->n; i++)
		if (rulings[needs->list[i]].rule == RULE_NONE)
			rulings[needs->list[i]] = allowed;
}

static void judge_modules(struct closure *c, int asker)
{
	size_t n = c->tree->n_modules, m;
	struct ruling *direct = xcalloc(n, sizeof(*direct));

	memcpy(direct, c->named[asker], n * sizeof(*direct));
	if (c->conf->dflt == VERDICT_DENY)
		for (m = 0; m < n; m++)
			if (c->named[asker][m].rule != RULE_NONE &&
			    c->named[asker][m].verdict == VERDICT_ALLOW)
				allow_needs(c, direct, m);
	for (m = 0; m < n; m++)
		c->modules[asker][m] = with_needs(c, m, direct);
	free(direct);
}

/**
 * closure_make - works out the ruling on each module
 * @c: filled in; free it with closure_free()
 * @conf: the rules; must outlive @c
 * @tree: the tree; must outlive @c
 */
void closure_make(struct closure *c, const struct conf *conf,
		  const struct tree *tree)
{
	int asker;
	size_t m, r, w;

	*c = (struct closure){ .conf = conf, .tree = tree };
	for (asker = 0; asker < SCOPES; asker++) {
		c->named[asker] = xcalloc(tree->n_modules, sizeof(struct ruling));
		c->modules[asker] = xcalloc(tree->n_modules, sizeof(struct ruling));
		for (m = 0; m < tree->n_modules; m++)
			c->named[asker][m] = none(conf->dflt);
	}
	for (r = 0; r < conf->n_rules; r++)
		find_groups(c, conf->rules[r]);
	for (r = 0; r < conf->n_rules; r++)
		for (w = 0; w < conf->rules[r]->n_words; w++)
			take_word(c, r, &conf->rules[r]->words[w]);
	for (asker = 0; asker < SCOPES; asker++)
		judge_modules(c, asker);
}

/**
 * closure_rule - the rule behind a ruling
 * @c: the closure
 * @r: one of its rulings
 *
 * Return: the rule, or NULL if the default decides.
 */
const struct conf_rule *closure_rule(const struct closure *c,
				     const struct ruling *r)
{
	return r->rule == RULE_NONE ? NULL : c->conf->rules[r->rule];
}

/**
 * closure_ruled - whether a rule, not the default, decides about a module
 * @c: the closure
 * @module: the module
 *
 * Return: true if a rule does so for any asker or for unprivileged ones.
 */
bool closure_ruled(const struct closure *c, size_t module)
{
	return c->modules[SCOPE_ANY][module].rule != RULE_NONE ||
	       c->modules[SCOPE_UNPRIVILEGED][module].rule != RULE_NONE;
}

/**
 * closure_targets - the ruling on an alias, from the modules that it leads to
 * @c: the closure
 * @targets: the modules
 * @asker: the scope of the asker
 *
 * Return: the ruling; that of the default if there are no modules.
 */
struct ruling closure_targets(const struct closure *c, const struct ids *targets,
			      enum scope asker)
{
	struct ruling all = none(c->conf->dflt), allowed = all, any = all;
	bool all_denied = targets->n, any_unprivileged = false;
	size_t i;

	for (i = 0; i < targets->n; i++) {
		const struct ruling *r = &c->modules[asker][targets->list[i]];

		if (r->verdict == VERDICT_ALLOW) {
			all_denied = false;
			allowed = *r;
			continue;
		}
		if (all.verdict != VERDICT_DENY || before(r, &all))
			all = *r;
		if (r->rule != RULE_NONE && r->scope == SCOPE_UNPRIVILEGED &&
		    (!any_unprivileged || before(r, &any))) {
			any_unprivileged = true;
			any = *r;
		}
	}
	if (any_unprivileged)
		return any;
	if (all_denied || !targets->n)
		return all;
	return allowed;
}

/* The first rule with a pattern that matches, or RULE_NONE. */
static size_t first_pattern(const struct closure *c, const char *name,
			    enum scope asker)
{
	size_t i;

	for (i = pattern_index_next(&c->patterns, name, 0); i != NAME_NONE;
	     i = pattern_index_next(&c->patterns, name, i + 1)) {
		size_t rule = c->pattern_rules.list[i];

		if (c->conf->rules[rule]->scope == SCOPE_ANY ||
		    asker == SCOPE_UNPRIVILEGED)
			return rule;
	}
	return RULE_NONE;
}

/*
 * The first rule on a name that is not a module of the tree, or RULE_NONE. A
 * name that leads nowhere may be a module to come, so patterns apply to it too.
 */
static size_t names_first(const struct closure *c, const char *name,
			  enum scope asker, bool leads_somewhere)
{
	size_t rule = name_index_find(&c->by_alias[asker], name);
	size_t pattern = leads_somewhere ? RULE_NONE : first_pattern(c, name, asker);

	return pattern < rule ? pattern : rule;
}

/**
 * closure_names_first - the first rule that names a module or alias
 * @c: the closure
 * @name: its normalised name
 * @asker: the scope of the asker
 *
 * Return: the rule's index, or RULE_NONE.
 */
size_t closure_names_first(const struct closure *c, const char *name,
			   enum scope asker)
{
	size_t module = tree_find(c->tree, name);
	struct ids targets = { 0 };
	size_t rule;

	if (module != NAME_NONE)
		return c->named[asker][module].rule;
	tree_resolve(c->tree, name, &targets);
	rule = names_first(c, name, asker, targets.n);
	ids_free(&targets);
	return rule;
}

/* The ruling on a name that is not a module of the tree. */
static struct ruling on_alias(const struct closure *c, const char *name,
			      const struct ids *targets, enum scope asker)
{
	struct ruling r = closure_targets(c, targets, asker);
	size_t rule = names_first(c, name, asker, targets->n);

	/* Allowing a request for denied modules would leave them half loaded. */
	if (rule != RULE_NONE && !(targets->n && ruling_denies_by_rule(&r) &&
				   c->conf->rules[rule]->verdict == VERDICT_ALLOW))
		r = (struct ruling){
			.verdict = c->conf->rules[rule]->verdict, .rule = rule,
			.scope = c->conf->rules[rule]->scope, .via = NAME_NONE,
		};
	return r;
}

/**
 * closure_rulings - the rulings on a request for a name
 * @c: the closure
 * @name: the normalised name
 * @rulings: receives them, for each scope of asker
 */
void closure_rulings(const struct closure *c, const char *name,
		     struct ruling rulings[SCOPES])
{
	size_t module = tree_find(c->tree, name);
	struct ids targets = { 0 };
	int asker;

	/* The kernel can't tell a request for a module's name from the load. */
	if (module == NAME_NONE)
		tree_resolve(c->tree, name, &targets);
	for (asker = 0; asker < SCOPES; asker++)
		rulings[asker] = module != NAME_NONE ? c->modules[asker][module] :
				 on_alias(c, name, &targets, asker);
	ids_free(&targets);
}

/**
 * closure_name - the ruling on a request for a name
 * @c: the closure
 * @name: the normalised name
 * @asker: the scope of the asker
 *
 * Return: the ruling.
 */
struct ruling closure_name(const struct closure *c, const char *name,
			   enum scope asker)
{
	struct ruling rulings[SCOPES];

	closure_rulings(c, name, rulings);
	return rulings[asker];
}

/**
 * closure_denies_to_come - whether a rule denies a module that this kernel lacks
 * @c: the closure
 * @word: what the rule names
 *
 * Another kernel may have it: what holds there has to name it now.
 *
 * Return: whether it names nothing that is known here, and is denied to all askers.
 */
bool closure_denies_to_come(const struct closure *c, const struct conf_word *word)
{
	struct ruling r;

	if (word->alias || word->kind != NAME_EXACT || tree_knows(c->tree, word->name))
		return false;
	r = closure_name(c, word->name, SCOPE_ANY);
	return ruling_denies_by_rule(&r);
}

void closure_free(struct closure *c)
{
	int asker;

	for (asker = 0; asker < SCOPES; asker++) {
		free(c->named[asker]);
		free(c->modules[asker]);
		name_index_free(&c->by_alias[asker]);
		name_index_free(&c->by_word[asker]);
	}
	pattern_index_free(&c->patterns);
	ids_free(&c->pattern_rules);
	name_index_free(&c->by_group);
	while (c->n_groups)
		group_free(&c->groups[--c->n_groups].group);
	free(c->groups);
	*c = (struct closure){ 0 };
}
