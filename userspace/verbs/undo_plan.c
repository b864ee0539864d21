// SPDX-License-Identifier: GPL-2.0-only
/*
 * undo_plan.c - what the policy files are to become when a change is taken back.
 *
 * What the change did to each file is done backwards to the file as it is now.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diff.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "verbs/undo_plan.h"

/* Only what the change had changed in the file; no file before is an empty one. */
static bool redo_backwards(const struct snap_file *now,
			   const struct snap_file *after,
			   const struct snap_file *before, struct buf *text)
{
	struct buf from = { after->text, after->len, 0 };
	struct buf to = { before ? before->text : (char *)"",
			  before ? before->len : 0, 0 };
	struct buf on = { now->text, now->len, 0 };

	if (now->link || after->link || (before && before->link))
		return false;
	buf_add(text, "", 0);
	if (before && diff_redo(&from, &to, &on, text))
		return true;
	buf_free(text);
	buf_add(text, "", 0);
	return diff_drop(&from, &to, &on, text);
}

static bool refuse(const struct undo *u, const char *path, const char *why)
{
	msg_err("nothing was changed: %s %s: nfguard history %lu shows what to take back; edit the file, then nfguard apply",
		esc(path), why, u->change->number);
	return false;
}

/* What one file is to become; nothing is added if it is that already. */
static bool plan_file(struct undo *u, const char *path)
{
	const struct snap_file *after = snapshot_find(&u->change->after, path);
	const struct snap_file *before = snapshot_find(&u->change->before, path);
	struct snapshot disk = { 0 };
	struct snap_file target = { 0 };
	struct buf text = { 0 };
	const struct snap_file *now;
	bool ok = true;

	now = snapshot_read(&disk, path) ? &disk.files[0] : NULL;
	if (snap_same(now, before))
		goto out;
	if (!strncmp(path, "/usr/", 5)) {
		ok = refuse(u, path, "belongs to a package, which changed it");
		goto out;
	}
	if (snap_same(now, after)) {
		if (before)
			target = *before;
	} else if (now && after && redo_backwards(now, after, before, &text)) {
		if (text.len == now->len && !memcmp(text.s, now->text, text.len))
			goto out;	/* taken back already */
		target = *now;
		target.text = text.s;
		target.len = text.len;
	} else {
		ok = refuse(u, path, "was changed again since, in the same place");
		goto out;
	}
	u->paths = xgrow(u->paths, u->n, sizeof(*u->paths));
	u->paths[u->n++] = xstrdup(path);
	if (now)
		snapshot_add(&u->was, now);
	if (target.path)
		snapshot_add(&u->is, &target);
out:
	buf_free(&text);
	snapshot_free(&disk);
	return ok;
}

static void make_candidates(struct undo *u)
{
	size_t i, d, n;

	if (!u->n)
		return;
	u->candidates = xcalloc(u->n, sizeof(*u->candidates));
	for (i = 0; i < u->n; i++) {
		const struct snap_file *f = snapshot_find(&u->is, u->paths[i]);
		const char *name = strrchr(u->paths[i], '/') + 1;
		struct conf_candidate *c = &u->candidates[i];

		*c = (struct conf_candidate){
			.dir = "", .name = name,
			.text = f ? f->text : NULL, .len = f ? f->len : 0,
			.next = i + 1 < u->n ? c + 1 : NULL,
		};
		n = name - u->paths[i] - 1;
		for (d = 0; d < NFG_CONF_DIRS; d++)
			if (strlen(nfg_conf_dirs[d]) == n &&
			    !strncmp(nfg_conf_dirs[d], u->paths[i], n))
				c->dir = nfg_conf_dirs[d];
	}
}

static bool plan(struct undo *u)
{
	const struct change *c = u->change;
	bool ok = true;
	size_t i;

	for (i = 0; i < c->before.n && ok; i++)
		ok = plan_file(u, c->before.files[i].path);
	for (i = 0; i < c->after.n && ok; i++)
		if (!snapshot_find(&c->before, c->after.files[i].path))
			ok = plan_file(u, c->after.files[i].path);
	if (ok)
		make_candidates(u);
	return ok;
}

/* Frees what was prepared; it can then be prepared again. */
void undo_forget(struct undo *u)
{
	while (u->n)
		free(u->paths[--u->n]);
	free(u->paths);
	free(u->candidates);
	snapshot_free(&u->was);
	snapshot_free(&u->is);
	u->paths = NULL;
	u->candidates = NULL;
}

/* Plans what each policy file is to become. */
int undo_prepare(struct undo *u)
{
	if (!kif_get_status(&u->st))
		return NFG_EXIT_FAILED;
	if (undo_has_kernel(u) && u->st.locked) {
		kif_say_refused("policy", -EROFS);
		return NFG_EXIT_FAILED;
	}
	if (u->change->omitted) {
		msg_err("nothing was changed: of change %lu the policy files were too large to be kept: edit them, then nfguard apply",
			u->change->number);
		return NFG_EXIT_FAILED;
	}
	return plan(u) ? NFG_EXIT_WHOLE : NFG_EXIT_FAILED;
}
