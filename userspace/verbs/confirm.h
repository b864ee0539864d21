/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * confirm.h - changes that must be confirmed in time, or else are undone.
 */
#ifndef NFGUARD_CONFIRM_H
#define NFGUARD_CONFIRM_H

#include "force/unconfirmed.h"
#include "verbs/verb.h"

/**
 * struct trial_change - a change to be confirmed
 * @what: what it changes
 * @mode: for TRIAL_MODE, the mode to restore
 * @run: makes the change in the kernel alone, and returns an enum nfg_exit
 * @data: passed on to @run, which sets @changed
 * @changed: whether there is something to confirm
 */
struct trial_change {
	enum trial what;
	const char *mode;
	int (*run)(void *data, bool *changed);
	void *data;
	bool changed;
};

bool confirm_seconds(const struct invocation *inv, unsigned long *seconds);
int confirm_run(const struct invocation *inv, struct trial_change *change,
		bool *go_on);
bool confirm_may_begin(const struct invocation *inv);
void confirm_kept(const struct trial_change *change);

#endif /* NFGUARD_CONFIRM_H */
