/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edit_names.h - the names that deny, allow and remove are given.
 */
#ifndef NFGUARD_EDIT_NAMES_H
#define NFGUARD_EDIT_NAMES_H

#include <stdbool.h>

#include "policy/conf_edit.h"
#include "policy/source.h"
#include "verbs/verb.h"

bool edit_names_take(struct edit *edit, const struct invocation *inv);
bool edit_group_known(const struct tree *tree, const char *word, const char *name);
bool edit_names_known(const struct edit *edit, const struct source *src);
int edit_names_check(const struct invocation *inv, const struct edit *edit,
		     const struct source *src);
void edit_names_free(struct edit *edit);

#endif /* NFGUARD_EDIT_NAMES_H */
