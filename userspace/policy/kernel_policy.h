/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_policy.h - a policy in the kernel's form, in memory and as text.
 */
#ifndef NFGUARD_KERNEL_POLICY_H
#define NFGUARD_KERNEL_POLICY_H

#include "base/util.h"
#include "policy/conf.h"
#include "tree/name_index.h"
#include "tree/pattern_index.h"

/**
 * struct policy_rule - a rule of a policy in the kernel's form
 * @text: as the operator wrote it
 * @from: the rule in the policy files, NULL in a policy read from the kernel
 */
struct policy_rule {
	char *text;
	const struct conf_rule *from;
};

/**
 * struct policy_entry - a name or pattern line
 * @rule: index of the rule that it comes from
 * @verdict: allow or deny
 * @scope: the askers that it applies to
 * @kind: name or pattern
 * @name: the name or pattern
 */
struct policy_entry {
	size_t rule;
	enum verdict verdict;
	enum scope scope;
	enum name_kind kind;
	char *name;
};

/**
 * struct policy - a policy in the kernel's form
 * @dflt: the default verdict
 * @rules: the rules
 * @n_rules: how many
 * @entries: the entries, in the order of their rules
 * @n_entries: how many
 * @patterns: indices of the patterns among the entries
 * @n_patterns: how many
 * @names: for each scope, the exact names, with the index of their entry
 * @by_start: the patterns, with the index of their entry
 */
struct policy {
	enum verdict dflt;
	struct policy_rule *rules;
	size_t n_rules;
	struct policy_entry *entries;
	size_t n_entries;
	size_t *patterns;
	size_t n_patterns;
	struct name_index names[SCOPES];
	struct pattern_index by_start;
};

void policy_add_rule(struct policy *policy, const char *text,
		     const struct conf_rule *from);
bool policy_takes(const char *name, enum name_kind kind);
void policy_add_entry(struct policy *policy, const struct policy_entry *entry);
void policy_sort(struct policy *policy);
int policy_parse(struct policy *policy, const char *body);
void policy_text(const struct policy *policy, struct buf *body);
const struct policy_entry *policy_exact(const struct policy *policy,
					enum scope scope, const char *name);
const struct policy_entry *policy_pattern(const struct policy *policy,
					  enum scope asker, const char *name);
const struct policy_entry *policy_decides(const struct policy *policy,
					  enum scope asker, const char *name);
bool policy_denies(const struct policy *policy, enum scope asker, const char *name);
void policy_free(struct policy *policy);

#endif /* NFGUARD_KERNEL_POLICY_H */
