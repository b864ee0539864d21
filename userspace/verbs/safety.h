/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * safety.h - what is checked before a policy takes effect, so that it does not take
 * the host down.
 */
#ifndef NFGUARD_SAFETY_H
#define NFGUARD_SAFETY_H

#include "policy/source.h"
#include "verbs/verb.h"

int safety_check(const struct invocation *inv, const struct source *src);

#endif /* NFGUARD_SAFETY_H */
