/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names.h - names and patterns of modules and aliases.
 */
#ifndef NFGUARD_NAMES_H
#define NFGUARD_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum name_kind {
	NAME_EXACT,
	NAME_PATTERN,
	NAME_GROUP,
};

/**
 * struct name_fault - why a word is not a name
 * @why: the reason, for a message
 * @at: the offset in the word
 */
struct name_fault {
	const char *why;
	size_t at;
};

/* Whether a byte begins a wildcard. Inline: called in loops over a whole tree. */
static inline bool is_wildcard(char c)
{
	return c == '*' || c == '?' || c == '[';
}

/* The guard's own modules, which no rule is about. */
bool name_is_guard(const char *name);
/* A symbol of a module, symbol:NAME, which is an alias of it. */
bool name_is_symbol(const char *name);

bool name_normalise(const char *word, size_t len, bool literal, char **out,
		    enum name_kind *kind, struct name_fault *fault);
void name_underscore(char *name);
bool name_of_file(const char *path, char *name, size_t size);
bool group_normalise(const char *word, size_t len, char **out,
		     struct name_fault *fault);
bool name_matches(const char *pattern, const char *name);
bool patterns_meet(const char *a, const char *b);

#endif /* NFGUARD_NAMES_H */
