// SPDX-License-Identifier: GPL-2.0-only
/*
 * unconfirmed_check.c - a change that nobody confirmed, and that was not undone.
 */
#include <stdlib.h>

#include "doctor/checks.h"
#include "force/unconfirmed.h"

void doctor_unconfirmed(struct report *report)
{
	const char *remedy;
	char *text;

	if (!unconfirmed_left(&text, &remedy))
		return;
	report_add(report, "unconfirmed", NULL, 0, "%s", text);
	report_remedy(report, "%s", remedy);
	free(text);
}
