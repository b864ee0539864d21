// SPDX-License-Identifier: GPL-2.0-only
/*
 * live_table.c - the denied modules that are present anyway, for JSON.
 */
#include "force/live_table.h"

static const struct column columns[] = {
	{ NULL, "module", COLUMN_TEXT },
	{ NULL, "why", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "init_functions", COLUMN_TEXT },
};

static struct table *make(const char *name, const struct live_module *list, size_t n,
			  const struct policy *policy)
{
	struct table *t = table_new(name, columns, ARRAY_SIZE(columns), true);
	size_t i;

	for (i = 0; i < n; i++) {
		const struct live_module *m = &list[i];

		table_row(t);
		table_text(t, "module", m->name);
		table_text(t, "why", m->how == LIVE_BUILTIN ? "built in" : "live");
		table_text(t, "rule", live_rule(m, policy));
		table_text(t, "init_functions", m->builtin.functions);
	}
	return t;
}

/**
 * live_table - make a table of what live_find() found
 * @name: the table's key
 * @live: the modules
 * @policy: the policy that it was given
 *
 * Return: the table, to be freed.
 */
struct table *live_table(const char *name, const struct live *live,
			 const struct policy *policy)
{
	return make(name, live->list, live->n, policy);
}

/**
 * live_off_table - make a table of the denied modules that are built in but were left
 * out of this boot
 * @live: what live_find() found
 * @policy: the policy that it was given
 *
 * Return: the table, to be freed.
 */
struct table *live_off_table(const struct live *live, const struct policy *policy)
{
	return make("switched_off", live->off, live->n_off, policy);
}
