/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * imports.h - rules from lines that were to keep modules out, and what those did.
 */
#ifndef NFGUARD_IMPORTS_H
#define NFGUARD_IMPORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tree/tree.h"

/**
 * struct import - a line, and the rule made of it
 * @file: where it is
 * @line: the line there
 * @text: the line, or the part of it that this rule is made of
 * @rule: the rule, or NULL if there is none to be made
 * @kept: what the line kept out: a word
 * @note: the same as a sentence
 * @again: an earlier line made the same rule
 */
struct import {
	char *file;
	unsigned int line;
	char *text;
	char *rule;
	const char *kept;
	char *note;
	bool again;
};

/**
 * struct imports - what is imported, in the order of the lines
 * @list: the lines
 * @n: how many
 * @rules: how many different rules
 * @strange: how many lines are nothing that can be imported
 * @dos: how many lines end in a carriage return
 */
struct imports {
	struct import *list;
	size_t n;
	size_t rules;
	size_t strange;
	size_t dos;
};

void imports_of_host(struct imports *im, const struct tree *tree);
bool imports_of_files(struct imports *im, const struct tree *tree, char **files,
		      size_t n);
void imports_free(struct imports *im);

#endif /* NFGUARD_IMPORTS_H */
