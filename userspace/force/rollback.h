/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rollback.h - a process that restores what was before a change unless the change
 * is confirmed in time.
 */
#ifndef NFGUARD_ROLLBACK_H
#define NFGUARD_ROLLBACK_H

#include <stdbool.h>

#include "force/unconfirmed.h"
#include "guard/kernel_if.h"

/**
 * struct rollback - an armed rollback
 * @keep: a byte written there calls it off
 * @done: once it is over, it can be read there how it ended
 * @what: what is to be restored
 * @old: the policy in force before the change
 */
struct rollback {
	int keep;
	int done;
	const struct unconfirmed *what;
	struct kif_policy old;
};

int rollback_arm(struct rollback *r, const struct unconfirmed *u,
		 unsigned long seconds);
bool rollback_wait(struct rollback *r);
bool rollback_call_off(struct rollback *r);

#endif /* NFGUARD_ROLLBACK_H */
