// SPDX-License-Identifier: GPL-2.0-only
/*
 * mode_check.c - whether the host keeps its mode at the next boot.
 */
#include <stddef.h>
#include <string.h>

#include "doctor/checks.h"
#include "force/stored_mode.h"

/* Chosen with --runtime or --store; while locked only the stored one can change. */
static bool on_purpose(const struct kif_status *st)
{
	const char *chosen = boot_mode_read();

	return st->locked || (chosen && !strcmp(chosen, st->mode));
}

/**
 * doctor_mode - finds a stored mode that can't be used, and a mode in force that is
 * another than the stored one although nobody asked for that
 * @st: the guard's status
 * @report: gets the findings
 *
 * A host on which no mode is stored keeps what the kernel module is loaded with.
 */
void doctor_mode(const struct kif_status *st, struct report *report)
{
	struct stored_mode stored;

	stored_mode_read(&stored);
	if (stored.problem) {
		report_add(report, "mode", stored.path, 0,
			   "%s, so the host boots permissive", stored.problem);
		report_remedy(report, STORED_MODE_REMEDY);
	} else if (*st->mode && stored.word && strcmp(stored.word, st->mode) &&
		   !on_purpose(st)) {
		report_add(report, "mode", stored.path, 0,
			   "the mode is %s, but the stored one is %s, and takes effect at the next boot",
			   esc(st->mode), stored.word);
		report_remedy(report,
			      "nfguard mode %s to have it now, or nfguard mode %s to keep what is in force",
			      stored.word, esc(st->mode));
	}
	stored_mode_free(&stored);
}
