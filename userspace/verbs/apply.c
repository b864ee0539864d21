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
#include "force/put_in_force.h"
#include "force/rollback.h"
#include "force/store.h"
#include "force/unload.h"
#include "policy/changes.h"
#include "policy/conf_lock.h"
#include "policy/source.h"
#include "verbs/safety.h"
#include "verbs/verb.h"

/* A day: nobody waits at a terminal for longer. */
#define CONFIRM_MAX	(24 * 60 * 60)

/* Without the kernel module the policy is still stored for the next boot. */
static int check_and_store(const struct kif_status *st)
{
	struct source src;
	int err;

	err = source_read(&src, NULL) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	diags_print(&src.diags);
	if (!err)
		store_after(&src);
	source_free(&src);
	return nfg_exit_worse(err, kif_say_trouble(st));
}

static void say_swapped(const struct swap *swap, const struct policy *policy)
{
	if (swap->changed)
		printf("generation %llu -> %llu, %zu rule%s, %zu entr%s\n",
		       swap->before, swap->after,
		       policy->n_rules, PLURAL(policy->n_rules),
		       policy->n_entries, policy->n_entries == 1 ? "y" : "ies");
	else
		printf("unchanged, generation %llu\n", swap->before);
}

/* What the policy files say now, before any of it takes effect. */
static int check_safety(const struct invocation *inv, bool lasting)
{
	struct source src;
	int err = NFG_EXIT_WHOLE;

	/* Errors are reported by who applies them. */
	if (lasting ? source_read_lasting(&src) : source_read(&src, NULL))
		err = safety_check(inv, &src);
	source_free(&src);
	return err;
}

static void unload_live(const struct invocation *inv,
			const struct kif_status *st,
			const struct policy *policy)
{
	if (kif_permissive(st))
		msg_warn("nothing is unloaded, as permissive mode denies nothing: nfguard mode enforcing, then nfguard apply --unload");
	else
		unload_denied(policy, given(inv, OPT_FORCE));
}

static int apply_now(const struct invocation *inv, struct kif_status *st,
		     bool *changed)
{
	struct swap swap;
	struct source src;
	int err;

	*changed = false;
	err = check_safety(inv, false);
	if (err)
		return err;
	err = put_in_force(&src, NULL, &swap);
	*changed = swap.changed;
	diags_print(&src.diags);
	if (!err) {
		say_swapped(&swap, &src.policy);
		if (given(inv, OPT_UNLOAD))
			unload_live(inv, st, &src.policy);
		kif_read_status(st);
		/* What may yet be rolled back is not stored. */
		if (!given(inv, OPT_CONFIRM))
			store_after(&src);
		err = say_in_force(st, &src.policy);
	} else if (err == NFG_EXIT_BAD_INPUT) {
		msg_err("nothing was changed, generation %llu stays in force",
			swap.before);
	}
	swap_free(&swap);
	source_free(&src);
	return err;
}

static int apply_locked(const struct invocation *inv, struct kif_status *st,
			bool *changed)
{
	int lock = conf_lock();
	int err;

	err = apply_now(inv, st, changed);
	conf_unlock(lock);
	return err;
}

/*
 * The rollback is armed before the files are locked: it is another process, which
 * would hold the lock until it ends.
 */
static int apply_to_be_confirmed(const struct invocation *inv,
				 struct kif_status *st)
{
	const char *text = inv->values[OPT_CONFIRM];
	struct rollback rollback;
	bool changed, stays;
	unsigned long seconds;
	char *end;
	int err;

	seconds = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || !seconds ||
	    seconds > CONFIRM_MAX) {
		msg_err("apply: --confirm '%s': must be a number of seconds from 1 to %d",
			esc(text), CONFIRM_MAX);
		return NFG_EXIT_BAD_INPUT;
	}
	err = rollback_arm(&rollback, seconds);
	if (err) {
		msg_err("nothing was changed, as the rollback could not be armed (%s): run it as root",
			strerror(-err));
		return NFG_EXIT_FAILED;
	}
	err = apply_locked(inv, st, &changed);
	if (changed) {
		printf("type yes within %lu s to keep it, or the previous policy is restored\n",
		       seconds);
		fflush(stdout);
		stays = rollback_wait(&rollback);
	} else {
		stays = rollback_call_off(&rollback);
	}
	if (!stays)
		return NFG_EXIT_FAILED;
	if (changed)
		store_after(NULL);
	return err;
}

/* The policy in force; for another system, or without a guard, an empty one. */
static int read_in_force(struct policy *policy)
{
	struct kif_policy now;
	int err;

	err = paths_elsewhere() ? -ENOENT : kif_read_policy(&now);
	if (err == -ENOENT)
		return NFG_EXIT_WHOLE;
	if (!err) {
		err = policy_parse(policy, now.body);
		kif_policy_free(&now);
	}
	if (!err)
		return NFG_EXIT_WHOLE;
	kif_say_unreadable(NFG_POLICY_FILE, err);
	return NFG_EXIT_FAILED;
}

static int dry_run(void)
{
	struct policy old = { 0 };
	struct source src;
	int err;

	err = source_read(&src, NULL) ? read_in_force(&old) : NFG_EXIT_BAD_INPUT;
	diags_print(&src.diags);
	if (!err && !changes_print(&old, &src.policy))
		printf("nothing would change\n");
	policy_free(&old);
	source_free(&src);
	return err;
}

static int store_only(const struct invocation *inv)
{
	int lock = conf_lock();
	int err = check_safety(inv, true);

	if (!err)
		err = store_lasting();

	conf_unlock(lock);
	if (!err)
		printf("stored for the next boot\n");
	return err;
}

int cmd_apply(const struct invocation *inv)
{
	struct kif_status st;
	bool changed;

	if (given(inv, OPT_DRY_RUN))
		return dry_run();
	if (given(inv, OPT_STORE))
		return store_only(inv);
	if (paths_elsewhere()) {
		msg_err("apply: --root and --kernel need --dry-run or --store: a policy takes effect only on this host, for the running kernel");
		return NFG_EXIT_BAD_INPUT;
	}
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return check_and_store(&st);
	if (given(inv, OPT_CONFIRM))
		return apply_to_be_confirmed(inv, &st);
	return apply_locked(inv, &st, &changed);
}
