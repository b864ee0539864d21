// SPDX-License-Identifier: GPL-2.0-only
/*
 * name_index.c - finds the elements of an array by name.
 */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/util.h"
#include "tree/name_index.h"

/**
 * struct name_slot - a place for a name
 * @name: the name; NULL: the slot is free
 * @hash: the name's hash, which alone rules out most other names
 * @id: the element's index in the array
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

/* How many names fit in so many slots, for a lookup to take a few steps at most. */
static size_t capacity(size_t n_slots)
{
	return n_slots / 8 * 7;
}

/**
 * name_index_reserve - make room in advance
 * @index: the index
 * @n: about how many names it will have
 */
void name_index_reserve(struct name_index *index, size_t n)
{
	size_t n_slots = index->n_slots ? index->n_slots : 64;

	while (capacity(n_slots) < n)
		n_slots *= 2;
	if (n_slots > index->n_slots)
		resize(index, n_slots);
}

/**
 * name_index_add - add a name, or replace the element it stands for
 * @index: the index
 * @name: the name, which must outlive the index
 * @id: the element's index in the array
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
 * name_index_put - add a name, unless it is there
 * @index: the index
 * @name: the name; if it is new, it must outlive the index
 * @len: its length
 * @id: if it is new, the element's index in the array
 *
 * Return: the index in the array of the element with that name.
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
 * name_index_find - find a name
 * @index: the index
 * @name: the name
 *
 * Return: the index in the array of the element with that name, or NAME_NONE.
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
