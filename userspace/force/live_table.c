// SPDX-License-Identifier: GPL-2.0-only
/*
 * live_table.c - the denied modules that are present anyway, for JSON.
 */
#include "force/live_table.h"

static const struct column columns[] = {
	{ NULL, "module", COLUMN_TEXT },
	{ NULL, "why", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
};

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
	struct table *t = table_new(name, columns, ARRAY_SIZE(columns), true);
	size_t i;

	for (i = 0; i < live->n; i++) {
		const struct live_module *m = &live->list[i];

		table_row(t);
		table_text(t, "module", m->name);
		table_text(t, "why", m->how == LIVE_BUILTIN ? "built in" : "live");
		table_text(t, "rule", live_rule(m, policy));
	}
	return t;
}
