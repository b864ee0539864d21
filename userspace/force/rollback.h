/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rollback.h - a process that puts the policy in force back, unless it is told
 * in time to let the new one be.
 */
#ifndef NFGUARD_ROLLBACK_H
#define NFGUARD_ROLLBACK_H

#include <stdbool.h>

/**
 * struct rollback - an armed roll-back
 * @keep: a byte written there calls it off
 * @done: closed once it is over
 */
struct rollback {
	int keep;
	int done;
};

int rollback_arm(struct rollback *r, unsigned long seconds);
bool rollback_wait(struct rollback *r);
bool rollback_call_off(struct rollback *r);

#endif /* NFGUARD_ROLLBACK_H */
