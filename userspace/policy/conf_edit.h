/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_edit.h - edits the text of a policy file: from text to text.
 */
#ifndef NFGUARD_CONF_EDIT_H
#define NFGUARD_CONF_EDIT_H

#include "base/util.h"
#include "policy/conf.h"

/**
 * struct edit - what is to be done to each of some names
 * @remove: take them out; else put them in
 * @verdict: with which verdict
 * @scope: in which scope
 * @any_scope: take them out of rules of any scope
 * @words: the names as written, each a valid name, pattern or alias:NAME
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
