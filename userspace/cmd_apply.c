// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_apply.c - compile the policy files and load them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi.h"
#include "changes.h"
#include "load.h"
#include "lock.h"
#include "nfguard.h"
#include "paths.h"
#include "unload.h"

/* Without a kernel module the files are still worth checking. */
static int only_check(const struct kif_status *st)
{
	struct source src;
	int err;

	err = source_read(&src, NULL) ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	diags_print(&src.diags);
	source_free(&src);
	return nfg_exit_worse(err, kif_say_trouble(st));
}

static void say_loaded(const struct loaded *loaded, const struct policy *policy)
{
	if (loaded->changed)
		printf("generation %llu -> %llu, %zu rule%s, %zu entr%s\n",
		       loaded->before, loaded->after,
		       policy->n_rules, PLURAL(policy->n_rules),
		       policy->n_entries, policy->n_entries == 1 ? "y" : "ies");
	else
		printf("unchanged, generation %llu\n", loaded->before);
}

static int apply_locked(const struct invocation *inv, struct kif_status *st)
{
	struct loaded loaded;
	struct source src;
	int err;

	err = load_policy(&src, NULL, &loaded);
	diags_print(&src.diags);
	if (!err) {
		say_loaded(&loaded, &src.policy);
		if (given(inv, OPT_UNLOAD))
			unload_denied(&src.policy);
		kif_read_status(st);
		err = say_in_force(st, &src.policy);
	} else if (err == NFG_EXIT_BAD_INPUT) {
		msg_err("nothing was changed, generation %llu stays in force",
			loaded.before);
	}
	loaded_free(&loaded);
	source_free(&src);
	return err;
}

/* What is in force now; of another system, or without a guard, nothing is. */
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

static int apply(const struct invocation *inv)
{
	struct kif_status st;
	int err;

	err = kif_read_status(&st);
	if (err) {
		kif_say_unreadable(NFG_STATUS_FILE, err);
		return NFG_EXIT_FAILED;
	}
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return only_check(&st);
	return apply_locked(inv, &st);
}

int cmd_apply(const struct invocation *inv)
{
	int lock, err;

	if (given(inv, OPT_DRY_RUN))
		return dry_run();
	if (paths_elsewhere()) {
		msg_err("apply: --root and --kernel go with --dry-run only: a policy takes force on this host, for the kernel that runs");
		return NFG_EXIT_BAD_INPUT;
	}
	lock = lock_policy_files();
	err = apply(inv);
	unlock_policy_files(lock);
	return err;
}
