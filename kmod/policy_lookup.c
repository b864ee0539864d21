// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy_lookup.c - finds the entry of a policy that decides about a name. For
 * that it indexes names and patterns by the hash of their literal prefix: of a name
 * that is all of it. Builds in user space too.
 */
#include "policy.h"

static u32 hash_slot(const struct nfg_index *index, u32 hash)
{
	return (hash ^ (hash >> 15)) & index->mask;
}

static u32 hash_bytes(const char *p, size_t len)
{
	u32 hash = NFG_HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = nfg_hash_step(hash, p[i]);
	return hash;
}

/* The slot of the entries whose literal prefix is @prefix; a free one if none are. */
static u32 *find_slot(const struct nfg_policy *policy,
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
	size_t slots = roundup_pow_of_two(2 * entries + 1);

	index->slots = kvcalloc(slots, sizeof(*index->slots),
				GFP_KERNEL_ACCOUNT);
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
	u32 *link;

	entry->prefix = pattern ? strcspn(entry->name, "*?[\\") : entry->len;
	if (entry->prefix > NFG_NAME_MAX)
		return true;	/* longer than any name: it never matches */
	if (pattern)
		policy->prefix_lengths |= BIT_ULL(entry->prefix);

	link = find_slot(policy, index, hash_bytes(entry->name, entry->prefix),
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
		    glob_match(entry->name, name->key))
			return entry;
		number = entry->next;
	}
	return best;
}

static const struct nfg_entry *match_patterns(const struct nfg_policy *policy,
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
