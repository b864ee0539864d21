// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_doctor.c - what on this host defeats a denial.
 */
#include "doctor.h"
#include "findings.h"
#include "nfguard.h"

static int examine(const struct source *src, const struct kif_status *st,
		   struct report *report)
{
	doctor_switches(st, report);
	doctor_loadable(src, report);
	doctor_live(src, report);
	findings_modules_load(src, report);
	doctor_initramfs(src, report);
	doctor_modprobe_d(src, report);
	return report->n ? NFG_EXIT_NOT_HELD : NFG_EXIT_WHOLE;
}

int cmd_doctor(const struct invocation *inv)
{
	struct report report = { 0 };
	struct kif_status st;
	struct source src;
	int err;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (source_read(&src, NULL)) {
		err = examine(&src, &st, &report);
		report_print(&report, given(inv, OPT_JSON));
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
