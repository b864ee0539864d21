/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * build.h - makes policy texts, and passes them to the parser as the kernel does: in
 * memory of exactly their size, so that ASan catches each read beyond it.
 */
#ifndef BUILD_H
#define BUILD_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

struct text {
	char *p;
	size_t len;
	size_t room;
};

static inline __attribute__((format(printf, 2, 3)))
void add(struct text *text, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (text->len + len + 1 > text->room) {
		text->room = 2 * (text->len + len + 1);
		text->p = realloc(text->p, text->room);
		if (!text->p)
			abort();
	}
	va_start(args, fmt);
	vsnprintf(text->p + text->len, len + 1, fmt, args);
	va_end(args);
	text->len += len;
}

static inline void text_free(struct text *text)
{
	free(text->p);
	*text = (struct text){};
}

/* Parses a copy of @p, and frees it unless the policy keeps it. */
static inline int parse(const char *p, size_t len, struct nfg_policy **policy,
			struct nfg_refusal *why)
{
	char *copy = malloc(len ? len : 1);
	int err;

	if (!copy)
		abort();
	memcpy(copy, p, len);
	*policy = NULL;
	*why = (struct nfg_refusal){};
	err = nfg_policy_parse(copy, len, policy, why);
	if (err)
		free(copy);
	return err;
}

/* The entry for a name of at most NFG_NAME_MAX bytes. */
static inline struct nfg_entry const *look_up(const struct nfg_policy *policy,
					      const char *text, size_t len,
					      bool unprivileged)
{
	struct nfg_name name;

	nfg_name_set(&name, text, len);
	return nfg_policy_lookup(policy, &name, unprivileged);
}

#endif /* BUILD_H */
