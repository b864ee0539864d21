/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rollback.h - a process that restores the previous policy unless the new one is
 * confirmed in time.
 */
#ifndef NFGUARD_ROLLBACK_H
#define NFGUARD_ROLLBACK_H

#include <stdbool.h>

/**
 * struct rollback - an armed rollback
 * @keep: a byte written there calls it off
 * @done: once it is over, a byte can be read there that says how it ended
 */
struct rollback {
	int keep;
	int done;
};

int rollback_arm(struct rollback *r, unsigned long seconds);
bool rollback_wait(struct rollback *r);
bool rollback_call_off(struct rollback *r);

#endif /* NFGUARD_ROLLBACK_H */
