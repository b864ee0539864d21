// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy_lookup.c - finds the entry of a policy that decides about a name. For
 * that it indexes names and patterns by the hash of their literal prefix: of a name
 * that is all of it. Builds in user space too.
 */
#include "policy.h"
#include "abi/text.h"

/* FNV's last bytes hardly reach the upper bits: Fibonacci hashing spreads them. */
static u32 hash_slot(const struct nfg_index *index, u32 hash)
{
	return (hash * 2654435769u >> 7) & index->mask;
}

/* The slot of the entries whose literal prefix is @prefix; a free one if none are. */
static inline u32 *find_slot(const struct nfg_policy *policy,
			     const struct nfg_index *index, u32 hash,
			     const char *prefix, size_t len)
{
	u32 i = hash_slot(index, hash);

	for (; index->slots[i]; i = (i + 1) & index->mask) {
		const struct nfg_entry *entry;

		entry = &policy->entries[index->slots[i] - 1];
		if (entry->prefix == len && !memcmp(entry->name, prefix, len))
			break;
	}
	return &index->slots[i];
}

/**
 * nfg_index_alloc - make an empty index
 * @index: the index, to be freed with its policy
 * @entries: how many entries it must be able to hold
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nfg_index_alloc(struct nfg_index *index, size_t entries)
{
	size_t slots = roundup_pow_of_two(2 * entries + !entries);

	index->slots = nfg_zalloc(slots, sizeof(*index->slots));
	if (!index->slots)
		return -ENOMEM;
	index->mask = slots - 1;
	return 0;
}

/**
 * nfg_index_add - add an entry to an index, after those with the same prefix
 * @policy: the policy
 * @entry: the entry, in the policy's entries after all those added before
 * @pattern: whether it is a pattern, not a name
 *
 * Return: false if it is a name that the policy has for the same scope already.
 */
bool nfg_index_add(struct nfg_policy *policy, struct nfg_entry *entry,
		   bool pattern)
{
	const struct nfg_index *index = pattern ? &policy->prefixes :
						  &policy->names;
	size_t prefix = entry->len, suffix = 0;
	u32 *link;

	if (pattern)
		entry->simple = nfg_pattern_parts(entry->name, entry->len,
						  &prefix, &suffix);
	entry->prefix = prefix;
	entry->suffix = suffix;
	if (entry->prefix > NFG_NAME_MAX)
		return true;	/* longer than any name: it never matches */
	if (pattern)
		policy->prefix_lengths |= BIT_ULL(entry->prefix);

	link = find_slot(policy, index, nfg_hash(entry->name, entry->prefix),
			 entry->name, entry->prefix);
	while (*link) {
		struct nfg_entry *other = &policy->entries[*link - 1];

		if (!pattern && other->unprivileged == entry->unprivileged)
			return false;
		link = &other->next;
	}
	*link = entry - policy->entries + 1;
	return true;
}

/* What comparing a name with the patterns of a chain costs. */
static unsigned int chain_cost(const struct nfg_policy *policy, u32 number)
{
	unsigned int cost = 0;

	while (number && cost <= NFG_PATTERNS_COST_MAX) {
		const struct nfg_entry *entry = &policy->entries[number - 1];

		cost += entry->simple ? 1 : NFG_PATTERN_COST;
		number = entry->next;
	}
	return cost;
}

/**
 * nfg_index_costs_too_much - whether a name would have to be compared with too many
 *	patterns
 * @policy: the policy, with all its entries
 *
 * These are the chains of all prefixes of the name. The name that costs most
 * begins with the prefix of some pattern.
 *
 * Context: process.
 */
bool nfg_index_costs_too_much(const struct nfg_policy *policy)
{
	const struct nfg_index *index = &policy->prefixes;
	size_t slot, i;

	for (slot = 0; policy->n_patterns && slot <= index->mask; slot++) {
		const struct nfg_entry *entry;
		unsigned int cost = 0;
		u32 hash = NFG_HASH_START;

		if (!index->slots[slot])
			continue;
		entry = &policy->entries[index->slots[slot] - 1];
		for (i = 0; i <= entry->prefix; i++) {
			if (policy->prefix_lengths & BIT_ULL(i))
				cost += chain_cost(policy,
						   *find_slot(policy, index,
							      hash,
							      entry->name, i));
			hash = nfg_hash_step(hash, entry->name[i]);
		}
		if (cost > NFG_PATTERNS_COST_MAX)
			return true;
	}
	return false;
}

/* The one for unprivileged askers decides for them, if there is one. */
static const struct nfg_entry *match_name(const struct nfg_policy *policy,
					  const struct nfg_name *name,
					  bool unprivileged)
{
	u32 number = *find_slot(policy, &policy->names, name->hash, name->key,
				name->len);
	const struct nfg_entry *entry, *best = NULL;

	for (; number; number = entry->next) {
		entry = &policy->entries[number - 1];
		if (entry->unprivileged ? unprivileged : !best)
			best = entry;
	}
	return best;
}

/* Whether a pattern matches a name that has its literal prefix. */
static bool matches(const struct nfg_entry *entry, const struct nfg_name *name)
{
	const char *end = entry->name + entry->len;
	const char *name_end = name->key + name->len;
	size_t i;

	if (name->len < entry->prefix + entry->suffix)
		return false;
	/* Mostly the last byte settles it. */
	for (i = 1; i <= entry->suffix; i++) {
		if (*(end - i) != *(name_end - i))
			return false;
	}
	return entry->simple || glob_match(entry->name, name->key);
}

/* The first in a chain that matches, if it comes before @best; else @best. */
static const struct nfg_entry *match_chain(const struct nfg_policy *policy,
					   u32 number,
					   const struct nfg_name *name,
					   bool unprivileged,
					   const struct nfg_entry *best)
{
	while (number) {
		const struct nfg_entry *entry = &policy->entries[number - 1];

		if (best && entry > best)
			break;
		if ((unprivileged || !entry->unprivileged) &&
		    matches(entry, name))
			return entry;
		number = entry->next;
	}
	return best;
}

static noinline const struct nfg_entry *match_patterns(const struct nfg_policy *policy,
						       const struct nfg_name *name,
						       bool unprivileged)
{
	const struct nfg_entry *best = NULL;
	u32 hash = NFG_HASH_START;
	size_t i;

	for (i = 0; i <= name->len; i++) {
		if (policy->prefix_lengths & BIT_ULL(i))
			best = match_chain(policy,
					   *find_slot(policy, &policy->prefixes,
						      hash, name->key, i),
					   name, unprivileged, best);
		if (i < name->len)
			hash = nfg_hash_step(hash, name->key[i]);
	}
	return best;
}

/**
 * nfg_policy_lookup - the entry that decides about a name
 * @policy: the policy
 * @name: the name
 * @unprivileged: whether the asker is
 *
 * abi.h documents the order: names before patterns, patterns as in the text.
 *
 * Context: any; takes no lock. The entry lives as long as the policy.
 * Return: the entry, or NULL if the default decides.
 */
const struct nfg_entry *nfg_policy_lookup(const struct nfg_policy *policy,
					  const struct nfg_name *name,
					  bool unprivileged)
{
	const struct nfg_entry *entry = match_name(policy, name, unprivileged);

	if (!entry && policy->n_patterns)
		entry = match_patterns(policy, name, unprivileged);
	return entry;
}
