/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdline.h - the words of a kernel command line.
 */
#ifndef NFGUARD_CMDLINE_H
#define NFGUARD_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct cmdline - the words of a kernel command line
 * @text: the line, cut into its words
 * @words: the words, without "--" and the quotes around them
 * @n: how many are the kernel's: those up to "--", which begins those of init
 * @all: how many there are
 */
struct cmdline {
	char *text;
	char **words;
	size_t n;
	size_t all;
};

void cmdline_parse(struct cmdline *c, const char *line);
bool cmdline_read(struct cmdline *c);
const char *cmdline_next(const struct cmdline *c, const char *key, size_t *at);
const char *cmdline_next_any(const struct cmdline *c, const char *key, size_t *at);
bool cmdline_lists(const struct cmdline *c, const char *key, const char *item);
bool word_is_true(const char *value);
bool cmdline_true(const struct cmdline *c, const char *key);
void cmdline_free(struct cmdline *c);

#endif /* NFGUARD_CMDLINE_H */
