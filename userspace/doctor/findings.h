/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * findings.h - what a policy does not do, although its author may think so.
 */
#ifndef NFGUARD_FINDINGS_H
#define NFGUARD_FINDINGS_H

#include "doctor/report.h"
#include "force/carriers.h"
#include "force/live.h"
#include "policy/source.h"

void findings_defeated(const struct source *src, struct report *report);
void findings_shared(const struct source *src, struct report *report);
void findings_softdeps(const struct source *src, struct report *report);
void findings_on_behalf(const struct source *src, struct report *report);
void findings_carriers(const struct source *src, const struct carriers *carriers,
		       const struct policy *old, struct report *report);
void findings_live(const struct live *live, const struct kif_status *st,
		   struct report *report);
void findings_modules_load(const struct source *src, struct report *report);

#endif /* NFGUARD_FINDINGS_H */
