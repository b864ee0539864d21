// SPDX-License-Identifier: GPL-2.0-only
/*
 * unload_live.c - --unload: what is denied and live goes, if nothing uses it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/table.h"
#include "force/live_table.h"
#include "force/unload.h"
#include "verbs/unload_live.h"

/* Of the live modules those that are gone. */
static void add_unloaded(struct buf *doc, const struct live *before,
			 const struct policy *policy)
{
	struct live after, gone = { 0 };
	struct table *t;
	size_t i, k;

	live_find(&after, policy);
	for (i = 0; i < before->n; i++) {
		for (k = 0; k < after.n; k++)
			if (!strcmp(before->list[i].name, after.list[k].name))
				break;
		if (k < after.n)
			continue;
		gone.list = xgrow(gone.list, gone.n, sizeof(*gone.list));
		gone.list[gone.n++] = before->list[i];
	}
	t = live_table("unloaded", &gone, policy);
	json_add(doc, t);
	table_free(t);
	free(gone.list);
	live_free(&after);
}

/* What is not denied would come back. */
static bool is_denying(const struct kif_status *st)
{
	if (st->state != GUARD_WHOLE && st->state != GUARD_DEGRADED)
		msg_warn("nothing is unloaded, as the guard is not in effect");
	else if (kif_permissive(st))
		msg_warn("nothing is unloaded, as permissive mode denies nothing: nfguard mode enforcing, then nfguard apply --unload");
	else
		return true;
	return false;
}

/**
 * unload_live - with --unload, remove what is denied and live, if nothing uses it
 * @inv: the call
 * @st: the kernel's status
 * @policy: the policy in force
 * @doc: with --json, gets what went
 */
void unload_live(const struct invocation *inv, const struct kif_status *st,
		 const struct policy *policy, struct buf *doc)
{
	struct live before = { 0 };

	if (!given(inv, OPT_UNLOAD))
		return;
	if (given(inv, OPT_JSON))
		live_find(&before, policy);
	if (is_denying(st))
		unload_denied(policy, given(inv, OPT_FORCE));
	if (given(inv, OPT_JSON))
		add_unloaded(doc, &before, policy);
	live_free(&before);
}
