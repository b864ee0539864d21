/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ways.h - walks the ways into a module, backwards from it.
 */
#ifndef NFGUARD_WAYS_H
#define NFGUARD_WAYS_H

#include "policy/closure.h"

enum way_kind {
	WAY_MODULE,
	WAY_ALIAS,
	WAY_SYMBOLS,	/* all symbol:NAME of a module */
	WAY_SOFTDEP,
};

/**
 * struct way - one way, or a part of one
 * @kind: what it is
 * @text: its name, or a phrase with it
 * @again: a module that was visited before, along with what leads to it
 * @any: the ruling on it
 * @unprivileged: the same, for unprivileged askers
 */
struct way {
	enum way_kind kind;
	const char *text;
	bool again;
	struct ruling any;
	struct ruling unprivileged;
};

/**
 * struct way_visitor - what to do with each way
 * @visit: called for a way; @parent is what it returned for that which the way
 *	leads to, NULL for the module itself
 */
struct way_visitor {
	void *(*visit)(struct way_visitor *self, void *parent,
		       const struct way *way);
};

void ways_walk(const struct closure *c, size_t module,
	       struct way_visitor *visitor);

#endif /* NFGUARD_WAYS_H */
