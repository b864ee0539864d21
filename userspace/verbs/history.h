/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - choosing a change of the history, for history and undo.
 */
#ifndef NFGUARD_VERBS_HISTORY_H
#define NFGUARD_VERBS_HISTORY_H

#include "force/history.h"

bool history_get(struct history *h);
const struct change *history_choose(const struct history *h, const char *text);

#endif /* NFGUARD_VERBS_HISTORY_H */
