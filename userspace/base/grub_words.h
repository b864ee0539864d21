/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grub_words.h - what GRUB makes of a line: its quotes and variables.
 */
#ifndef NFGUARD_GRUB_WORDS_H
#define NFGUARD_GRUB_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/**
 * struct grub_var - a variable of GRUB's
 * @name: its name
 * @value: its value; NULL if it can't be known
 */
struct grub_var {
	char *name;
	char *value;
};

/**
 * struct grub_vars - the variables
 * @list: the variables
 * @n: how many
 */
struct grub_vars {
	struct grub_var *list;
	size_t n;
};

void grub_vars_read(struct grub_vars *vars);
char *grub_words(const struct grub_vars *vars, const char *line, char **unknown);
char *grub_variables(const struct grub_vars *vars, const char *line, char **unknown);
void grub_vars_free(struct grub_vars *vars);

#endif /* NFGUARD_GRUB_WORDS_H */
