/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checks.h - checks for what defeats a denial on a host. Each adds its findings.
 */
#ifndef NFGUARD_CHECKS_H
#define NFGUARD_CHECKS_H

#include "doctor/report.h"
#include "guard/kernel_if.h"
#include "policy/source.h"

void doctor_modprobe_d(const struct source *src, const struct kif_status *st,
		       struct report *report);
void doctor_modprobe_files(const struct source *src, const struct kif_status *st,
			   struct report *report);
void doctor_autoload(struct report *report);
void doctor_unread(struct report *report);
bool doctor_initramfs(const struct source *src, const char *path, bool by_default,
		      struct report *report);
void doctor_switches(const struct source *src, const struct kif_status *st,
		     struct report *report);
void doctor_unenforced(const struct kif_status *st, struct report *report);
void doctor_guard_lines(struct report *report);
void doctor_loadable(const struct source *src, struct report *report);
void doctor_signature(const struct tree *tree, const char *file, unsigned int line,
		      const char *word, struct report *report);
void doctor_other_kernels(struct report *report);
void doctor_boot(struct report *report);
void doctor_unconfirmed(struct report *report);
void doctor_impact(const struct source *src, const struct kif_status *st,
		   struct report *report);
void doctor_mode(const struct kif_status *st, struct report *report);

#endif /* NFGUARD_CHECKS_H */
