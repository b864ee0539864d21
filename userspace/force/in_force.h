/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * in_force.h - reads the policy in force and the policy files, as far as the
 * caller may, and compares them.
 */
#ifndef NFGUARD_IN_FORCE_H
#define NFGUARD_IN_FORCE_H

#include "force/live.h"
#include "guard/kernel_if.h"
#include "policy/source.h"

enum sync {
	SYNC_UNKNOWN,	/* nothing in force, or errors in the policy files */
	SYNC_SAME,
	SYNC_DIFFERS,
};

/**
 * struct force - the policy in force and the policy files
 * @st: the kernel's status
 * @src: the policy files, read and compiled
 * @sync: whether that is the policy in force
 * @policy: the policy in force, NULL if not known
 * @kernel: the policy in force in the kernel's form, unless @src has it
 * @hits: the rules in force with what they denied
 * @hits_error: 0, or the negative errno if @hits can't be read
 */
struct force {
	struct kif_status st;
	struct source src;
	enum sync sync;
	const struct policy *policy;
	struct policy kernel;
	struct kif_rules hits;
	int hits_error;
};

int force_read(struct force *f);
int force_look(struct force *f);
bool force_guarded(const struct force *f);
bool force_find_live(const struct force *f, struct live *live);
void force_say_sync(const struct force *f);
int read_policy_in_force(struct policy *policy);
void force_free(struct force *f);

#endif /* NFGUARD_IN_FORCE_H */
