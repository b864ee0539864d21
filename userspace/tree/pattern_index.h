/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pattern_index.h - finds which of many patterns match a name.
 */
#ifndef NFGUARD_PATTERN_INDEX_H
#define NFGUARD_PATTERN_INDEX_H

#include <stddef.h>

/**
 * struct pattern_index - a hash table from the beginnings of patterns to indices of
 * an array
 * @starts: for each beginning, the patterns that have it; at most half of them are
 *	taken
 * @n_starts: a power of two, or 0
 * @n: how many are taken
 */
struct pattern_index {
	struct pattern_start *starts;
	size_t n_starts;
	size_t n;
};

void pattern_index_add(struct pattern_index *index, const char *pattern, size_t literal,
		       size_t id);
size_t pattern_index_next(const struct pattern_index *index, const char *name,
			  size_t from);
void pattern_index_free(struct pattern_index *index);

#endif /* NFGUARD_PATTERN_INDEX_H */
