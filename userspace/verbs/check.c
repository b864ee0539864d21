// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - validates the policy files without applying them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/exit.h"
#include "base/paths.h"
#include "base/table.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "force/carriers.h"
#include "force/live.h"
#include "force/live_table.h"
#include "force/unconfirmed.h"
#include "policy/source.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ NULL, "files", COLUMN_NUMBER },
	{ NULL, "rules", COLUMN_NUMBER },
	{ NULL, "entries", COLUMN_NUMBER },
	{ NULL, "default", COLUMN_TEXT },
	{ NULL, "errors", COLUMN_NUMBER },
};

static void say_summary(const struct source *src)
{
	const struct policy *policy = &src->policy;

	say("%zu file%s, %zu rule%s, %zu entr%s, default %s: no errors\n",
	    src->conf.n_files, PLURAL(src->conf.n_files),
	    policy->n_rules, PLURAL(policy->n_rules), policy->n_entries,
	    policy->n_entries == 1 ? "y" : "ies", verdict_word(policy->dflt));
}

/* With errors in the policy files these are all that is known. */
static void print_json(const struct source *src, const struct report *report,
		       const struct live *live)
{
	struct table *head = table_new("check", columns, ARRAY_SIZE(columns), true);
	struct table *findings = report_table(report);
	struct table *off = live_off_table(live, &src->policy);
	struct buf doc = { 0 };

	table_row(head);
	table_number(head, "files", src->conf.n_files);
	table_number(head, "errors", src->diags.errors);
	if (!src->diags.errors) {
		table_number(head, "rules", src->policy.n_rules);
		table_number(head, "entries", src->policy.n_entries);
		table_text(head, "default", verdict_word(src->policy.dflt));
	}
	json_begin(&doc);
	json_add(&doc, head);
	json_add(&doc, findings);
	json_add(&doc, off);
	json_end(&doc);
	table_free(off);
	table_free(findings);
	table_free(head);
}

/* What applying it would refuse without --force. */
static void add_carriers(const struct source *src, struct report *report)
{
	const struct policy nothing = { 0 };
	struct carriers carriers;

	if (paths_elsewhere())
		return;
	carriers_find(&carriers);
	findings_carriers(src, &carriers, &nothing, report);
	carriers_free(&carriers);
}

/* Nothing that keeps a denial from holding, but what follows from it. */
static void add_impact(const struct source *src, const struct kif_status *st,
		       struct report *report)
{
	size_t before = report->n;

	doctor_impact(src, st, report);
	report_warnings(report, before);
}

static int check(const struct invocation *inv, const struct source *src,
		 struct report *report)
{
	struct kif_status st = { 0 };
	struct live live;
	bool guarded;
	int worst;

	say_summary(src);
	add_carriers(src, report);
	findings_defeated(src, report);
	findings_shared(src, report);
	findings_softdeps(src, report);
	findings_on_behalf(src, report);
	findings_modules_load(src, report);
	if (!inv->argc)
		doctor_unread(report);
	worst = report->errors ? NFG_EXIT_NOT_HELD : NFG_EXIT_WHOLE;
	guarded = !inv->argc && !paths_elsewhere() && !kif_read_status(&st);
	add_impact(src, &st, report);
	report_say(report);
	live_find(&live, &src->policy);
	worst = nfg_exit_worse(worst, live_say(&live, &src->policy,
					       guarded ? &st : NULL));
	live_say_off(&live);
	if (given(inv, OPT_JSON)) {
		report_diags(report, &src->diags);
		findings_live(&live, guarded ? &st : NULL, report);
		print_json(src, report, &live);
	}
	live_free(&live);
	return worst;
}

int cmd_check(const struct invocation *inv)
{
	struct report report = { 0 };
	struct source src;
	int worst;
	bool ok;

	if (inv->argc)
		ok = source_read_file(&src, inv->argv[0]);
	else
		ok = source_read(&src, NULL);
	diags_print(&src.diags);
	if (!inv->argc)
		unconfirmed_say();
	if (ok) {
		worst = check(inv, &src, &report);
	} else {
		worst = NFG_EXIT_BAD_INPUT;
		report_diags(&report, &src.diags);
		if (given(inv, OPT_JSON))
			print_json(&src, &report, &(struct live){ 0 });
	}
	report_free(&report);
	source_free(&src);
	return worst;
}
