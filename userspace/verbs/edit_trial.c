// SPDX-License-Identifier: GPL-2.0-only
/*
 * edit_trial.c - deny, allow and remove that change nothing yet, or not for good:
 * --confirm and --dry-run.
 */
#include <stdio.h>

#include "base/diff.h"
#include "base/exit.h"
#include "force/in_force.h"
#include "force/put_in_force.h"
#include "policy/changes.h"
#include "policy/conf_lock.h"
#include "policy/source.h"
#include "verbs/confirm.h"
#include "verbs/edit_trial.h"

/* Puts the new content into effect, and leaves the file as it is. */
static int try_locked(struct job *job, bool *changed)
{
	struct swap swap = { 0 };
	struct source src = { 0 };
	int err;

	err = edit_prepare(job);
	if (!err && edit_has_kernel(job)) {
		err = put_in_force(&src, &job->where, &swap);
		*changed = swap.changed;
		if (swap.changed) {
			say("generation %llu -> %llu, %s not written yet\n",
			    swap.before, swap.after, esc(job->path));
			job->tried = true;
			job->before = swap.before;
			err = edit_say_winners(job, &src.closure);
			err = nfg_exit_worse(err, say_in_force(&job->st,
							       &src.policy));
		}
	}
	swap_free(&swap);
	source_free(&src);
	edit_forget(job);
	return err;
}

static int try_job(void *data, bool *changed)
{
	int lock = conf_lock();
	int err = try_locked(data, changed);

	conf_unlock(lock);
	return err;
}

/* The same edit twice: first in the kernel alone, then, if confirmed, to last. */
int edit_to_be_confirmed(struct job *job, const struct invocation *inv)
{
	struct trial_change change = {
		.what = TRIAL_POLICY, .run = try_job, .data = job,
	};
	bool go_on;
	int err;

	err = confirm_run(inv, &change, &go_on);
	if (!go_on)
		return err;
	err = edit_run_and_store(job);
	if (err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT)
		confirm_kept(&change);
	return err;
}

/* Prints what would change in the file, and what in the policy. */
int edit_dry_run(struct job *job)
{
	struct policy old = { 0 };
	struct source src = { 0 };
	const struct conf_file *file;
	int err;

	err = edit_prepare(job);
	if (!err && !source_read(&src, &job->where))
		err = NFG_EXIT_BAD_INPUT;
	if (!err)
		err = read_policy_in_force(&old);
	file = job->old.n_files ? job->old.files[0] : NULL;
	if (!err && job->json)
		changes_print_json(&old, &src.policy);
	else if (!err && job->changed)
		diff_print(job->path, file ? file->text : NULL,
			   file ? file->len : 0, job->text.s, job->text.len);
	if (!err && !job->json && !changes_print(&old, &src.policy) &&
	    !job->changed)
		say("nothing would change\n");
	if (!err && job->unnamed)
		err = NFG_EXIT_NOT_HELD;
	policy_free(&old);
	source_free(&src);
	return err;
}
