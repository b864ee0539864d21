/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live_table.h - the denied modules that are present anyway, for JSON.
 */
#ifndef NFGUARD_LIVE_TABLE_H
#define NFGUARD_LIVE_TABLE_H

#include "base/table.h"
#include "force/live.h"

struct table *live_table(const char *name, const struct live *live,
			 const struct policy *policy);
struct table *live_off_table(const struct live *live, const struct policy *policy);

#endif /* NFGUARD_LIVE_TABLE_H */
