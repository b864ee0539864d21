/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFGUARD_POLICY_H
#define NFGUARD_POLICY_H

#include "abi/abi.h"
#include "abi/portable.h"
#include "name.h"

enum nfg_rule_verdict {
	NFG_ALLOW,
	NFG_DENY,
};

struct nfg_rule_stats;

/**
 * struct nfg_rule - a rule as the operator wrote it
 * @text: in the policy's text, not ended by a NUL
 * @len: length of @text
 * @stats: what outlives the policy of it, for whoever publishes that
 */
struct nfg_rule {
	const char *text;
	size_t len;
	struct nfg_rule_stats *stats;
};

/**
 * struct nfg_entry - a name or a pattern, normalised
 * @name: in the policy's text, or a copy; a pattern is ended by a NUL
 * @next: the index of the next name, or pattern, with the same literal prefix, plus
 *	one; 0 ends the chain
 * @rule: index of the rule that it comes from
 * @len: length of @name
 * @prefix: the length of its literal prefix; of a name, its length
 * @suffix: the length of a pattern's literal suffix
 * @simple: it is a pattern with but one '*' between these
 * @verdict: an enum nfg_rule_verdict
 * @unprivileged: only for unprivileged askers
 */
struct nfg_entry {
	const char *name;
	u32 next;
	u16 rule;
	u8 len;
	u8 prefix;
	u8 suffix;
	bool simple;
	u8 verdict;
	bool unprivileged;
};

/**
 * struct nfg_index - a hash table of entries, with open addressing
 * @slots: index of the first entry of a chain, plus one; 0 is free. At most half of
 *	them are used, so that each search ends
 * @mask: number of slots, minus one
 */
struct nfg_index {
	u32 *slots;
	u32 mask;
};

/**
 * struct nfg_policy - a policy, which does not change once it is published
 * @users: for whoever publishes it
 * @generation: likewise
 * @next_token: likewise, of the text that may replace it
 * @sha256: likewise, of @body
 * @denied: likewise: requests denied, by CPU and rule
 * @denied_row: how many there are for a CPU
 * @text: the whole text as it was written, freed with the policy
 * @body: the text after its first line
 * @body_len: length of @body
 * @token: the token in the first line, in @text
 * @token_len: its length
 * @default_verdict: an enum nfg_rule_verdict, for what no entry matches
 * @rules: the rules; number 0 is the default
 * @n_rules: how many, with number 0
 * @entries: names and patterns, in the order of the text
 * @n_names: how many of them are names
 * @n_patterns: how many are patterns
 * @pool: what the names of entries point into that are not in @text as they are
 * @names: index of names
 * @prefixes: index of patterns by literal prefix
 * @prefix_lengths: bit N: some pattern has a literal prefix of N bytes
 */
struct nfg_policy {
	refcount_t users;
	u64 generation;
	char next_token[NFG_TOKEN_MAX + 1];
	u8 sha256[32];
	u64 *denied;
	u32 denied_row;

	char *text;
	const char *body;
	size_t body_len;
	const char *token;
	size_t token_len;

	u8 default_verdict;
	struct nfg_rule *rules;
	u32 n_rules;

	struct nfg_entry *entries;
	u32 n_names;
	u32 n_patterns;
	char *pool;
	struct nfg_index names;
	struct nfg_index prefixes;
	u64 prefix_lengths;
};

/**
 * struct nfg_refusal - why a text was refused
 * @line: the line at fault, from 1; 0 if it is no particular one
 * @reason: a phrase for the log
 */
struct nfg_refusal {
	unsigned int line;
	const char *reason;
};

/* Notes why a text is refused, and returns @err. */
static inline int nfg_refuse(struct nfg_refusal *why, int err,
			     const char *reason)
{
	*why = (struct nfg_refusal){ .reason = reason };
	return err;
}

/* policy.c */
int nfg_policy_parse(char *text, size_t len, struct nfg_policy **policy,
		     struct nfg_refusal *why);
void nfg_policy_free(struct nfg_policy *policy);

/* policy_lookup.c */
int nfg_index_alloc(struct nfg_index *index, size_t entries);
bool nfg_index_add(struct nfg_policy *policy, struct nfg_entry *entry,
		   bool pattern);
bool nfg_index_costs_too_much(const struct nfg_policy *policy);
const struct nfg_entry *nfg_policy_lookup(const struct nfg_policy *policy,
					  const struct nfg_name *name,
					  bool unprivileged);

#endif /* NFGUARD_POLICY_H */
