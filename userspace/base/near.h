/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * near.h - words that are nearly another one.
 */
#ifndef NFGUARD_NEAR_H
#define NFGUARD_NEAR_H

#include <stdbool.h>

/**
 * struct near - the word that is nearest to a mistyped one
 * @wanted: the mistyped word
 * @best: the nearest so far, NULL: none is near
 * @distance: how many letters differ
 * @letters: which ones @wanted has
 */
struct near {
	const char *wanted;
	const char *best;
	unsigned int distance;
	unsigned long long letters;
};

bool near_is_slip(const char *wanted, const char *word);
bool near_is(const char *wanted, const char *word);
void near_try(struct near *near, const char *word);

#endif /* NFGUARD_NEAR_H */
