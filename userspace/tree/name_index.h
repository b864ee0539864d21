/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * name_index.h - finds the elements of an array by name.
 */
#ifndef NFGUARD_NAME_INDEX_H
#define NFGUARD_NAME_INDEX_H

#include <stddef.h>

#define NAME_NONE	((size_t)-1)

/**
 * struct name_index - a hash table from names to indices of an array
 * @slots: at most seven in eight are taken
 * @n_slots: a power of two, or 0
 * @n: how many names
 */
struct name_index {
	struct name_slot *slots;
	size_t n_slots;
	size_t n;
};

void name_index_reserve(struct name_index *index, size_t n);
void name_index_add(struct name_index *index, const char *name, size_t id);
size_t name_index_put(struct name_index *index, const char *name, size_t len,
		      size_t id);
size_t name_index_find(const struct name_index *index, const char *name);
void name_index_free(struct name_index *index);

#endif /* NFGUARD_NAME_INDEX_H */
