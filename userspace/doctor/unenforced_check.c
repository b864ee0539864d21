// SPDX-License-Identifier: GPL-2.0-only
/*
 * unenforced_check.c - whether the request gate let through what it was to deny.
 */
#include <string.h>

#include "doctor/checks.h"
#include "guard/gates.h"

#define WHO	"nfguard events --verdict unenforced shows who asked for what"

/**
 * doctor_unenforced - finds requests that were to be denied but may have gone through
 * @st: the guard's status
 * @report: gets the finding
 *
 * Once the gate is armed it is a warning: nothing takes back what went through, and
 * what came of it is found as a denied module that is live.
 */
void doctor_unenforced(const struct kif_status *st, struct report *report)
{
	bool armed = !strcmp(st->request_gate, NFG_WORD_ARMED);
	unsigned long long n;

	if (!gates_unenforced(&n) || !n)
		return;
	report_add(report, "unenforced", NULL, 0,
		   "%llu request%s to be denied may have gone through, as the request gate %s not proved to be armed",
		   n, PLURAL(n), armed ? "was" : "is");
	report_remedy(report, "%s", armed ?
		      WHO "; it is armed again, and what got in is reported here as live" :
		      "nfguard status says how to arm it, " WHO);
	if (armed)
		report_warning(report);
}
