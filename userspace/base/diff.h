/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diff.h - how two texts differ, and doing the same to a third.
 */
#ifndef NFGUARD_DIFF_H
#define NFGUARD_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

void diff_text(const char *path, const char *a, size_t a_len, const char *b,
	       size_t b_len, struct buf *out);
void diff_print(const char *path, const char *a, size_t a_len, const char *b,
		size_t b_len);
bool diff_redo(const struct buf *from, const struct buf *to,
	       const struct buf *on, struct buf *out);
bool diff_drop(const struct buf *from, const struct buf *to,
	       const struct buf *on, struct buf *out);

#endif /* NFGUARD_DIFF_H */
