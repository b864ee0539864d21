// SPDX-License-Identifier: GPL-2.0-only
/*
 * undo_print.c - what undo did, or would do, for people and as JSON.
 */
#include "base/diff.h"
#include "base/msg.h"
#include "base/table.h"
#include "policy/changes.h"
#include "verbs/change.h"
#include "verbs/undo_print.h"

/* Prints what was written, and the generations. */
void undo_say_done(const struct undo *u, const struct swap *swap)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		say("%s%s %s", i ? ", " : "", esc(u->paths[i]),
		    snapshot_find(&u->is, u->paths[i]) ? "written" : "removed");
	if (swap->changed)
		say(", generation %llu -> %llu", swap->before, swap->after);
	else if (undo_has_kernel(u))
		say(", generation %llu", swap->before);
	say("\n");
}

/* What is done to each file, or would be. */
static void add_files(struct buf *doc, const struct undo *u)
{
	static const struct column columns[] = {
		{ NULL, "file", COLUMN_TEXT },
		{ NULL, "change", COLUMN_TEXT },
	};
	struct table *t = table_new("files", columns, ARRAY_SIZE(columns), true);
	size_t i;

	for (i = 0; i < u->n; i++) {
		table_row(t);
		table_text(t, "file", u->paths[i]);
		table_text(t, "change", snapshot_find(&u->is, u->paths[i]) ?
			   "write" : "remove");
	}
	json_add(doc, t);
	table_free(t);
}

/* The same as JSON; @src and @swap: NULL if there was nothing to do. */
void undo_print_json(const struct undo *u, const struct source *src,
		     const struct swap *swap)
{
	struct swap all = { 0 };
	struct buf doc = { 0 };

	if (swap)
		all = (struct swap){
			.before = u->tried ? u->before : swap->before,
			.after = swap->after,
		};
	json_begin(&doc);
	change_add(&doc, &(struct change_report){
		.changed = swap, .file_changed = u->n,
		.swap = swap && undo_has_kernel(u) ? &all : NULL,
		.policy = src ? &src->policy : NULL, .st = &u->st,
	});
	add_files(&doc, u);
	json_end(&doc);
}

/* Prints what would change, in the files and in the policy. */
void undo_print_dry_run(const struct undo *u, const struct policy *old,
			const struct policy *new)
{
	struct buf doc = { 0 };
	size_t i;

	if (given(u->inv, OPT_JSON)) {
		json_begin(&doc);
		changes_add_json(&doc, old, new);
		add_files(&doc, u);
		json_end(&doc);
		return;
	}
	for (i = 0; i < u->n; i++) {
		const struct snap_file *a = snapshot_find(&u->was, u->paths[i]);
		const struct snap_file *b = snapshot_find(&u->is, u->paths[i]);

		diff_print(u->paths[i], a ? a->text : NULL, a ? a->len : 0,
			   b ? b->text : NULL, b ? b->len : 0);
	}
	if (!changes_print(old, new) && !u->n)
		say("nothing would change\n");
}
