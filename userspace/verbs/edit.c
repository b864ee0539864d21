// SPDX-License-Identifier: GPL-2.0-only
/*
 * edit.c - deny, allow and remove: edit a policy file and apply it.
 */
#include <stdlib.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/when.h"
#include "verbs/confirm.h"
#include "verbs/edit_job.h"
#include "verbs/edit_names.h"
#include "verbs/edit_trial.h"
#include "verbs/expiry.h"
#include "verbs/verb.h"

static void job_free(struct job *job)
{
	edit_names_free(&job->edit);
	edit_forget(job);
	free(job->timer);
	free(job->place);
	free(job->path);
	free(job->dir);
}

/* The timer that removes the names is armed before they are added. */
static int run_job(struct job *job, const struct invocation *inv)
{
	char unit[EXPIRY_UNIT_SIZE];
	unsigned long seconds;
	int err;

	if (given(inv, OPT_DRY_RUN))
		return edit_dry_run(job);
	if (given(inv, OPT_CONFIRM) && !confirm_seconds(inv, &seconds))
		return NFG_EXIT_BAD_INPUT;
	if (!confirm_may_begin(inv))
		return NFG_EXIT_FAILED;
	if (given(inv, OPT_FOR)) {
		if (!when_duration(inv->values[OPT_FOR], &seconds)) {
			msg_err("%s: --for '%s': must be a time such as 90s, 10m, 2h or 1d, at most a year",
				inv->command->name, esc(inv->values[OPT_FOR]));
			return NFG_EXIT_BAD_INPUT;
		}
		if (expiry_arm(inv, seconds, unit))
			return NFG_EXIT_FAILED;
		job->timer = xasprintf("%s.timer", unit);
	}
	err = given(inv, OPT_CONFIRM) ? edit_to_be_confirmed(job, inv) :
	      edit_run_and_store(job);
	if (given(inv, OPT_FOR)) {
		if (!job->done)
			expiry_disarm(unit);
		else
			say("%s will remove it again\n", job->timer);
	}
	return err;
}

static int run(const struct invocation *inv, bool remove, enum verdict verdict)
{
	bool runtime = given(inv, OPT_RUNTIME) || given(inv, OPT_FOR);
	struct job job = {
		.inv = inv,
		.edit = { .remove = remove, .verdict = verdict },
		.json = given(inv, OPT_JSON),
		.where = {
			.dir = runtime ? NFG_RUNTIME_DIR : NFG_EDIT_DIR,
			.name = runtime ? NFG_RUNTIME_FILE : NFG_EDIT_FILE,
		},
	};
	int err = NFG_EXIT_BAD_INPUT;

	job.dir = path_conf(job.where.dir);
	job.path = xasprintf("%s/%s", job.dir, job.where.name);
	job.place = path_followed(job.dir);
	if (edit_names_take(&job.edit, inv))
		err = run_job(&job, inv);
	job_free(&job);
	return err;
}

int cmd_deny(const struct invocation *inv)
{
	return run(inv, false, VERDICT_DENY);
}

int cmd_allow(const struct invocation *inv)
{
	return run(inv, false, VERDICT_ALLOW);
}

int cmd_remove(const struct invocation *inv)
{
	return run(inv, true, VERDICT_ALLOW);
}
