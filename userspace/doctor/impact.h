/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact.h - what on this host needs a module that the policy denies: firewalls and
 * container runtimes that start at boot.
 */
#ifndef NFGUARD_IMPACT_H
#define NFGUARD_IMPACT_H

#include "doctor/impact_need.h"
#include "doctor/report.h"
#include "guard/kernel_if.h"
#include "policy/source.h"

void impacts_find(struct impacts *im, const struct source *src);
void impacts_report(const struct impacts *im, const struct kif_status *st,
		    struct report *report);
void impacts_warn(const struct source *src, const char *path,
		  char *const *names, size_t n_names, bool dry_run);

#endif /* NFGUARD_IMPACT_H */
