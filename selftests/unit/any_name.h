/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * any_name.h - compares the name that name.c makes from a format and its values with
 * the one that snprintf() makes.
 */
#ifndef ANY_NAME_H
#define ANY_NAME_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "name.h"
#include "abi/text.h"

/* Each '%' and '*' counts for a value, wherever it is: more than 36 are refused. */
static inline bool has_too_many(const char *fmt)
{
	int n = 0;

	for (; *fmt; fmt++)
		n += *fmt == '%' || *fmt == '*';
	return n > 36;
}

/* Why they differ, or NULL. The format has at most eight values. */
static inline const char *name_differs(const char *fmt, struct pt_regs *regs)
{
	const unsigned long *v = regs->values;
	char want[150], long_name[150], key[NFG_NAME_MAX + 1];
	u32 hash = NFG_HASH_START;
	struct nfg_name name;
	int len, got, i;

	len = snprintf(want, sizeof(want), fmt, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
	got = nfg_name_format_any(long_name, sizeof(long_name), fmt, regs);
	if (has_too_many(fmt))
		return got == -E2BIG ? NULL : "not too many";
	if (got != len || nfg_name_format(&name, fmt, regs) != len)
		return "another length";
	if (memcmp(long_name, want, len < (int)sizeof(want) ? len + 1 : (int)sizeof(want)))
		return "another name, by snprintf()";
	if (len > NFG_NAME_MAX)
		return NULL;
	if (memcmp(name.raw, want, len + 1))
		return "another name";
	len = strlen(want);	/* %c can end it */
	nfg_normalise(key, want, len);
	for (i = 0; i < len; i++)
		hash = nfg_hash_step(hash, key[i]);
	if (name.len != (size_t)len || memcmp(name.key, key, len) || name.key[len])
		return "not normalised";
	return name.hash == hash ? NULL : "another hash";
}

#endif /* ANY_NAME_H */
