/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * changes.h - prints how two policies differ.
 */
#ifndef NFGUARD_CHANGES_H
#define NFGUARD_CHANGES_H

#include "base/util.h"
#include "policy/kernel_policy.h"

void changes_add_json(struct buf *doc, const struct policy *from,
		      const struct policy *to);
void changes_print_json(const struct policy *from, const struct policy *to);
bool changes_print(const struct policy *from, const struct policy *to);

#endif /* NFGUARD_CHANGES_H */
