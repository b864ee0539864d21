/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expiry.h - rules that last for a limited time: a transient systemd timer removes
 * them.
 */
#ifndef NFGUARD_EXPIRY_H
#define NFGUARD_EXPIRY_H

#include <stdbool.h>

#include "verbs/verb.h"

/* Room for the name of the timer's unit. */
#define EXPIRY_UNIT_SIZE	48

int expiry_arm(const struct invocation *inv, unsigned long seconds,
	       char *unit);
void expiry_disarm(const char *unit);

#endif /* NFGUARD_EXPIRY_H */
