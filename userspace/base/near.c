// SPDX-License-Identifier: GPL-2.0-only
/*
 * near.c - words that are nearly another one: with a letter missing, added,
 * replaced or swapped with its neighbour, in upper or lower case.
 */
#include <ctype.h>
#include <string.h>

#include "base/near.h"

/* Longer words are not compared; that of a slip is a name or a keyword. */
#define LEN_MAX	64

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* How many slips of the four kinds lead from one word to the other. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int rows[3][LEN_MAX + 1];
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2], *free;
	size_t i, j;

	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		free = before;
		before = above;
		above = row;
		row = free;
		row[0] = i;
		for (j = 1; j <= m; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[m];
}

/* A bit for each letter of a word. */
static unsigned long long letters(const char *word)
{
	unsigned long long bits = 0;

	for (; *word; word++)
		bits |= 1ull << (*word & 31) << (*word & 64 ? 32 : 0);
	return bits;
}

/* Whether so few slips can lead to the word: each brings or takes one letter. */
static bool may_be_near(struct near *near, const char *word, unsigned int most)
{
	unsigned long long is = letters(word);

	if (!near->letters)
		near->letters = letters(near->wanted);
	return __builtin_popcountll(near->letters & ~is) <= (int)most &&
	       __builtin_popcountll(is & ~near->letters) <= (int)most;
}

/* Of a short word one slip, of a longer one two: "nft" is not "nfs" and "tap". */
static unsigned int allowed(size_t len)
{
	return len < 5 ? 1 : 2;
}

/**
 * near_try - consider a word
 * @near: the search; @wanted set, the rest zero at its start
 * @word: the word; must outlive @near. Of two that are equally near the first stays
 */
void near_try(struct near *near, const char *word)
{
	size_t n = strlen(near->wanted), m = strlen(word);
	unsigned int d, most = allowed(n);

	if (n > LEN_MAX || m > LEN_MAX || m > n + most || n > m + most ||
	    !may_be_near(near, word, most))
		return;
	d = distance(near->wanted, n, word, m);
	if (d > most || (near->best && d >= near->distance))
		return;
	near->best = word;
	near->distance = d;
}

/**
 * near_is - whether a word is nearly, but not quite, another one
 * @wanted: the word
 * @word: the other one
 */
bool near_is(const char *wanted, const char *word)
{
	struct near near = { .wanted = wanted };

	near_try(&near, word);
	return near.best && strcmp(wanted, word);
}

/* Another of a family: esp6 and esp4, net-pf-33 and net-pf-31. */
static bool differ_in_digits(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !(isdigit((unsigned char)*a) && isdigit((unsigned char)*b)))
			return false;
	return !*a && !*b;
}

/**
 * near_is_slip - whether a word hardly is anything but a slip for another one
 * @wanted: the word
 * @word: the other one
 *
 * Stricter than near_try(), whose word is but a hint: cramfs is no slip for romfs, nor hfs
 * for nfs, nor esp6 for esp4.
 */
bool near_is_slip(const char *wanted, const char *word)
{
	size_t n = strlen(wanted), m = strlen(word);
	unsigned int d;

	if (n > LEN_MAX || m > LEN_MAX || differ_in_digits(wanted, word))
		return false;
	d = distance(wanted, n, word, m);
	/* With a letter replaced, so short a word is another one. */
	if (d == 1 && n < 4)
		return n != m || letters(wanted) == letters(word);
	return d <= (n < 10 ? 1 : 2);
}
