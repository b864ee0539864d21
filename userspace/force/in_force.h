/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * in_force.h - what is in force beside what the files say, as far as the caller
 * may see it.
 */
#ifndef NFGUARD_IN_FORCE_H
#define NFGUARD_IN_FORCE_H

#include "force/live.h"
#include "guard/kernel_if.h"
#include "policy/source.h"

enum sync {
	SYNC_UNKNOWN,	/* nothing in force, or files with errors */
	SYNC_SAME,
	SYNC_DIFFERS,
};

/**
 * struct force - all that there is to show
 * @st: the kernel's status
 * @src: what the files say
 * @sync: whether that is in force
 * @policy: the policy in force, NULL: not known
 * @kernel: the same, as it was read if it is not what the files say
 * @hits: the rules in force with what they denied
 * @hits_error: why there are none, 0 or a negative errno
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
bool force_guarded(const struct force *f);
bool force_find_live(const struct force *f, struct live *live);
void force_say_sync(const struct force *f);
void force_free(struct force *f);

#endif /* NFGUARD_IN_FORCE_H */
