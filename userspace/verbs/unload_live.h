/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unload_live.h - --unload: what is denied and live goes, if nothing uses it.
 */
#ifndef NFGUARD_UNLOAD_LIVE_H
#define NFGUARD_UNLOAD_LIVE_H

#include "guard/kernel_if.h"
#include "policy/kernel_policy.h"
#include "verbs/verb.h"

void unload_live(const struct invocation *inv, const struct kif_status *st,
		 const struct policy *policy, struct buf *doc);

#endif /* NFGUARD_UNLOAD_LIVE_H */
