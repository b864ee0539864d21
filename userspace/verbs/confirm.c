// SPDX-License-Identifier: GPL-2.0-only
/*
 * confirm.c - changes that must be confirmed in time, or else are undone.
 *
 * Until it is confirmed, a change is in the kernel alone: the policy files that
 * deny, allow, remove and undo write, what is stored for boot, and the initramfs
 * stay as they are. So a power cut undoes it. Only the files that were edited before
 * apply need a mark on the disk, which boot finds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "force/applied.h"
#include "force/history.h"
#include "force/rollback.h"
#include "verbs/confirm.h"

/* A day: nobody waits at a terminal for longer. */
#define CONFIRM_MAX	(24 * 60 * 60)

/**
 * confirm_seconds - the value of --confirm
 * @inv: what was given
 * @seconds: receives it
 *
 * Return: whether it is valid; if not, that was reported.
 */
bool confirm_seconds(const struct invocation *inv, unsigned long *seconds)
{
	const char *text = inv->values[OPT_CONFIRM];
	char *end;

	*seconds = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && *seconds &&
	    *seconds <= CONFIRM_MAX)
		return true;
	msg_err("%s: --confirm '%s': must be a number of seconds from 1 to %d",
		inv->command->name, esc(text), CONFIRM_MAX);
	return false;
}

/**
 * confirm_may_begin - whether a change may begin now
 * @inv: what was given
 *
 * A timer that removes a rule waits, as nobody would do it later.
 *
 * Return: true, or false after an error message.
 */
bool confirm_may_begin(const struct invocation *inv)
{
	if (given(inv, OPT_RUNTIME) && !strcmp(inv->command->name, "remove") &&
	    !isatty(STDIN_FILENO))
		trial_wait_for_end();
	return !unconfirmed_refuses();
}

static void describe(struct unconfirmed *u, const struct trial_change *change,
		     unsigned long seconds)
{
	*u = (struct unconfirmed){
		.what = change->what,
		.deadline = (unsigned long long)time(NULL) + seconds,
		.pid = (unsigned long)getpid(),
		.same_boot = true,
		.mode = change->mode ? xstrdup(change->mode) : NULL,
		.command = xstrdup(history_command_line()),
	};
	if (change->what == TRIAL_FILES)
		u->known = applied_read(&u->before);
	if (change->what == TRIAL_FILES && !u->known)
		msg_warn("nobody recorded what the policy files held before, so unless it is confirmed, only the policy in force is restored");
}

static int say_not_armed(const char *what, int err)
{
	msg_err("nothing was changed, as the rollback could not be armed (%s%s): run it as root",
		what, strerror(-err));
	return NFG_EXIT_FAILED;
}

/* Makes the change, and waits for an answer; @stays: it is not undone. */
static int run_armed(struct rollback *rollback, struct trial_change *change,
		     unsigned long seconds, FILE *prompt, bool *stays)
{
	int err = change->run(change->data, &change->changed);

	if (!change->changed) {
		*stays = rollback_call_off(rollback);
		return err;
	}
	fprintf(prompt,
		"type yes within %lu s to keep it, or no to restore what was before\n",
		seconds);
	fflush(stdout);
	*stays = rollback_wait(rollback);
	return *stays ? err : NFG_EXIT_FAILED;
}

static int run_marked(struct unconfirmed *u, struct trial_change *change,
		      unsigned long seconds, FILE *prompt, bool *stays)
{
	struct rollback rollback;
	int err = unconfirmed_mark(u);

	if (err)
		return say_not_armed("its mark can't be written: ", err);
	err = rollback_arm(&rollback, u, seconds);
	if (err) {
		unconfirmed_clear(u->what);
		return say_not_armed("", err);
	}
	err = run_armed(&rollback, change, seconds, prompt, stays);
	if (*stays)
		unconfirmed_clear(u->what);
	return err;
}

/**
 * confirm_run - makes a change that is undone unless it is confirmed
 * @inv: what was given, with --confirm
 * @change: the change
 * @go_on: receives whether the caller is to make it last
 *
 * No lock on the policy files may be held: the process that restores would hold it.
 *
 * Return: what the change returned, or NFG_EXIT_FAILED if it was undone.
 */
int confirm_run(const struct invocation *inv, struct trial_change *change,
		bool *go_on)
{
	struct unconfirmed u;
	unsigned long seconds;
	bool stays = false;
	int err, lock;

	*go_on = false;
	if (!confirm_seconds(inv, &seconds))
		return NFG_EXIT_BAD_INPUT;
	if (unconfirmed_refuses())
		return NFG_EXIT_FAILED;
	lock = trial_lock();
	if (lock == -EBUSY && unconfirmed_refuses())
		return NFG_EXIT_FAILED;
	if (lock < 0)
		return say_not_armed("", lock);
	describe(&u, change, seconds);
	err = run_marked(&u, change, seconds,
			 given(inv, OPT_JSON) ? stderr : stdout, &stays);
	close(lock);
	unconfirmed_free(&u);
	*go_on = stays && err != NFG_EXIT_FAILED && err != NFG_EXIT_BAD_INPUT;
	return err;
}

/* Says that a change was kept, once it lasts. */
void confirm_kept(const struct trial_change *change)
{
	if (change->changed)
		say("kept\n");
}
