// SPDX-License-Identifier: GPL-2.0-only
/*
 * preset.c - lists, shows, enables and disables the curated policy files.
 *
 * An enabled preset is a link in /etc/nfguard.d, so that an update of the package
 * reaches the host. The files are compiled with it before the link is made, and if
 * applying them is refused or not confirmed, the link is as it was.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/near.h"
#include "base/paths.h"
#include "base/save.h"
#include "base/table.h"
#include "doctor/impact.h"
#include "force/in_force.h"
#include "force/store.h"
#include "policy/changes.h"
#include "policy/preset.h"
#include "policy/source.h"
#include "verbs/apply.h"
#include "verbs/change.h"
#include "verbs/confirm.h"
#include "verbs/safety.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ "PRESET", "preset", COLUMN_TEXT },
	{ "STATE", "state", COLUMN_TEXT },
	{ "ABOUT", "about", COLUMN_WRAP },
	{ NULL, "file", COLUMN_TEXT },
};

static const char *const states[] = {
	[PRESET_OFF] = "disabled",
	[PRESET_ON] = "enabled",
	[PRESET_OWN] = "replaced",
	[PRESET_BROKEN] = "broken",
};

/* With one such link no policy file is applied. */
static void say_broken(const struct preset *preset)
{
	char *where = paths_options();

	if (preset->state == PRESET_BROKEN)
		msg_warn("%s leads to no file: nfguard preset %s %s%s",
			 esc(preset->link), preset->file ? "enable" : "disable",
			 esc(preset->name), esc(where));
	free(where);
}

static int list(const struct invocation *inv, const struct presets *presets)
{
	struct table *t = table_new("presets", columns, ARRAY_SIZE(columns),
				    given(inv, OPT_JSON));
	size_t i;

	for (i = 0; i < presets->n; i++) {
		table_row(t);
		table_text(t, "preset", presets->list[i].name);
		table_text(t, "state", states[presets->list[i].state]);
		table_text(t, "about", presets->list[i].about);
		table_text(t, "file", presets->list[i].path);
		say_broken(&presets->list[i]);
	}
	if (presets->n || given(inv, OPT_JSON))
		table_print(t);
	else
		msg_warn("no presets are installed in /usr/share/nfguard/presets: install the package nfguard again");
	table_free(t);
	return NFG_EXIT_WHOLE;
}

static int show(const struct preset *preset)
{
	struct buf b = { 0 };
	int err = preset_read(preset, &b);

	if (err)
		msg_err("%s: %s", esc(preset->path), strerror(-err));
	else
		fwrite(b.s, 1, b.len, stdout);
	buf_free(&b);
	return err ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
}

/**
 * struct change - what is to become of a preset
 * @inv: the call
 * @preset: the preset
 * @enable: whether it is to be read
 * @changes: whether it is not so yet
 * @place: the directory of policy files, wherever links lead to
 * @at: the link there
 * @text: the content of the preset
 * @old: what the link holds; NULL: there is none
 */
struct change {
	const struct invocation *inv;
	const struct preset *preset;
	bool enable;
	bool changes;
	char *place;
	char *at;
	struct buf text;
	char *old;
};

/* Compiles the policy files as they would be. */
static bool read_candidate(const struct change *c, struct source *src)
{
	const struct conf_candidate candidate = {
		.dir = NFG_EDIT_DIR, .name = strrchr(c->at, '/') + 1,
		.text = c->enable ? c->text.s : NULL,
		.len = c->enable ? c->text.len : 0,
	};
	bool ok = source_read(src, &candidate);

	diags_print(&src->diags);
	return ok;
}

static int print_changes(const struct change *c, const struct source *src)
{
	struct policy old = { 0 };
	int err = read_policy_in_force(&old);

	if (!err && given(c->inv, OPT_JSON))
		changes_print_json(&old, &src->policy);
	else if (!err && !changes_print(&old, &src->policy))
		say("nothing would change\n");
	policy_free(&old);
	return err;
}

/*
 * Whether the files have no errors then, and what it would break. What takes the host
 * down is refused when it is applied.
 */
static int check(const struct change *c, struct source *src)
{
	int err = NFG_EXIT_BAD_INPUT;

	if (read_candidate(c, src))
		err = given(c->inv, OPT_DRY_RUN) ? safety_check(c->inv, src) :
		      NFG_EXIT_WHOLE;
	else
		msg_err("nothing was changed");
	if (!err && c->enable && c->changes)
		impacts_warn(src, c->preset->link, NULL, 0, given(c->inv, OPT_DRY_RUN));
	return err;
}

/*
 * What the link is to hold: relative, so that it stays in an image whoever follows it.
 * Its directory may be elsewhere than its name says, by links.
 */
static char *link_text(const struct change *c)
{
	char *root = path_conf("/"), *top = realpath(root, NULL);
	char *place = realpath(c->place, NULL);
	const char *rest = place && top ? place + strlen(top) : NFG_EDIT_DIR;
	struct buf text = { 0 };

	for (; *rest; rest++)
		if (*rest != '/' && (rest[1] == '/' || !rest[1]))
			buf_addf(&text, "%s..", text.len ? "/" : "");
	buf_adds(&text, c->preset->file);
	free(place);
	free(top);
	free(root);
	return text.s;
}

/* Puts a link to @text in the place of what link there is; NULL: none. */
static int put_link(const struct change *c, const char *text)
{
	char *old = preset_linked(c->at);
	int err = 0;

	if (old && unlink(c->at))
		err = -errno;
	free(old);
	/* A rollback may have been first. */
	if (!err && text && symlink(text, c->at) && errno != EEXIST)
		err = -errno;
	if (!err)
		err = save_sync_dir(c->place);
	if (err)
		msg_err("%s: %s", esc(c->preset->link), strerror(-err));
	return err ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
}

static int change_link(const struct change *c)
{
	char *text;
	int err;

	if (!c->changes)
		return NFG_EXIT_WHOLE;
	if (!c->enable)
		return put_link(c, NULL);
	/* What the link holds depends on where this is. */
	mkdir(c->place, 0755);
	text = link_text(c);
	err = put_link(c, text);
	free(text);
	return err;
}

static void say_done(const struct change *c, const char *would)
{
	if (c->changes)
		say("%s %s%s\n", esc(c->preset->link), would,
		    c->enable ? "made" : "removed");
}

/* In another system nothing takes effect: it is stored for its boots. */
static int store_there(const struct change *c, const struct source *src)
{
	const struct kif_status none = { 0 };

	say_done(c, "");
	store_in_root(src);
	if (given(c->inv, OPT_JSON))
		change_print(&(struct change_report){
			.changed = c->changes, .file = c->preset->link,
			.file_changed = c->changes, .policy = &src->policy,
			.st = &none,
		});
	return NFG_EXIT_WHOLE;
}

static int apply_here(const struct change *c)
{
	const struct apply_edit edit = { c->preset->link, c->changes };
	int err = apply_edited(c->inv, &edit);

	if (err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT)
		say_done(c, "");
	else if (c->changes)
		put_link(c, c->old);
	return err;
}

static int dry_run(const struct change *c, const struct source *src)
{
	int err = print_changes(c, src);

	if (!err && paths_elsewhere())
		say_done(c, "would be ");
	return err;
}

static int carry_out(const struct change *c)
{
	bool dry = given(c->inv, OPT_DRY_RUN);
	struct source src = { 0 };
	int err;

	if (given(c->inv, OPT_CONFIRM) && !confirm_may_begin(c->inv))
		return NFG_EXIT_FAILED;
	err = check(c, &src);
	if (!err)
		err = dry ? dry_run(c, &src) : change_link(c);
	if (!err && !dry)
		err = paths_elsewhere() ? store_there(c, &src) : apply_here(c);
	source_free(&src);
	return err;
}

/* Whether there is neither a file of another kind nor one too few. */
static bool may_change(const struct preset *preset, bool enable)
{
	char *where;

	if (preset->state == PRESET_OWN) {
		msg_err("%s is a file of its own, not the link that preset enable makes: move it away first",
			esc(preset->link));
		return false;
	}
	if (preset->state != PRESET_BROKEN || !enable || preset->file)
		return true;
	where = paths_options();
	msg_err("%s is gone: install it again, or nfguard preset disable %s%s",
		esc(preset->name), esc(preset->name), esc(where));
	free(where);
	return false;
}

static char *read_old(const char *at)
{
	char to[PATH_MAX];
	ssize_t n = readlink(at, to, sizeof(to) - 1);

	return n < 0 ? NULL : xstrndup(to, n);
}

static int change(const struct invocation *inv, const struct preset *preset,
		  bool enable)
{
	struct change c = {
		.inv = inv, .preset = preset, .enable = enable,
		.changes = preset->state != (enable ? PRESET_ON : PRESET_OFF),
	};
	int err = 0;
	char *dir;

	if (!may_change(preset, enable))
		return NFG_EXIT_FAILED;
	if (!c.changes)
		say("%s is %s already\n", esc(preset->name), states[preset->state]);
	dir = path_conf(NFG_EDIT_DIR);
	c.place = path_followed(dir);
	c.at = xasprintf("%s%s", c.place, strrchr(preset->link, '/'));
	c.old = read_old(c.at);
	if (enable)
		err = preset_read(preset, &c.text);
	if (err)
		msg_err("%s: %s", esc(preset->path), strerror(-err));
	err = err ? NFG_EXIT_FAILED : carry_out(&c);
	buf_free(&c.text);
	free(c.old);
	free(c.at);
	free(c.place);
	free(dir);
	return err;
}

static const struct preset *find(const struct invocation *inv,
				 const struct presets *presets)
{
	struct near near = { 0 };
	const struct preset *preset;
	size_t i;

	if (inv->argc < 2) {
		msg_err("preset %s: the name of a preset must follow: nfguard preset list",
			inv->argv[0]);
		return NULL;
	}
	near.wanted = inv->argv[1];
	preset = presets_get(presets, inv->argv[1]);
	for (i = 0; !preset && i < presets->n; i++)
		near_try(&near, presets->list[i].name);
	if (!preset && near.best)
		msg_err("no preset '%s': did you mean %s?", esc(inv->argv[1]), near.best);
	else if (!preset)
		msg_err("no preset '%s': nfguard preset list", esc(inv->argv[1]));
	return preset;
}

static int run(const struct invocation *inv, const struct presets *presets)
{
	const char *word = inv->argc ? inv->argv[0] : "list";
	const struct preset *preset;

	if (!strcmp(word, "list")) {
		if (inv->argc < 2)
			return list(inv, presets);
		msg_err("preset list: unexpected argument '%s'", esc(inv->argv[1]));
		return NFG_EXIT_BAD_INPUT;
	}
	if (strcmp(word, "show") && strcmp(word, "enable") && strcmp(word, "disable")) {
		msg_err("preset '%s': must be list, show, enable or disable", esc(word));
		return NFG_EXIT_BAD_INPUT;
	}
	preset = find(inv, presets);
	if (!preset)
		return NFG_EXIT_BAD_INPUT;
	return !strcmp(word, "show") ? show(preset) :
	       change(inv, preset, !strcmp(word, "enable"));
}

int cmd_preset(const struct invocation *inv)
{
	struct presets presets;
	int err;

	presets_find(&presets);
	err = run(inv, &presets);
	presets_free(&presets);
	return err;
}
