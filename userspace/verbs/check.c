// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - validates the policy files without applying them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/exit.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "force/carriers.h"
#include "force/live.h"
#include "force/unconfirmed.h"
#include "policy/source.h"
#include "verbs/verb.h"

static void say_summary(const struct source *src)
{
	const struct policy *policy = &src->policy;

	printf("%zu file%s, %zu rule%s, %zu entr%s, default %s: no errors\n",
	       src->conf.n_files, PLURAL(src->conf.n_files),
	       policy->n_rules, PLURAL(policy->n_rules), policy->n_entries,
	       policy->n_entries == 1 ? "y" : "ies", verdict_word(policy->dflt));
}

/* What applying it would refuse without --force. Returns how many there are. */
static size_t carriers_check(const struct source *src)
{
	const struct policy nothing = { 0 };
	struct carriers carriers;
	size_t n;

	carriers_find(&carriers);
	n = carriers_say_denied(&carriers, &src->closure, &nothing);
	carriers_free(&carriers);
	return n;
}

/* Nothing that keeps a denial from holding, but what follows from it. */
static void say_impact(const struct source *src, const struct kif_status *st)
{
	struct report report = { 0 };

	doctor_impact(src, st, &report);
	report_warn(&report);
	report_free(&report);
}

int cmd_check(const struct invocation *inv)
{
	struct report report = { 0 };
	struct source src;
	struct kif_status st = { 0 };
	struct live live;
	bool guarded;
	int worst;
	bool ok;

	if (inv->argc)
		ok = source_read_file(&src, inv->argv[0]);
	else
		ok = source_read(&src, NULL);
	diags_print(&src.diags);
	if (!inv->argc)
		unconfirmed_say();
	if (!ok) {
		source_free(&src);
		return NFG_EXIT_BAD_INPUT;
	}
	say_summary(&src);
	worst = findings_defeated(&src);
	findings_shared(&src);
	findings_softdeps(&src);
	findings_modules_load(&src, &report);
	report_say(&report);
	if (report.n)
		worst = nfg_exit_worse(worst, NFG_EXIT_NOT_HELD);
	report_free(&report);
	if (!paths_elsewhere() && carriers_check(&src))
		worst = nfg_exit_worse(worst, NFG_EXIT_NOT_HELD);
	guarded = !inv->argc && !paths_elsewhere() && !kif_read_status(&st);
	say_impact(&src, &st);
	live_find(&live, &src.policy);
	worst = nfg_exit_worse(worst, live_say(&live, &src.policy,
					       guarded ? &st : NULL));
	live_free(&live);
	source_free(&src);
	return worst;
}
