/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hits.h - the columns for what a rule has denied, and to whom.
 */
#ifndef NFGUARD_HITS_H
#define NFGUARD_HITS_H

#include "base/table.h"
#include "guard/kernel_if.h"

#define HITS_COUNT_COLUMNS						\
	{ "REQUESTS-DENIED", "request_denied", COLUMN_NUMBER },		\
	{ "LOADS-DENIED", "load_denied", COLUMN_NUMBER },		\
	{ NULL, "request_would_deny", COLUMN_NUMBER },			\
	{ NULL, "load_would_deny", COLUMN_NUMBER }

/* Permissive mode denies nothing: people see these two instead. */
#define HITS_PERMISSIVE_COLUMNS						\
	{ "REQUESTS-WOULD-DENY", "request_would_deny", COLUMN_NUMBER },	\
	{ "LOADS-WOULD-DENY", "load_would_deny", COLUMN_NUMBER }

#define HITS_LAST_COLUMNS						\
	{ "LAST-NAME", NULL, COLUMN_CUT | COLUMN_MAY_GO(3) },		\
	{ NULL, "last_name", COLUMN_TEXT },				\
	{ "ASKER", NULL, COLUMN_CUT | COLUMN_MAY_GO(5) },		\
	{ NULL, "last_comm", COLUMN_TEXT },				\
	{ NULL, "last_pid", COLUMN_NUMBER },				\
	{ NULL, "last_uid", COLUMN_NUMBER },				\
	{ "WHEN", NULL, COLUMN_TIME | COLUMN_MAY_GO(4) },		\
	{ NULL, "last", COLUMN_NUMBER }

void hits_fill(struct table *t, const struct kif_rule *rule);

#endif /* NFGUARD_HITS_H */
