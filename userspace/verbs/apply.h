/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply.h - compiles the policy files and puts them into effect.
 */
#ifndef NFGUARD_APPLY_H
#define NFGUARD_APPLY_H

#include "verbs/verb.h"

/**
 * struct apply_edit - what was done to the policy files just before
 * @file: the policy file that it was done to, or NULL
 * @changed: whether that changed
 */
struct apply_edit {
	const char *file;
	bool changed;
};

int apply_edited(const struct invocation *inv, const struct apply_edit *edit);

#endif /* NFGUARD_APPLY_H */
