// SPDX-License-Identifier: GPL-2.0-only
/*
 * behalf.c - requests that are made on behalf of a user, by somebody else: a
 * program that is root by its setuid bit, or a kernel thread. An unprivileged rule
 * does not see the user behind the first, and not always behind the second. How
 * these were found is in docs/KERNEL.md.
 */
#include "base/msg.h"
#include "policy/behalf.h"
#include "tree/names.h"

/* A message names so many requests, and counts the others. */
#define NAMED_MAX	3

/* The first that matches counts. */
static const struct behalf behalves[] = {
	{ "fs_fuse", "fusermount3, mount" },
	{ "fs_*", "mount" },
	{ "char_major_10_229", "fusermount3" },
	{ "char_major_108_*", "pppd" },
	{ "net_pf_24", "pppd" },
	{ "net_pf_24_proto_*", "pppd" },
	{ "ppp_compress_*", "pppd" },
	{ "tty_ldisc_3", "pppd" },
	{ "tty_ldisc_14", "pppd" },
	{ "crypto_*", NULL },
};

/**
 * behalf_find - whether requests for an alias are made on behalf of users
 * @alias: the alias, normalised
 *
 * Return: who makes them, or NULL.
 */
const struct behalf *behalf_find(const char *alias)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(behalves); i++)
		if (name_matches(behalves[i].pattern, alias))
			return &behalves[i];
	return NULL;
}

/**
 * behalf_list_add - adds a request to a list
 * @list: the list
 * @b: who makes it
 * @alias: its name
 */
void behalf_list_add(struct behalf_list *list, const struct behalf *b,
		     const char *alias)
{
	if (list->n++ >= NAMED_MAX)
		return;
	buf_addf(&list->text, "%s%s", list->text.len ? ", " : "", esc(alias));
	if (b->programs)
		buf_addf(&list->text, " (%s)", b->programs);
}

/**
 * behalf_list_end - adds how many requests the text does not name
 * @list: the list
 */
void behalf_list_end(struct behalf_list *list)
{
	if (list->n > NAMED_MAX)
		buf_addf(&list->text, " and %zu more", list->n - NAMED_MAX);
}
