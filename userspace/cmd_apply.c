// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_apply.c - compile the policy files and load them.
 */
#include <stdio.h>

#include "load.h"
#include "lock.h"
#include "modules.h"
#include "nfguard.h"

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

static int apply_locked(void)
{
	struct kif_status st;
	struct loaded loaded;
	struct source src;
	int err;

	err = kif_read_status(&st);
	if (err) {
		kif_say_unreadable(NFG_STATUS_FILE, err);
		return NFG_EXIT_FAILED;
	}
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return only_check(&st);
	err = load_policy(&src, NULL, &loaded);
	if (!err)
		modules_warn_unresolved(&src.conf, &src.diags);
	diags_print(&src.diags);
	if (!err) {
		say_loaded(&loaded, &src.policy);
		kif_read_status(&st);
		err = say_in_force(&st, &src.policy);
	} else if (err == NFG_EXIT_BAD_INPUT) {
		msg_err("nothing was changed, generation %llu stays in force",
			loaded.before);
	}
	loaded_free(&loaded);
	source_free(&src);
	return err;
}

int cmd_apply(const struct invocation *inv)
{
	int lock = lock_policy_files();
	int err;

	(void)inv;
	err = apply_locked();
	unlock_policy_files(lock);
	return err;
}
