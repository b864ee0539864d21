/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * applied.h - the policy files as they last took effect.
 */
#ifndef NFGUARD_APPLIED_H
#define NFGUARD_APPLIED_H

#include "force/snapshot.h"

/* The policy files that were stored last, in NFG_STORE_DIR. */
#define NFG_LAST_GOOD	"last-good"

bool applied_read(struct snapshot *s);
void applied_text(const struct snapshot *s, struct buf *out);
void applied_now(const struct conf *conf);
void applied_last_good(void);

#endif /* NFGUARD_APPLIED_H */
