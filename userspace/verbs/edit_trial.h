/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edit_trial.h - deny, allow and remove that change nothing yet, or not for good.
 */
#ifndef NFGUARD_EDIT_TRIAL_H
#define NFGUARD_EDIT_TRIAL_H

#include "verbs/edit_job.h"

int edit_to_be_confirmed(struct job *job, const struct invocation *inv);
int edit_dry_run(struct job *job);

#endif /* NFGUARD_EDIT_TRIAL_H */
