/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * behalf.h - requests that are made on behalf of a user, by somebody else.
 */
#ifndef NFGUARD_BEHALF_H
#define NFGUARD_BEHALF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/**
 * struct behalf - requests that somebody makes on behalf of a user
 * @pattern: their names, normalised
 * @programs: the setuid-root programs that make them, or NULL
 * @threads: the parts of the kernel whose threads or work queues make them, or NULL
 */
struct behalf {
	const char *pattern;
	const char *programs;
	const char *threads;
};

/**
 * struct behalf_list - some of the requests that were found, as text
 * @text: their names, and who makes them
 * @n: how many were found
 */
struct behalf_list {
	struct buf text;
	size_t n;
};

const struct behalf *behalf_find(const char *name);
void behalf_list_add(struct behalf_list *list, const char *name, const char *who);
void behalf_list_end(struct behalf_list *list);

#endif /* NFGUARD_BEHALF_H */
