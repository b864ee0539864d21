/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFGUARD_TEXT_H
#define NFGUARD_TEXT_H

#include "portable.h"

/* Room for @len bytes, each of which can become \xHH, and the NUL. */
#define NFG_ESCAPED_SIZE(len)	(4 * (len) + 1)

bool nfg_printable(const char *p, size_t len);
bool nfg_normalise(char *dst, const char *src, size_t len);
bool nfg_pattern_parts(const char *pattern, size_t len, size_t *prefix,
		       size_t *suffix);
size_t nfg_escape(char *dst, const char *src, size_t len, bool quoted);

#endif /* NFGUARD_TEXT_H */
