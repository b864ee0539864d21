/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * closure.h - what the rules mean for the modules and aliases of a tree.
 */
#ifndef NFGUARD_CLOSURE_H
#define NFGUARD_CLOSURE_H

#include "policy/conf.h"
#include "tree/groups.h"
#include "tree/tree.h"

/* No rule: the default decides. */
#define RULE_NONE	((size_t)-1)

/**
 * struct ruling - the verdict on a module or alias, and where it comes from
 * @verdict: allow or deny
 * @scope: the scope of the rule that decides
 * @rule: index of that rule in the policy files, or RULE_NONE
 * @via: the denied module that this one needs, if it is denied only for that;
 *	the allowed module that needs this one, if it is allowed only for that;
 *	else NAME_NONE
 */
struct ruling {
	enum verdict verdict;
	enum scope scope;
	size_t rule;
	size_t via;
};

/**
 * struct named_group - a group in the rules
 * @name: with its '@'; belongs to the rule
 * @group: what it stands for
 */
struct named_group {
	const char *name;
	struct group group;
};

/**
 * struct closure - the rulings on all modules of a tree
 * @conf: the rules
 * @tree: the tree
 * @named: for each scope of asker and each module, the ruling of the first
 *	rule that names it, whatever it needs
 * @modules: for each scope of asker and each module, the ruling on it
 * @by_alias: for each scope of asker, the first rule on each name that is not
 *	a module of the tree: an alias, or a module to come
 * @by_word: for each scope of asker, the first rule with each pattern and group
 * @patterns: the patterns in the rules, in the order of these
 * @pattern_rules: for each, its rule
 * @groups: what each group in the rules stands for
 * @n_groups: how many
 * @by_group: the groups by name
 */
struct closure {
	const struct conf *conf;
	const struct tree *tree;
	struct ruling *named[SCOPES];
	struct ruling *modules[SCOPES];
	struct name_index by_alias[SCOPES];
	struct name_index by_word[SCOPES];
	struct pattern_index patterns;
	struct ids pattern_rules;
	struct named_group *groups;
	size_t n_groups;
	struct name_index by_group;
};

/* Whether a rule denies it, not just the default. */
static inline bool ruling_denies_by_rule(const struct ruling *r)
{
	return r->verdict == VERDICT_DENY && r->rule != RULE_NONE;
}

void closure_make(struct closure *c, const struct conf *conf,
		  const struct tree *tree);
bool closure_denies_to_come(const struct closure *c, const struct conf_word *word);
void closure_free(struct closure *c);
struct ruling closure_targets(const struct closure *c, const struct ids *targets,
			      enum scope asker);
size_t closure_names_first(const struct closure *c, const char *name,
			   enum scope asker);
void closure_rulings(const struct closure *c, const char *name,
		     struct ruling rulings[SCOPES]);
struct ruling closure_name(const struct closure *c, const char *name,
			   enum scope asker);
const struct conf_rule *closure_rule(const struct closure *c,
				     const struct ruling *r);
bool closure_ruled(const struct closure *c, size_t module);
const struct group *closure_group(const struct closure *c, const char *name);
bool word_names(const struct closure *c, const struct conf_word *word,
		size_t module);
size_t word_names_next(const struct closure *c, const struct conf_word *word,
		       size_t from);
bool word_is_alias(const struct tree *tree, const struct conf_word *word);

#endif /* NFGUARD_CLOSURE_H */
