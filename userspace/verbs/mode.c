// SPDX-License-Identifier: GPL-2.0-only
/*
 * mode.c - shows or changes the mode, which is a setting of the host: it is stored
 * for each boot, unless it is to last only until the next.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/msg.h"
#include "force/history.h"
#include "force/mirror.h"
#include "base/table.h"
#include "force/store.h"
#include "force/stored_mode.h"
#include "guard/kernel_if.h"
#include "policy/conf_lock.h"
#include "verbs/confirm.h"
#include "verbs/verb.h"

/**
 * struct mode_change - what is to be done
 * @word: the mode
 * @from: the mode in force before
 * @kept: it is in force already, and was confirmed
 * @loaded: whether there is a guard that has a mode
 * @in_force: the mode in force changes
 * @stored: the stored mode changes
 * @runtime: only until the host reboots
 * @later: only from the next boot on
 */
struct mode_change {
	const char *word;
	const char *from;
	bool kept;
	bool loaded;
	bool in_force;
	bool stored;
	bool runtime;
	bool later;
};

static const struct column columns[] = {
	{ NULL, "mode", COLUMN_TEXT },
	{ NULL, "changed", COLUMN_BOOL },
	{ NULL, "before", COLUMN_TEXT },
	{ NULL, "stored_mode", COLUMN_TEXT },
	{ NULL, "stored_changed", COLUMN_BOOL },
};

/* @c: what is or would be changed, or NULL. */
static void print_json(const struct mode_change *c, const struct kif_status *st,
		       const struct stored_mode *stored)
{
	struct table *t = table_new("mode", columns, ARRAY_SIZE(columns), true);
	bool in_force = c && (c->in_force || c->kept), store = c && c->stored;
	const char *was = *st->mode ? st->mode : NULL;

	table_row(t);
	table_text(t, "mode", in_force ? c->word : was);
	table_text(t, "changed", in_force ? "1" : "0");
	table_text(t, "before", in_force ? c->from : NULL);
	table_text(t, "stored_mode", store ? c->word : stored->word);
	table_text(t, "stored_changed", store ? "1" : "0");
	table_print(t);
	table_free(t);
}

static void find_change(struct mode_change *c, const struct invocation *inv,
			const struct kif_status *st,
			const struct stored_mode *stored)
{
	c->runtime = given(inv, OPT_RUNTIME);
	c->later = given(inv, OPT_STORE);
	c->loaded = st->state != GUARD_NOT_LOADED && st->state != GUARD_OFF;
	c->in_force = c->loaded && !c->later && strcmp(c->word, st->mode);
	c->stored = !c->runtime && !stored_mode_is(stored, c->word);
}

static bool refuse_locked(const char *word)
{
	msg_err("mode not changed: it is locked until the host reboots: to set it for the next boot: nfguard mode %s --store",
		word);
	return false;
}

static bool set_in_force(const char *word)
{
	int err = kif_write_word(NFG_MODE_FILE, word);

	if (err == -EROFS)
		return refuse_locked(word);
	if (err)
		kif_say_refused(NFG_MODE_FILE, err);
	return !err;
}

/*
 * The new file is ready before the mode in force changes, and put in place after:
 * what fails leaves both as they were.
 */
static bool store_and_set(const struct mode_change *c, const struct kif_status *st,
			  const char *path)
{
	struct save save;
	int err = c->stored ? stored_mode_begin(&save, c->word) : 0;

	if (err) {
		save_say_failed(path, err);
		return false;
	}
	if (c->in_force && !set_in_force(c->word)) {
		if (c->stored)
			save_abort(&save);
		return false;
	}
	err = c->stored ? save_commit(&save) : 0;
	if (!err)
		return true;
	if (c->in_force)
		kif_write_word(NFG_MODE_FILE, st->mode);
	save_say_failed(path, err);
	save_abort(&save);
	return false;
}

/* What was chosen for this boot alone outlives a restart of nfguard.service. */
static void note_this_boot(const struct mode_change *c, const struct kif_status *st)
{
	if (c->runtime)
		boot_mode_set(c->word);
	else if (c->later && c->loaded && strcmp(c->word, st->mode))
		boot_mode_set(st->mode);
	else
		boot_mode_set(NULL);
}

static void say_changed(const struct mode_change *c, const struct kif_status *st)
{
	const char *until = c->runtime ? ", until the host reboots" : "";

	if (c->later)
		say("%s for the next boot: %s\n",
		    c->stored ? "stored" : "already stored", c->word);
	else if (!c->loaded)
		say("%s%s%s: takes effect when the guard is loaded\n",
		    c->runtime ? "" : "stored: ", c->word, until);
	else if (c->in_force)
		say("%s -> %s%s\n", esc(st->mode), c->word, until);
	else if (!c->kept)
		say("unchanged: %s%s\n", c->word,
		    c->stored ? ", now stored for each boot" : until);
	if (c->stored && store_want_image())
		say("%s\n",
		    "the initramfs is being rebuilt with it; until that is done, a reboot begins with the mode stored before: systemctl status nfguard-initramfs.service");
}

static bool dry_run(const struct mode_change *c, const struct kif_status *st,
		    const struct stored_mode *stored)
{
	const char *was = stored->word ? stored->word : "none";

	if (c->in_force && st->locked)
		return refuse_locked(c->word);
	if (c->in_force)
		say("mode in force: %s -> %s%s\n", esc(st->mode), c->word,
		    c->runtime ? ", until the host reboots" : "");
	if (c->stored)
		say("stored mode: %s -> %s\n",
		    stored->problem ? "unusable" : was, c->word);
	if (!c->in_force && !c->stored)
		say("nothing would change\n");
	return true;
}

/* It is there to stay now. */
static void record(const struct mode_change *c, const struct stored_mode *stored)
{
	bool in_force = c->in_force || c->kept;
	const char *before = in_force ? c->from : stored_mode_next(stored);

	if (!trial_waits() || c->kept)
		unconfirmed_clear(TRIAL_MODE);
	if ((in_force || c->stored) && before && strcmp(before, c->word))
		history_add_mode(before, c->word, in_force);
}

static bool carry_out(struct mode_change *c, const struct invocation *inv,
		      const struct kif_status *st)
{
	struct stored_mode stored;
	bool ok;

	stored_mode_read(&stored);
	find_change(c, inv, st, &stored);
	if (given(inv, OPT_DRY_RUN)) {
		ok = dry_run(c, st, &stored);
	} else {
		ok = store_and_set(c, st, stored.path);
		if (ok) {
			note_this_boot(c, st);
			record(c, &stored);
			say_changed(c, st);
		}
	}
	if (ok && given(inv, OPT_JSON))
		print_json(c, st, &stored);
	stored_mode_free(&stored);
	return ok;
}

/* The change for good, once nothing has to be confirmed any more. */
static bool change_now(const struct invocation *inv, struct mode_change *c)
{
	struct kif_status st;
	int lock = conf_lock();
	bool ok = kif_get_status(&st) && carry_out(c, inv, &st);

	if (ok && !given(inv, OPT_DRY_RUN))
		mirror_after(NULL);
	conf_unlock(lock);
	return ok;
}

/* Changes the mode in force, and nothing that lasts. */
static int try_in_kernel(void *data, bool *changed)
{
	const struct mode_change *c = data;

	if (!set_in_force(c->word))
		return NFG_EXIT_FAILED;
	*changed = true;
	say("%s -> %s\n", esc(c->from), c->word);
	return NFG_EXIT_WHOLE;
}

static int change_to_be_confirmed(const struct invocation *inv, struct mode_change *c)
{
	struct trial_change change = {
		.what = TRIAL_MODE, .mode = c->from, .run = try_in_kernel, .data = c,
	};
	bool go_on;
	int err;

	err = confirm_run(inv, &change, &go_on);
	if (!go_on)
		return err;
	c->kept = true;
	if (!change_now(inv, c))
		return NFG_EXIT_FAILED;
	confirm_kept(&change);
	return NFG_EXIT_WHOLE;
}

/* Options that say different things about when it takes effect. */
static bool options_fit(const struct invocation *inv, bool loaded)
{
	unsigned long seconds;

	if (given(inv, OPT_RUNTIME) && given(inv, OPT_STORE)) {
		msg_err("mode: --runtime is for this boot and --store for the next: give one of them, or neither for both");
		return false;
	}
	if (!given(inv, OPT_CONFIRM))
		return true;
	if (!loaded) {
		msg_err("mode: --confirm is for a mode that takes effect now: leave it out");
		return false;
	}
	return confirm_seconds(inv, &seconds);
}

/**
 * mode_set - change the mode
 * @inv: the call, for its options
 * @word: the mode
 * @st: the kernel's status
 *
 * Return: an enum nfg_exit.
 */
int mode_set(const struct invocation *inv, const char *word,
	     const struct kif_status *st)
{
	struct mode_change c = { .word = mode_word(word), .from = st->mode };
	bool loaded = st->state != GUARD_NOT_LOADED && st->state != GUARD_OFF;
	struct kif_status now;
	int err;

	if (!c.word) {
		msg_err("mode '%s': must be %s or %s", esc(word),
			NFG_WORD_ENFORCING, NFG_WORD_PERMISSIVE);
		return NFG_EXIT_BAD_INPUT;
	}
	if (!options_fit(inv, loaded))
		return NFG_EXIT_BAD_INPUT;
	if (!given(inv, OPT_DRY_RUN) && !confirm_may_begin(inv))
		return NFG_EXIT_FAILED;
	if (given(inv, OPT_CONFIRM) && !given(inv, OPT_DRY_RUN) &&
	    strcmp(c.word, st->mode))
		err = change_to_be_confirmed(inv, &c);
	else
		err = change_now(inv, &c) ? NFG_EXIT_WHOLE : NFG_EXIT_FAILED;
	if (err)
		return err;
	return kif_say_trouble(kif_read_status(&now) ? st : &now);
}

static int show(const struct invocation *inv, const struct kif_status *st)
{
	struct stored_mode stored;
	const char *next;
	int worst;

	stored_mode_read(&stored);
	if (given(inv, OPT_JSON))
		print_json(NULL, st, &stored);
	else if (*st->mode)
		say("%s\n", esc(st->mode));
	worst = stored_mode_say(&stored) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	next = stored_mode_next(&stored);
	if (*st->mode && next && strcmp(next, st->mode))
		msg_warn("after the next boot the mode is %s: to keep %s: nfguard mode %s",
			 next, esc(st->mode), esc(st->mode));
	stored_mode_free(&stored);
	return nfg_exit_worse(worst, kif_say_trouble(st));
}

int cmd_mode(const struct invocation *inv)
{
	struct kif_status st;

	if (!inv->argc && inv->options & ~OPT_BIT(OPT_JSON)) {
		msg_err("mode: an option needs a mode: nfguard mode %s, or nfguard mode %s",
			NFG_WORD_ENFORCING, NFG_WORD_PERMISSIVE);
		return NFG_EXIT_BAD_INPUT;
	}
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	return inv->argc ? mode_set(inv, inv->argv[0], &st) : show(inv, &st);
}
