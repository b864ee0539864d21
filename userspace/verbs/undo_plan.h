/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * undo_plan.h - what the policy files are to become when a change is taken back.
 */
#ifndef NFGUARD_UNDO_PLAN_H
#define NFGUARD_UNDO_PLAN_H

#include "force/history.h"
#include "guard/kernel_if.h"
#include "policy/source.h"
#include "verbs/verb.h"

/**
 * struct undo - a change to be taken back
 * @inv: the call
 * @change: the change
 * @was: the policy files that are to change, as they are; those that exist
 * @is: the same, as they are to be; those that are to exist
 * @paths: the paths of all of them
 * @candidates: the same for source_read()
 * @n: how many
 * @st: the kernel's status
 * @tried: it is in force already, and what there is to say was said
 * @before: then the generation that was in force before
 */
struct undo {
	const struct invocation *inv;
	const struct change *change;
	struct snapshot was;
	struct snapshot is;
	char **paths;
	struct conf_candidate *candidates;
	size_t n;
	struct kif_status st;
	bool tried;
	unsigned long long before;
};

static inline bool undo_has_kernel(const struct undo *u)
{
	return u->st.state == GUARD_WHOLE || u->st.state == GUARD_DEGRADED;
}

int undo_prepare(struct undo *u);
void undo_forget(struct undo *u);

#endif /* NFGUARD_UNDO_PLAN_H */
