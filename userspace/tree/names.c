// SPDX-License-Identifier: GPL-2.0-only
/*
 * names.c - names and patterns of modules and aliases.
 *
 * User space chooses parts of the names that the kernel requests, and modprobe
 * takes '-' for '_': a literal comparison would leave a way around each rule.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "abi/text.h"
#include "base/util.h"
#include "tree/names.h"

static bool faulty(struct name_fault *fault, size_t at, const char *why)
{
	fault->why = why;
	fault->at = at;
	return false;
}

/*
 * Returns the end of the brackets that begin at word[i], or 0 with a fault. What
 * fnmatch() and the kernel's glob_match() read differently is refused.
 */
static size_t brackets_end(const char *word, size_t len, size_t i,
			   struct name_fault *fault)
{
	const char *close = memchr(word + i, ']', len - i);
	size_t body = i + 1;

	if (!close) {
		faulty(fault, i, "a bracket that is never closed");
		return 0;
	}
	if (body < len && word[body] == '^') {
		faulty(fault, body, "to negate brackets, write [!...]");
		return 0;
	}
	if (word[body] == '!')
		body++;
	if (word + body == close) {
		faulty(fault, i, "empty brackets");
		return 0;
	}
	if (memchr(word + body, '[', close - word - body)) {
		faulty(fault, i, "a bracket inside brackets");
		return 0;
	}
	return close - word;
}

static bool check_byte(char c, size_t at, struct name_fault *fault)
{
	if (c == '\r')
		return faulty(fault, at,
			      "a carriage return: convert DOS line endings (dos2unix)");
	if (c == ' ')
		return faulty(fault, at, "a space: each name is an argument of its own");
	if (c < ' ' || c == 0x7f || (unsigned char)c > 0x7f)
		return faulty(fault, at, "a byte outside printable ASCII");
	if (c == '\\')
		return faulty(fault, at,
			      "a backslash that is not at the end of a line");
	if (c == '#')
		return faulty(fault, at, "'#' begins a comment");
	return true;
}

/**
 * name_normalise - check a word and convert it to the form that the kernel compares
 * @word: the word as written
 * @len: its length
 * @literal: whether *, ? and brackets are refused
 * @out: receives the name; free it
 * @kind: receives whether it is a pattern
 * @fault: receives the reason if the word is not a name
 *
 * As in libkmod's alias_normalize(), '-' becomes '_' except inside brackets.
 *
 * Return: whether it is a name.
 */
bool name_normalise(const char *word, size_t len, bool literal, char **out,
		    enum name_kind *kind, struct name_fault *fault)
{
	size_t limit, i, end = 0;
	char *s;

	*kind = NAME_EXACT;
	for (i = 0; i < len; i++)
		if (!check_byte(word[i], i, fault))
			return false;
	s = xstrndup(word, len);
	nfg_normalise(s, s, len);
	for (i = 0; i < len; i++) {
		if (strchr("*?[]", s[i]) && literal) {
			faulty(fault, i, "a pattern is not allowed here");
			goto out_free;
		}
		if (s[i] == ']') {
			faulty(fault, i, "a bracket that was never opened");
			goto out_free;
		}
		if (is_wildcard(s[i]))
			*kind = NAME_PATTERN;
		if (s[i] == '[') {
			end = brackets_end(s, len, i, fault);
			if (!end)
				goto out_free;
			i = end;
		}
	}
	limit = *kind == NAME_EXACT ? NFG_NAME_MAX : NFG_PATTERN_MAX;
	if (len > limit) {
		faulty(fault, limit, *kind == NAME_EXACT ?
		       "longer than any name that the kernel can request" :
		       "longer than a pattern may be");
		goto out_free;
	}
	*out = s;
	return true;
out_free:
	free(s);
	return false;
}

/**
 * name_underscore - normalise a name or pattern in place
 * @name: the name
 */
void name_underscore(char *name)
{
	nfg_normalise(name, name, strlen(name));
}

/**
 * name_is_guard - whether a module is one of nfguard's own
 * @name: its name
 */
bool name_is_guard(const char *name)
{
	return !strcmp(name, "nfguard") || !strcmp(name, NFG_PROOF_MODULE);
}

bool name_is_symbol(const char *name)
{
	static const char prefix[] = "symbol:";

	return !strncmp(name, prefix, strlen(prefix));
}

/**
 * name_of_file - derive a module's name from its file
 * @path: the file, such as kernel/net/netfilter/nf-x.ko.xz
 * @name: receives the name, such as nf_x
 * @size: the size of @name
 *
 * Return: whether it is a module file with a name that fits.
 */
bool name_of_file(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');
	const char *dot;
	size_t i, n;

	base = base ? base + 1 : path;
	dot = strstr(base, ".ko");
	n = dot ? (size_t)(dot - base) : 0;
	if (!n || n >= size)
		return false;
	for (i = 0; i < n; i++)
		if (base[i] <= ' ' || base[i] > '~')
			return false;
	memcpy(name, base, n);
	name[n] = '\0';
	name_underscore(name);
	return true;
}

/**
 * group_normalise - check and normalise the name of a group
 * @word: the word as written, with its '@'
 * @len: its length
 * @out: receives the name with its '@'; free it
 * @fault: receives the reason if the word is not a group
 *
 * A group is a directory of the module tree, or several in a row: "@ipset",
 * "@net/sched". '-' and '_' are the same here too.
 *
 * Return: whether it is a group.
 */
bool group_normalise(const char *word, size_t len, char **out,
		     struct name_fault *fault)
{
	size_t i;

	for (i = 1; i < len; i++) {
		if (!check_byte(word[i], i, fault))
			return false;
		if (strchr("*?[]", word[i]))
			return faulty(fault, i, "a group cannot be a pattern");
		if (word[i] == '/' && word[i - 1] == '/')
			return faulty(fault, i, "an empty directory name");
	}
	if (len < 2 || word[1] == '/' || word[len - 1] == '/')
		return faulty(fault, len - 1,
			      "a group is @ and a directory of the module tree, such as @netfilter");
	*out = xstrndup(word, len);
	name_underscore(*out);
	return true;
}

/**
 * name_matches - whether a pattern matches a name
 * @pattern: the pattern, normalised
 * @name: the name, normalised
 *
 * Return: whether it does.
 */
bool name_matches(const char *pattern, const char *name)
{
	const char *p, *n;

	/* Most differ in the first letters: cheaper to check than by fnmatch(). */
	while (*pattern && !is_wildcard(*pattern))
		if (*pattern++ != *name++)
			return false;
	/* Of the others, most differ in the last ones: those of devices. */
	p = pattern + strlen(pattern);
	n = name + strlen(name);
	while (p > pattern && !is_wildcard(p[-1]) && p[-1] != ']')
		if (n == name || *--p != *--n)
			return false;
	if (*pattern == '*' && p == pattern + 1)
		return true;
	return !fnmatch(pattern, name, FNM_NOESCAPE);
}

/* The length of the token at @p: a character, a wildcard or brackets. */
static size_t token_len(const char *p)
{
	return *p == '[' ? (size_t)(strchr(p, ']') - p) + 1 : 1;
}

/* Whether some character matches both of two tokens, neither of them '*'. */
static bool tokens_meet(const char *a, const char *b)
{
	char one[256], other[256], c[2] = "";
	int i;

	if (*a == '?' || *b == '?')
		return true;
	if (*a != '[' && *b != '[')
		return *a == *b;
	snprintf(one, sizeof(one), "%.*s", (int)token_len(a), a);
	snprintf(other, sizeof(other), "%.*s", (int)token_len(b), b);
	for (i = ' ' + 1; i <= '~'; i++) {
		c[0] = i;
		if (!fnmatch(one, c, FNM_NOESCAPE) &&
		    !fnmatch(other, c, FNM_NOESCAPE))
			return true;
	}
	return false;
}

/* Finds where each token of a pattern begins, and its end; returns how many. */
static size_t find_tokens(const char *pattern, const char **tokens)
{
	size_t n = 0;

	for (; *pattern; pattern += token_len(pattern))
		tokens[n++] = pattern;
	tokens[n] = pattern;
	return n;
}

/**
 * patterns_meet - whether some name matches both of two patterns
 * @a: a pattern, normalised, of at most NFG_PATTERN_MAX bytes
 * @b: another
 *
 * Return: whether there is such a name.
 */
bool patterns_meet(const char *a, const char *b)
{
	const char *x[NFG_PATTERN_MAX + 1], *y[NFG_PATTERN_MAX + 1];
	bool row[NFG_PATTERN_MAX + 1], below[NFG_PATTERN_MAX + 1];
	const char *p, *q;
	size_t n, m, i, j;

	/* Most differ in the first letters. */
	for (p = a, q = b; *p && *q && !is_wildcard(*p) && !is_wildcard(*q);
	     p++, q++)
		if (*p != *q)
			return false;

	n = find_tokens(a, x);
	m = find_tokens(b, y);
	/* row[j]: whether the rest of a from token i meets the rest of b from j. */
	for (i = n + 1; i-- > 0;) {
		for (j = m + 1; j-- > 0;) {
			if (i == n && j == m)
				row[j] = true;
			else if (i < n && *x[i] == '*')
				row[j] = below[j] || (j < m && row[j + 1]);
			else if (j < m && *y[j] == '*')
				row[j] = row[j + 1] || (i < n && below[j]);
			else
				row[j] = i < n && j < m && below[j + 1] &&
					 tokens_meet(x[i], y[j]);
		}
		memcpy(below, row, sizeof(below));
	}
	return row[0];
}
