// SPDX-License-Identifier: GPL-2.0-only
/*
 * undo.c - takes back a change of the policy files or of the mode.
 *
 * That goes the way of any other change: checked, put into effect, written, recorded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/in_force.h"
#include "force/put_in_force.h"
#include "force/store.h"
#include "policy/conf_lock.h"
#include "verbs/confirm.h"
#include "verbs/history.h"
#include "verbs/safety.h"
#include "verbs/undo_plan.h"
#include "verbs/undo_print.h"
#include "verbs/verb.h"

/* What undo brings back may deny what the host has come to run on. */
static int check_safety(const struct undo *u)
{
	struct source src;
	int err = NFG_EXIT_WHOLE;

	/* Errors are reported by who applies them. */
	if (source_read(&src, u->candidates))
		err = safety_check(u->inv, &src);
	source_free(&src);
	return err;
}

/* Puts the files as they are to be into effect. */
static int take_effect(struct undo *u, struct source *src, struct swap *swap)
{
	int err = u->tried ? NFG_EXIT_WHOLE : check_safety(u);

	if (err)
		return err;
	if (undo_has_kernel(u))
		err = put_in_force(src, u->candidates, swap);
	else if (!source_read(src, u->candidates))
		err = NFG_EXIT_BAD_INPUT;
	if (err || !u->tried)
		diags_print(&src->diags);
	if (err == NFG_EXIT_BAD_INPUT)
		msg_err("nothing was changed");
	return err;
}

/* Writes the files; if one can't be written, those before it are put back. */
static int write_files(const struct undo *u)
{
	size_t i;
	int err;

	for (i = 0; i < u->n; i++) {
		err = snapshot_put(u->paths[i],
				   snapshot_find(&u->is, u->paths[i]));
		if (!err)
			continue;
		save_say_failed(u->paths[i], err);
		while (i-- > 0)
			snapshot_put(u->paths[i],
				     snapshot_find(&u->was, u->paths[i]));
		return NFG_EXIT_FAILED;
	}
	return NFG_EXIT_WHOLE;
}

static int finish(struct undo *u, const struct source *src,
		  const struct swap *swap)
{
	char *note = xasprintf("undo of %lu", u->change->number);

	undo_say_done(u, swap);
	history_note(note);
	store_after(src);
	history_note(NULL);
	unconfirmed_clear(TRIAL_POLICY);
	kif_read_status(&u->st);
	free(note);
	if (given(u->inv, OPT_JSON))
		undo_print_json(u, src, swap);
	return say_in_force(&u->st, &src->policy);
}

static int undo_locked(struct undo *u)
{
	struct swap swap = { 0 };
	struct source src = { 0 };
	int err;

	err = undo_prepare(u);
	if (!err && !u->n) {
		say("unchanged: change %lu is taken back already\n",
		    u->change->number);
		if (given(u->inv, OPT_JSON))
			undo_print_json(u, NULL, NULL);
		return err;
	}
	if (!err)
		err = take_effect(u, &src, &swap);
	if (!err) {
		err = write_files(u);
		if (err)
			swap_undo(&swap);
		else
			err = finish(u, &src, &swap);
	}
	swap_free(&swap);
	source_free(&src);
	return err;
}

static int undo_now(struct undo *u)
{
	int lock = conf_lock();
	int err = undo_locked(u);

	conf_unlock(lock);
	return err;
}

/* Puts it into effect, and leaves the files as they are. */
static int undo_trial(void *data, bool *changed)
{
	int lock = conf_lock(), err;
	struct swap swap = { 0 };
	struct source src = { 0 };
	struct undo *u = data;

	err = undo_prepare(u);
	if (!err && u->n && undo_has_kernel(u)) {
		err = take_effect(u, &src, &swap);
		*changed = swap.changed;
		u->tried = swap.changed;
		if (swap.changed) {
			u->before = swap.before;
			say("generation %llu -> %llu, no policy file written yet\n",
			    swap.before, swap.after);
			err = say_in_force(&u->st, &src.policy);
		}
	}
	swap_free(&swap);
	source_free(&src);
	undo_forget(u);
	conf_unlock(lock);
	return err;
}

static int undo_to_be_confirmed(struct undo *u, const struct invocation *inv)
{
	struct trial_change change = {
		.what = TRIAL_POLICY, .run = undo_trial, .data = u,
	};
	bool go_on;
	int err;

	err = confirm_run(inv, &change, &go_on);
	if (!go_on)
		return err;
	err = undo_now(u);
	if (err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT)
		confirm_kept(&change);
	return err;
}

static int dry_run(struct undo *u)
{
	struct policy old = { 0 };
	struct source src = { 0 };
	int err;

	err = undo_prepare(u);
	if (!err && !source_read(&src, u->candidates))
		err = NFG_EXIT_BAD_INPUT;
	diags_print(&src.diags);
	if (!err)
		err = read_policy_in_force(&old);
	if (!err)
		err = safety_check(u->inv, &src);
	if (!err)
		undo_print_dry_run(u, &old, &src.policy);
	policy_free(&old);
	source_free(&src);
	return err;
}

static int undo_policy(const struct invocation *inv, const struct change *c)
{
	struct undo u = { .inv = inv, .change = c };
	unsigned long seconds;
	int err;

	if (given(inv, OPT_CONFIRM) && !confirm_seconds(inv, &seconds))
		return NFG_EXIT_BAD_INPUT;
	if (given(inv, OPT_DRY_RUN))
		err = dry_run(&u);
	else if (!confirm_may_begin(inv))
		err = NFG_EXIT_FAILED;
	else if (given(inv, OPT_CONFIRM))
		err = undo_to_be_confirmed(&u, inv);
	else
		err = undo_now(&u);
	undo_forget(&u);
	return err;
}

static int undo_mode(const struct invocation *inv, const struct change *c)
{
	struct kif_status st;
	char *note;
	int err;

	if (!c->mode_before) {
		msg_err("nothing was changed: of change %lu the mode before is not known: nfguard mode enforcing, or nfguard mode permissive",
			c->number);
		return NFG_EXIT_FAILED;
	}
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	note = xasprintf("undo of %lu", c->number);
	history_note(note);
	err = mode_set(inv, c->mode_before, &st);
	history_note(NULL);
	free(note);
	return err;
}

/* The last change that can be taken back and that somebody made, or NULL. */
static const struct change *last_change(const struct history *h)
{
	size_t i;

	for (i = h->n; i-- > 0;)
		if (strcmp(h->list[i].kind, HISTORY_LOCK) && !h->list[i].boot)
			return &h->list[i];
	msg_err("there is no change to undo: none of the policy files or of the mode was recorded");
	return NULL;
}

int cmd_undo(const struct invocation *inv)
{
	const struct change *c;
	struct history h;
	int err;

	if (!history_get(&h)) {
		history_free(&h);
		return NFG_EXIT_FAILED;
	}
	c = inv->argc ? history_choose(&h, inv->argv[0]) : last_change(&h);
	if (!c) {
		err = inv->argc ? NFG_EXIT_BAD_INPUT : NFG_EXIT_FAILED;
	} else if (!strcmp(c->kind, HISTORY_LOCK)) {
		msg_err("a lock can't be undone: it lasts until the host reboots");
		err = NFG_EXIT_FAILED;
	} else if (!strcmp(c->kind, HISTORY_MODE)) {
		err = undo_mode(inv, c);
	} else {
		err = undo_policy(inv, c);
	}
	history_free(&h);
	return err;
}
