// SPDX-License-Identifier: GPL-2.0-only
/*
 * pattern_index.c - finds which of many patterns match a name.
 *
 * A name is compared only with the patterns that begin as it does, up to their first
 * wildcard. A tree has tens of thousands of patterns, and hardly any name begins as
 * more than a few of them do.
 */
#include <stdlib.h>

#include "base/util.h"
#include "tree/name_index.h"
#include "tree/names.h"
#include "tree/pattern_index.h"

/**
 * struct pattern_slot - a pattern
 * @pattern: the pattern
 * @id: the element's index in the array
 */
struct pattern_slot {
	const char *pattern;
	size_t id;
};

/**
 * struct pattern_start - the patterns with the same beginning
 * @start: the bytes before the first wildcard, but at most so many as fit
 * @list: the patterns, in ascending order of their elements
 * @n: how many; 0: the place is free
 */
struct pattern_start {
	unsigned long long start;
	struct pattern_slot *list;
	size_t n;
};

static unsigned long long with_byte(unsigned long long start, char c, size_t at)
{
	return start | (unsigned long long)(unsigned char)c << (8 * at);
}

/* The place of a beginning, or the free one where it would go. */
static struct pattern_start *find(const struct pattern_index *index, unsigned long long start)
{
	/* Each byte changes the lower half, and that, multiplied, the upper one. */
	size_t i = (start ^ start >> 32) * 0x9e3779b97f4a7c15u >> 32;

	for (;; i++) {
		struct pattern_start *s = &index->starts[i & (index->n_starts - 1)];

		if (!s->n || s->start == start)
			return s;
	}
}

static void grow(struct pattern_index *index)
{
	struct pattern_index old = *index;
	size_t i;

	index->n_starts = old.n_starts ? 2 * old.n_starts : 16;
	index->starts = xcalloc(index->n_starts, sizeof(*index->starts));
	for (i = 0; i < old.n_starts; i++)
		if (old.starts[i].n)
			*find(index, old.starts[i].start) = old.starts[i];
	free(old.starts);
}

/**
 * pattern_index_add - add a pattern
 * @index: the index
 * @pattern: the pattern, which must outlive the index
 * @literal: the length of what stands before its first wildcard
 * @id: the element's index in the array; higher than those of all others
 */
void pattern_index_add(struct pattern_index *index, const char *pattern, size_t literal,
		       size_t id)
{
	struct pattern_start *s;
	unsigned long long start = 0;
	size_t i;

	for (i = 0; i < sizeof(start) && i < literal; i++)
		start = with_byte(start, pattern[i], i);
	if (2 * (index->n + 1) > index->n_starts)
		grow(index);
	s = find(index, start);
	index->n += !s->n;
	s->start = start;
	s->list = xgrow(s->list, s->n, sizeof(*s->list));
	s->list[s->n++] = (struct pattern_slot){ pattern, id };
}

/* The first that matches, from an index on and before another, or the latter. */
static size_t search(const struct pattern_start *s, const char *name, size_t from,
		     size_t before)
{
	size_t i;

	for (i = 0; i < s->n && s->list[i].id < before; i++)
		if (s->list[i].id >= from && name_matches(s->list[i].pattern, name))
			return s->list[i].id;
	return before;
}

/**
 * pattern_index_next - find the next pattern that matches a name
 * @index: the index
 * @name: the name
 * @from: the lowest index in the array to consider
 *
 * Return: the lowest index, from that on, of an element whose pattern matches, or
 * NAME_NONE.
 */
size_t pattern_index_next(const struct pattern_index *index, const char *name,
			  size_t from)
{
	size_t found = NAME_NONE, i;
	unsigned long long start = 0;

	if (!index->n)
		return NAME_NONE;
	for (i = 0;; i++) {
		found = search(find(index, start), name, from, found);
		if (i == sizeof(start) || !name[i])
			return found;
		start = with_byte(start, name[i], i);
	}
}

void pattern_index_free(struct pattern_index *index)
{
	size_t i;

	for (i = 0; i < index->n_starts; i++)
		free(index->starts[i].list);
	free(index->starts);
	*index = (struct pattern_index){ 0 };
}
