// SPDX-License-Identifier: GPL-2.0-only
/*
 * name_index.c - finds by name what stands in an array.
 */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/util.h"
#include "tree/name_index.h"

/**
 * struct name_slot - a place for a name
 * @name: the name, NULL: it is free
 * @hash: of the name; most others are told from it by this alone
 * @id: its place in the array
 */
struct name_slot {
	const char *name;
	unsigned int hash;
	unsigned int id;
};

static unsigned int hash_name(const char *name, size_t len)
{
	return XXH3_64bits(name, len);
}

/* The slot that has the name, or the empty one where it would go. */
static struct name_slot *find_slot(const struct name_index *index,
				   const char *name, unsigned int hash)
{
	size_t i;

	for (i = hash;; i++) {
		struct name_slot *slot = &index->slots[i & (index->n_slots - 1)];

		if (!slot->name ||
		    (slot->hash == hash && !strcmp(slot->name, name)))
			return slot;
	}
}

static void resize(struct name_index *index, size_t n_slots)
{
	struct name_index old = *index;
	size_t i;

	index->n_slots = n_slots;
	index->slots = xcalloc(index->n_slots, sizeof(*index->slots));
	for (i = 0; i < old.n_slots; i++)
		if (old.slots[i].name)
			*find_slot(index, old.slots[i].name,
				   old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

/* How many names so many slots are for: looking for one takes a few at most. */
static size_t room(size_t n_slots)
{
	return n_slots / 8 * 7;
}

/**
 * name_index_reserve - makes room at once, where it is known how much it takes
 * @index: where
 * @n: for how many names, a guess
 */
void name_index_reserve(struct name_index *index, size_t n)
{
	size_t n_slots = index->n_slots ? index->n_slots : 64;

	while (room(n_slots) < n)
		n_slots *= 2;
	if (n_slots > index->n_slots)
		resize(index, n_slots);
}

/**
 * name_index_add - adds a name, or gives one that is there another place
 * @index: where to
 * @name: the name, which must outlive the index
 * @id: its place
 */
void name_index_add(struct name_index *index, const char *name, size_t id)
{
	unsigned int hash = hash_name(name, strlen(name));
	struct name_slot *slot;

	name_index_reserve(index, index->n + 1);
	slot = find_slot(index, name, hash);
	index->n += !slot->name;
	*slot = (struct name_slot){ .name = name, .hash = hash, .id = id };
}

/**
 * name_index_put - adds a name, unless it is there
 * @index: where to
 * @name: the name, which must outlive the index if it is new
 * @len: its length
 * @id: its place if it is new
 *
 * Return: its place.
 */
size_t name_index_put(struct name_index *index, const char *name, size_t len,
		      size_t id)
{
	unsigned int hash = hash_name(name, len);
	struct name_slot *slot;

	name_index_reserve(index, index->n + 1);
	slot = find_slot(index, name, hash);
	if (!slot->name) {
		*slot = (struct name_slot){ .name = name, .hash = hash, .id = id };
		index->n++;
	}
	return slot->id;
}

/**
 * name_index_find - finds a name
 * @index: where
 * @name: the name
 *
 * Return: its place or NAME_NONE.
 */
size_t name_index_find(const struct name_index *index, const char *name)
{
	const struct name_slot *slot;

	if (!index->n_slots)
		return NAME_NONE;
	slot = find_slot(index, name, hash_name(name, strlen(name)));
	return slot->name ? slot->id : NAME_NONE;
}

void name_index_free(struct name_index *index)
{
	free(index->slots);
	*index = (struct name_index){ 0 };
}
