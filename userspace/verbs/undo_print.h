/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * undo_print.h - what undo did, or would do, for people and as JSON.
 */
#ifndef NFGUARD_UNDO_PRINT_H
#define NFGUARD_UNDO_PRINT_H

#include "force/put_in_force.h"
#include "verbs/undo_plan.h"

void undo_say_done(const struct undo *u, const struct swap *swap);
void undo_print_json(const struct undo *u, const struct source *src,
		     const struct swap *swap);
void undo_print_dry_run(const struct undo *u, const struct policy *old,
			const struct policy *new);

#endif /* NFGUARD_UNDO_PRINT_H */
