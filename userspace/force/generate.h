/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * generate.h - makes the smallest policy that allows what was used, and denies
 * the rest.
 */
#ifndef NFGUARD_GENERATE_H
#define NFGUARD_GENERATE_H

#include "base/table.h"
#include "force/used.h"
#include "policy/closure.h"

/**
 * struct generated - a generated policy
 * @used: what was used
 * @dflt: its default verdict
 * @denies: for each scope and module, whether it is to be denied
 * @lines: its rules
 * @n_lines: how many
 */
struct generated {
	const struct used *used;
	enum verdict dflt;
	bool *denies[SCOPES];
	struct generated_line *lines;
	size_t n_lines;
};

bool generate_allow_list(struct generated *g, const struct used *used,
			 const struct closure *before);
bool generate_deny_list(struct generated *g, const struct used *used,
			const struct closure *before);
struct table *generated_table(const struct generated *g);
void generated_print(const struct generated *g);
void generated_free(struct generated *g);

#endif /* NFGUARD_GENERATE_H */
