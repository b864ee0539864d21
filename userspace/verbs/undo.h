/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * undo.h - choosing a change of the history.
 */
#ifndef NFGUARD_UNDO_H
#define NFGUARD_UNDO_H

#include "force/history.h"

bool history_get(struct history *h);
const struct change *history_choose(const struct history *h, const char *text);

#endif /* NFGUARD_UNDO_H */
