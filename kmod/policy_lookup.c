// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy_lookup.c - finds the entry of a policy that decides about a name. For
 * that it indexes names by their hash, and patterns by the hash of their literal
 * prefix. Builds in user space too.
 */
#include "policy.h"

/* 32 bit FNV-1a: it goes byte by byte, and so yields the hash of each prefix. */
#define HASH_START	2166136261u

static u32 hash_step(u32 hash, char c)
{
	return (hash ^ (u8)c) * 16777619u;
}

static u32 hash_slot(const struct nfg_index *index, u32 hash)
{
	return (hash ^ (hash >> 15)) & index->mask;
}

static u32 hash_bytes(const char *p, size_t len)
{
	u32 hash = HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash_step(hash, p[i]);
	return hash;
}

static const struct nfg_entry *find_name(const struct nfg_policy *policy,
					 u32 hash, const char *name, size_t len,
					 bool unprivileged)
{
	const struct nfg_index *index = &policy->names;
	u32 i;

	for (i = hash_slot(index, hash); index->slots[i];
	     i = (i + 1) & index->mask) {
		const struct nfg_entry *entry;

		entry = &policy->entries[index->slots[i] - 1];
		if (entry->len == len && entry->unprivileged == unprivileged &&
		    !memcmp(entry->name, name, len))
			return entry;
	}
	return NULL;
}

/* The number of the first pattern whose literal prefix is @prefix, or 0. */
static u32 find_prefix(const struct nfg_policy *policy, u32 hash,
		       const char *prefix, size_t len)
{
	const struct nfg_index *index = &policy->prefixes;
	u32 i;

	for (i = hash_slot(index, hash); index->slots[i];
	     i = (i + 1) & index->mask) {
		const struct nfg_entry *entry;

		entry = &policy->entries[index->slots[i] - 1];
		if (entry->prefix == len && !memcmp(entry->name, prefix, len))
			return index->slots[i];
	}
	return 0;
}

static void index_insert(struct nfg_index *index, u32 hash, u32 number)
{
	u32 i = hash_slot(index, hash);

	while (index->slots[i])
		i = (i + 1) & index->mask;
	index->slots[i] = number;
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
 * nfg_index_name - add a name to the index
 * @policy: the policy
 * @entry: the name, in the policy's entries
 *
 * Return: false if the policy has the name for the same scope already.
 */
bool nfg_index_name(struct nfg_policy *policy, const struct nfg_entry *entry)
{
	u32 hash = hash_bytes(entry->name, entry->len);

	if (find_name(policy, hash, entry->name, entry->len,
		      entry->unprivileged))
		return false;
	index_insert(&policy->names, hash, entry - policy->entries + 1);
	return true;
}

/**
 * nfg_index_pattern - add a pattern to the index
 * @policy: the policy
 * @entry: the pattern, in the policy's entries after all those added before
 */
void nfg_index_pattern(struct nfg_policy *policy, struct nfg_entry *entry)
{
	u32 number = entry - policy->entries + 1;
	u32 hash, other;

	entry->prefix = strcspn(entry->name, "*?[\\");
	if (entry->prefix > NFG_NAME_MAX)
		return;		/* longer than any name: it never matches */

	policy->prefix_lengths |= BIT_ULL(entry->prefix);
	hash = hash_bytes(entry->name, entry->prefix);
	other = find_prefix(policy, hash, entry->name, entry->prefix);
	if (!other) {
		index_insert(&policy->prefixes, hash, number);
		return;
	}
	while (policy->entries[other - 1].next)
		other = policy->entries[other - 1].next;
	policy->entries[other - 1].next = number;
}

/* The first in a chain that matches, if it comes before @best; else @best. */
static const struct nfg_entry *match_chain(const struct nfg_policy *policy,
					   u32 number, const char *name,
					   bool unprivileged,
					   const struct nfg_entry *best)
{
	while (number) {
		const struct nfg_entry *entry = &policy->entries[number - 1];

		if (best && entry > best)
			break;
		if ((unprivileged || !entry->unprivileged) &&
		    glob_match(entry->name, name))
			return entry;
		number = entry->next;
	}
	return best;
}

static const struct nfg_entry *match_patterns(const struct nfg_policy *policy,
					      const char *name, size_t len,
					      bool unprivileged)
{
	const struct nfg_entry *best = NULL;
	u32 hash = HASH_START;
	size_t i;

	for (i = 0; i <= len; i++) {
		if (policy->prefix_lengths & BIT_ULL(i))
			best = match_chain(policy,
					   find_prefix(policy, hash, name, i),
					   name, unprivileged, best);
		if (i < len)
			hash = hash_step(hash, name[i]);
	}
	return best;
}

/**
 * nfg_policy_lookup - the entry that decides about a name
 * @policy: the policy
 * @name: the name, normalised and ended by a NUL
 * @len: its length, at most NFG_NAME_MAX
 * @unprivileged: whether the asker is
 *
 * abi.h documents the order: names before patterns, patterns as in the text.
 *
 * Context: any; takes no lock. The entry lives as long as the policy.
 * Return: the entry, or NULL if the default decides.
 */
const struct nfg_entry *nfg_policy_lookup(const struct nfg_policy *policy,
					  const char *name, size_t len,
					  bool unprivileged)
{
	const struct nfg_entry *entry = NULL;
	u32 hash = hash_bytes(name, len);

	if (unprivileged && policy->any_unprivileged)
		entry = find_name(policy, hash, name, len, true);
	if (!entry)
		entry = find_name(policy, hash, name, len, false);
	if (!entry && policy->n_patterns)
		entry = match_patterns(policy, name, len, unprivileged);
	return entry;
}
