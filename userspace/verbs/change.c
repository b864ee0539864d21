// SPDX-License-Identifier: GPL-2.0-only
/*
 * change.c - what a verb changed, as JSON.
 */
#include "base/paths.h"
#include "base/table.h"
#include "force/live_table.h"
#include "verbs/change.h"

static const struct column columns[] = {
	{ NULL, "changed", COLUMN_BOOL },
	{ NULL, "generation_before", COLUMN_NUMBER },
	{ NULL, "generation_after", COLUMN_NUMBER },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "file_changed", COLUMN_BOOL },
	{ NULL, "timer", COLUMN_TEXT },
	{ NULL, "rules", COLUMN_NUMBER },
	{ NULL, "entries", COLUMN_NUMBER },
};

static void add_live(struct buf *doc, const struct change_report *c)
{
	struct live live = { 0 };
	struct table *t;

	/* As say_in_force() has it; of another system, what is built in there. */
	if (paths_elsewhere() || (c->swap && !kif_permissive(c->st)))
		live_find(&live, c->policy);
	t = live_table("live", &live, c->policy);
	json_add(doc, t);
	table_free(t);
	live_free(&live);
}

/**
 * change_add - add what was changed to a document
 * @doc: the document; of json_begin()
 * @c: what was changed
 */
void change_add(struct buf *doc, const struct change_report *c)
{
	struct table *t = table_new("change", columns, ARRAY_SIZE(columns), true);

	table_row(t);
	table_text(t, "changed", c->changed ? "1" : "0");
	if (c->swap) {
		table_number(t, "generation_before", c->swap->before);
		table_number(t, "generation_after", c->swap->after);
	}
	table_text(t, "file", c->file);
	table_text(t, "file_changed", c->file_changed ? "1" : "0");
	table_text(t, "timer", c->timer);
	if (c->policy) {
		table_number(t, "rules", c->policy->n_rules);
		table_number(t, "entries", c->policy->n_entries);
	}
	json_add(doc, t);
	table_free(t);
	add_live(doc, c);
}

/**
 * change_print - print what was changed as a document of its own
 * @c: what was changed
 */
void change_print(const struct change_report *c)
{
	struct buf doc = { 0 };

	json_begin(&doc);
	change_add(&doc, c);
	json_end(&doc);
}
