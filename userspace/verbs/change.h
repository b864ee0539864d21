/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * change.h - what a verb changed, as JSON.
 */
#ifndef NFGUARD_CHANGE_H
#define NFGUARD_CHANGE_H

#include "force/put_in_force.h"

/**
 * struct change_report - what a verb changed
 * @changed: whether it changed anything
 * @swap: what happened to the policy in force; NULL: there is none
 * @file: the policy file that it edits, or NULL
 * @file_changed: whether that was written
 * @timer: the timer that will remove the rule, or NULL
 * @policy: the policy that the files now compile to; NULL: they were not compiled
 * @st: the kernel's status afterwards
 */
struct change_report {
	bool changed;
	const struct swap *swap;
	const char *file;
	bool file_changed;
	const char *timer;
	const struct policy *policy;
	const struct kif_status *st;
};

void change_print(const struct change_report *c);
void change_add(struct buf *doc, const struct change_report *c);

#endif /* NFGUARD_CHANGE_H */
