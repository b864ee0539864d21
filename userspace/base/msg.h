/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * msg.h - messages on stderr, and the escaping of text from outside.
 */
#ifndef NFGUARD_MSG_H
#define NFGUARD_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/util.h"

/* Prints a line on stderr that begins with "nfguard: ". */
void msg_err(const char *fmt, ...) __printf(1, 2);
/* The same, beginning with "nfguard: warning: ". */
void msg_warn(const char *fmt, ...) __printf(1, 2);

/* Prints on stdout, for people: nothing after say_nothing(true), as for JSON. */
void say(const char *fmt, ...) __printf(1, 2);
void say_nothing(bool nothing);

/* Makes text from outside safe to print; see esc_n(). */
const char *esc(const char *s);
const char *esc_n(const char *s, size_t n);

/* Escape sequences for a terminal; empty where colour is not wanted. */
const char *colour_bad(FILE *f);
const char *colour_alarm(FILE *f);	/* louder than that */
const char *colour_good(FILE *f);
const char *colour_doubtful(FILE *f);
const char *colour_off(FILE *f);

/**
 * struct diag - a finding
 * @file: the policy file, escaped
 * @line: the line in it; 0: the whole file
 * @col: the column in bytes, from 1; 0: the whole line
 * @text: the sentence
 * @error: whether it keeps the policy from taking effect
 */
struct diag {
	char *file;
	unsigned int line;
	unsigned int col;
	char *text;
	bool error;
};

/**
 * struct diags - findings about policy files, in the order they were recorded
 * @n: how many
 * @errors: how many of them are errors; the others are warnings
 */
struct diags {
	struct diag *list;
	size_t n;
	size_t errors;
};

void diag_error(struct diags *d, const char *file, unsigned int line,
		unsigned int col, const char *fmt, ...) __printf(5, 6);
void diag_warn(struct diags *d, const char *file, unsigned int line,
	       unsigned int col, const char *fmt, ...) __printf(5, 6);
/* Prints each finding once, however often the files are read. */
void diags_print(const struct diags *d);
void diags_free(struct diags *d);

#endif /* NFGUARD_MSG_H */
