// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor.c - finds what defeats a denial on this host.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/table.h"
#include "doctor/checks.h"
#include "doctor/findings.h"
#include "force/live_table.h"
#include "guard/module.h"
#include "verbs/verb.h"

static const struct column guard_columns[] = {
	{ NULL, "loaded_by", COLUMN_TEXT },
};

/* Not a finding, as each is a way to run it, but worth knowing. */
static void print_loaded_by(const char *by)
{
	const char *how = "by hand, or by something other than nfguard boot";

	if (!strcmp(by, LOADED_BY_INITRAMFS))
		how = "in the initramfs, before udev";
	else if (!strcmp(by, LOADED_BY_UNIT))
		how = "by nfguard.service: after the modules that PID 1 loads itself";
	printf("the kernel module was loaded %s\n", how);
}

static void print_json(const struct report *report, const struct source *src,
		       const struct live *live, const char *by)
{
	struct table *findings = report_table(report);
	struct table *guard = table_new("guard", guard_columns,
					ARRAY_SIZE(guard_columns), true);
	struct table *off = live_off_table(live, &src->policy);
	struct buf doc = { 0 };

	table_row(guard);
	table_text(guard, "loaded_by", by);
	json_begin(&doc);
	json_add(&doc, findings);
	json_add(&doc, guard);
	json_add(&doc, off);
	json_end(&doc);
	table_free(off);
	table_free(guard);
	table_free(findings);
}

static void print(const struct report *report, const struct source *src,
		  const struct live *live, const struct kif_status *st, bool json)
{
	char *by = st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF ?
		   NULL : guard_loaded_by(st);

	if (json) {
		print_json(report, src, live, by);
	} else {
		report_print(report);
		live_say_off(live);
		if (by)
			print_loaded_by(by);
	}
	free(by);
}

static int examine(const struct source *src, const struct kif_status *st,
		   const struct live *live, struct report *report)
{
	size_t from;

	doctor_switches(src, st, report);
	doctor_unenforced(st, report);
	doctor_loadable(src, report);
	doctor_guard_lines(report);
	doctor_other_kernels(report);
	doctor_boot(report);
	doctor_unconfirmed(report);
	doctor_mode(st, report);
	findings_live(live, st, report);
	findings_modules_load(src, report);
	/* What a denial breaks does not defeat it, and may be what was meant. */
	from = report->n;
	doctor_impact(src, st, report);
	report_warnings(report, from);
	doctor_initramfs(src, NULL, false, report);
	doctor_unread(report);
	doctor_autoload(report);
	doctor_modprobe_files(src, st, report);
	doctor_modprobe_d(src, st, report);
	return report->errors ? NFG_EXIT_NOT_HELD : NFG_EXIT_WHOLE;
}

int cmd_doctor(const struct invocation *inv)
{
	struct report report = { 0 };
	struct kif_status st;
	struct source src;
	struct live live;
	int err;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (source_read(&src, NULL)) {
		live_find(&live, &src.policy);
		err = examine(&src, &st, &live, &report);
		print(&report, &src, &live, &st, given(inv, OPT_JSON));
		live_free(&live);
	} else {
		diags_print(&src.diags);
		err = NFG_EXIT_BAD_INPUT;
	}
	report_free(&report);
	source_free(&src);
	if (st.state != GUARD_WHOLE)
		err = nfg_exit_worse(err, NFG_EXIT_NOT_GUARDING);
	return err;
}
