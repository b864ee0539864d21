/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * undo.h - choosing a change of the history, and taking it back.
 */
#ifndef NFGUARD_UNDO_H
#define NFGUARD_UNDO_H

#include "force/history.h"
#include "force/put_in_force.h"
#include "policy/source.h"
#include "verbs/verb.h"

bool history_get(struct history *h);
const struct change *history_choose(const struct history *h, const char *text);

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

void undo_say_done(const struct undo *u, const struct swap *swap);
void undo_print_json(const struct undo *u, const struct source *src,
		     const struct swap *swap);
void undo_print_dry_run(const struct undo *u, const struct policy *old,
			const struct policy *new);

#endif /* NFGUARD_UNDO_H */
