// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror.c - keeps a file of modprobe.d that has what the policy denies.
 */
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "base/table.h"
#include "doctor/modprobe_view.h"
#include "force/mirror.h"
#include "force/store.h"
#include "policy/conf_lock.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ NULL, "state", COLUMN_TEXT },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "changed", COLUMN_BOOL },
	{ NULL, "current", COLUMN_BOOL },
	{ NULL, "modules", COLUMN_NUMBER },
};

static void print_json(const struct mirror *m, bool changed)
{
	struct table *t = table_new("mirror", columns, ARRAY_SIZE(columns), true);

	table_row(t);
	table_text(t, "state", mirror_state_word(m->state));
	table_text(t, "file", m->path);
	table_text(t, "changed", changed ? "1" : "0");
	table_text(t, "current", mirror_is_true(m) ? "1" : "0");
	table_number(t, "modules", m->modules);
	table_print(t);
	table_free(t);
}

/* A line of another file may come first: names what modprobe loads all the same. */
static int say_open(const struct mirror *m, const struct source *src)
{
	struct buf names = { 0 };
	struct modprobe_view view;
	size_t i, n = 0;

	modprobe_view_read(&view, src->closure.tree);
	for (i = 0; i < view.tree->n_modules; i++) {
		char *line = xasprintf("\nblacklist %s\n", view.tree->modules[i].name);

		if (strstr(m->text.s, line) && !modprobe_keeps_out(&view, i) &&
		    n++ < WAYS_SHOWN)
			buf_addf(&names, "%s%s", names.len ? ", " : "",
				 view.tree->modules[i].name);
		free(line);
	}
	modprobe_view_free(&view);
	if (n)
		msg_err("modprobe still loads %s%s, as another file of modprobe.d says so first: remove the install and softdep lines about %s there",
			names.s, n > WAYS_SHOWN ? ", ..." : "", n == 1 ? "it" : "them");
	buf_free(&names);
	return n ? NFG_EXIT_NOT_HELD : NFG_EXIT_WHOLE;
}

static int say_edited(const struct mirror *m)
{
	char *where = paths_options();

	msg_err("%s was edited since nfguard wrote it, and is not kept true: nfguard mirror on --force%s, or nfguard mirror off --force%s",
		esc(m->path), esc(where), esc(where));
	free(where);
	return NFG_EXIT_NOT_HELD;
}

static int say_stale(const struct mirror *m)
{
	char *where = paths_options();

	msg_err("%s is not what the policy says: nfguard mirror on%s", esc(m->path),
		esc(where));
	free(where);
	return NFG_EXIT_NOT_HELD;
}

static int show(const struct mirror *m, const struct source *src)
{
	switch (m->state) {
	case MIRROR_OFF:
		say("off\n");
		return NFG_EXIT_WHOLE;
	case MIRROR_FOREIGN:
		say("off: %s is not nfguard's\n", esc(m->path));
		return NFG_EXIT_WHOLE;
	case MIRROR_EDITED:
		return say_edited(m);
	case MIRROR_ON:
		break;
	}
	if (m->idle && mirror_is_true(m))
		say("on: %s keeps nothing out, as %s\n", esc(m->path), m->idle);
	else
		say("on: %s keeps out %zu module%s\n", esc(m->path), m->modules,
		    PLURAL(m->modules));
	return mirror_is_true(m) ? say_open(m, src) : say_stale(m);
}

/* Somebody's own lines are not replaced or removed unasked. */
static bool refuses(const struct invocation *inv, const struct mirror *m)
{
	if (given(inv, OPT_FORCE) || m->state == MIRROR_OFF || m->state == MIRROR_ON)
		return false;
	msg_err("%s %s: nothing was changed: rename it, or add --force to replace or remove it",
		esc(m->path), m->state == MIRROR_EDITED ?
		"was edited since nfguard wrote it" : "is not nfguard's");
	return true;
}

static int switch_it(const struct invocation *inv, struct mirror *m, bool on)
{
	int err;

	if (refuses(inv, m))
		return NFG_EXIT_FAILED;
	err = on ? mirror_write(m) : mirror_remove(m);
	if (err) {
		save_say_failed(m->path, err);
		return NFG_EXIT_FAILED;
	}
	/* The initramfs has a copy of modprobe.d. */
	if (!paths_elsewhere())
		store_want_image();
	return NFG_EXIT_WHOLE;
}

static int run(const struct invocation *inv, const struct source *src)
{
	const char *word = inv->argc ? inv->argv[0] : NULL;
	struct mirror m;
	bool changed = false;
	int err = NFG_EXIT_WHOLE;

	mirror_read(&m, src);
	if (word) {
		bool on = !strcmp(word, "on");

		changed = on ? !mirror_is_true(&m) : m.state != MIRROR_OFF;
		if (changed)
			err = switch_it(inv, &m, on);
	}
	if (!err) {
		mirror_free(&m);
		mirror_read(&m, src);
		err = show(&m, src);
		if (given(inv, OPT_JSON))
			print_json(&m, changed);
	}
	mirror_free(&m);
	return err;
}

int cmd_mirror(const struct invocation *inv)
{
	bool off = inv->argc && !strcmp(inv->argv[0], "off");
	struct source src;
	int lock, err;
	bool ok;

	if (inv->argc && !off && strcmp(inv->argv[0], "on")) {
		msg_err("mirror '%s': must be on or off", esc(inv->argv[0]));
		return NFG_EXIT_BAD_INPUT;
	}
	lock = conf_lock();
	ok = source_read(&src, NULL);
	if (ok || off) {
		err = run(inv, ok ? &src : NULL);
	} else {
		diags_print(&src.diags);
		err = NFG_EXIT_BAD_INPUT;
	}
	source_free(&src);
	conf_unlock(lock);
	return err;
}
