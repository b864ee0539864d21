/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_edit.h - edits the text of a policy file.
 */
#ifndef NFGUARD_CONF_EDIT_H
#define NFGUARD_CONF_EDIT_H

#include "base/util.h"
#include "policy/conf.h"

/**
 * struct edit - names to add to a policy file, or to remove from it
 * @remove: remove them instead of adding them
 * @any_scope: take them out of existing rules of any scope, not only of @scope
 * @verdict: the verdict of the new rules
 * @scope: the scope of the new rules, or of those to remove the names from
 * @words: the names as written, each a valid name, pattern, @GROUP or
 *	alias:NAME
 * @names: the same, normalised
 * @n: how many
 */
struct edit {
	bool remove;
	bool any_scope;
	enum verdict verdict;
	enum scope scope;
	char **words;
	char **names;
	size_t n;
};

void conf_edit(const struct edit *edit, const struct conf *conf,
	       struct buf *out);

#endif /* NFGUARD_CONF_EDIT_H */
