// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply.c - compiles the policy files and puts them into effect.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "base/table.h"
#include "force/in_force.h"
#include "force/mirror.h"
#include "force/put_in_force.h"
#include "force/store.h"
#include "force/unconfirmed.h"
#include "guard/kernels.h"
#include "policy/changes.h"
#include "policy/conf_lock.h"
#include "policy/source.h"
#include "verbs/apply.h"
#include "verbs/change.h"
#include "verbs/confirm.h"
#include "verbs/safety.h"
#include "verbs/unload_live.h"
#include "verbs/verb.h"

/**
 * struct applying - one call
 * @inv: the call
 * @edit: what was done to the policy files just before
 * @st: the kernel's status
 * @doc: the JSON document, which is not printed yet: what it says may be rolled back
 */
struct applying {
	const struct invocation *inv;
	const struct apply_edit *edit;
	struct kif_status st;
	struct buf doc;
};

/* Without the kernel module the policy is still stored for the next boot. */
static int check_and_store(const struct applying *a)
{
	struct source src;
	int err;

	err = source_read(&src, NULL) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	diags_print(&src.diags);
	if (!err)
		err = safety_check(a->inv, &src);
	if (!err) {
		store_after(&src);
		unconfirmed_clear(TRIAL_FILES);
		if (given(a->inv, OPT_JSON))
			change_print(&(struct change_report){
				.changed = a->edit->changed,
				.file = a->edit->file,
				.file_changed = a->edit->changed,
				.policy = &src.policy, .st = &a->st,
			});
	}
	source_free(&src);
	return nfg_exit_worse(err, kif_say_trouble(&a->st));
}

static void say_swapped(const struct swap *swap, const struct policy *policy)
{
	if (swap->changed)
		say("generation %llu -> %llu, %zu rule%s, %zu entr%s\n",
		    swap->before, swap->after,
		    policy->n_rules, PLURAL(policy->n_rules),
		    policy->n_entries, policy->n_entries == 1 ? "y" : "ies");
	else
		say("unchanged, generation %llu\n", swap->before);
}

/* What would be stored, before it is. Errors are reported by who stores it. */
static int check_lasting(const struct invocation *inv)
{
	struct source src;
	int err = NFG_EXIT_WHOLE;

	if (source_read_lasting(&src))
		err = safety_check(inv, &src);
	source_free(&src);
	return err;
}

static int check_source(const struct source *src, void *data)
{
	diags_print(&src->diags);
	return safety_check(data, src);
}

static int apply_now(struct applying *a, bool *changed)
{
	const struct put_check check = { check_source, (void *)a->inv };
	struct swap swap;
	struct source src;
	int err;

	err = put_in_force_checked(&src, NULL, &swap, &check);
	*changed = swap.changed;
	diags_print(&src.diags);
	if (!err) {
		say_swapped(&swap, &src.policy);
		json_begin(&a->doc);
		unload_live(a->inv, &a->st, &src.policy, &a->doc);
		kif_read_status(&a->st);
		if (given(a->inv, OPT_JSON))
			change_add(&a->doc, &(struct change_report){
				.changed = swap.changed || a->edit->changed,
				.swap = &swap, .file = a->edit->file,
				.file_changed = a->edit->changed,
				.policy = &src.policy, .st = &a->st,
			});
		/* What may yet be rolled back is not stored. */
		if (!given(a->inv, OPT_CONFIRM))
			store_after(&src);
		err = say_in_force(&a->st, &src.policy);
	} else if (err == NFG_EXIT_BAD_INPUT) {
		msg_err("nothing was changed, generation %llu stays in force",
			swap.before);
	}
	swap_free(&swap);
	source_free(&src);
	return err;
}

static int apply_locked(void *data, bool *changed)
{
	int lock = conf_lock();
	int err;

	err = apply_now(data, changed);
	conf_unlock(lock);
	return err;
}

/* Applying the files keeps a change of them that nobody could confirm any more. */
static int apply_and_keep(struct applying *a)
{
	bool changed;
	int err;

	if (trial_waits() && unconfirmed_refuses())
		return NFG_EXIT_FAILED;
	err = apply_locked(a, &changed);
	if (err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT) {
		unconfirmed_clear(TRIAL_FILES);
		unconfirmed_clear(TRIAL_POLICY);
	}
	return err;
}

static int apply_to_be_confirmed(struct applying *a)
{
	struct trial_change change = {
		.what = TRIAL_FILES, .run = apply_locked, .data = a,
	};
	bool go_on;
	int err, lock;

	err = confirm_run(a->inv, &change, &go_on);
	if (!go_on) {
		buf_free(&a->doc);
		return err;
	}
	lock = conf_lock();
	store_after(NULL);
	conf_unlock(lock);
	confirm_kept(&change);
	return err;
}

/* Without JSON also how it differs, if it would be refused. */
static int print_dry_run(const struct invocation *inv, const struct source *src)
{
	struct policy old = { 0 };
	bool json = given(inv, OPT_JSON);
	int err;

	err = read_policy_in_force(&old);
	if (!err && !json && !changes_print(&old, &src->policy))
		say("nothing would change\n");
	if (!err)
		err = safety_check(inv, src);
	if (!err && json)
		changes_print_json(&old, &src->policy);
	policy_free(&old);
	return err;
}

static int dry_run(const struct invocation *inv)
{
	struct source src;
	int err = NFG_EXIT_BAD_INPUT;
	bool ok = source_read(&src, NULL);

	diags_print(&src.diags);
	if (ok)
		err = print_dry_run(inv, &src);
	source_free(&src);
	return err;
}

/* It is stored all the same: the module may be built next, as DKMS does. */
static void say_without_guard(void)
{
	struct kernels kernels;
	char *text, *remedy;

	kernels_find(&kernels);
	if (kernels.n && kernels.list[0].here) {
		text = kernel_unguarded(&kernels.list[0], &remedy);
		if (text)
			msg_warn("%s: %s: %s", esc(kernels.list[0].tree_dir), text,
				 remedy);
		free(remedy);
		free(text);
	}
	kernels_free(&kernels);
}

static int store_only(const struct invocation *inv)
{
	static const struct column columns[] = {
		{ NULL, "stored", COLUMN_BOOL },
	};
	struct table *t;
	int lock, err;

	/* What may yet be undone is not stored. */
	if (unconfirmed_refuses())
		return NFG_EXIT_FAILED;
	lock = conf_lock();
	err = check_lasting(inv);
	if (!err)
		err = store_lasting();
	/* Of this host it is what is in force that the mirror follows. */
	if (!err && inv->values[OPT_ROOT])
		mirror_after(NULL);
	conf_unlock(lock);
	if (err)
		return err;
	say("stored for the next boot\n");
	say_without_guard();
	if (given(inv, OPT_JSON)) {
		t = table_new("change", columns, ARRAY_SIZE(columns), true);
		table_row(t);
		table_text(t, "stored", "1");
		table_print(t);
		table_free(t);
	}
	return err;
}

/**
 * apply_edited - put the policy files into effect after an edit of one of them
 * @inv: the call, with the options of apply
 * @edit: the edit, for JSON
 *
 * Return: an enum nfg_exit.
 */
int apply_edited(const struct invocation *inv, const struct apply_edit *edit)
{
	struct applying a = { .inv = inv, .edit = edit };
	int err;

	if (!kif_get_status(&a.st))
		return NFG_EXIT_FAILED;
	if (a.st.state == GUARD_NOT_LOADED || a.st.state == GUARD_OFF)
		return check_and_store(&a);
	if (given(inv, OPT_CONFIRM))
		err = apply_to_be_confirmed(&a);
	else
		err = apply_and_keep(&a);
	if (a.doc.len && given(inv, OPT_JSON))
		json_end(&a.doc);
	buf_free(&a.doc);
	return err;
}

int cmd_apply(const struct invocation *inv)
{
	const struct apply_edit none = { 0 };

	if (given(inv, OPT_DRY_RUN))
		return dry_run(inv);
	if (given(inv, OPT_STORE))
		return store_only(inv);
	if (paths_elsewhere()) {
		msg_err("apply: --root and --kernel need --dry-run or --store: a policy takes effect only on this host, for the running kernel");
		return NFG_EXIT_BAD_INPUT;
	}
	return apply_edited(inv, &none);
}
