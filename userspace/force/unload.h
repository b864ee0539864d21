/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unload.h - removes denied modules that are live and unused.
 */
#ifndef NFGUARD_UNLOAD_H
#define NFGUARD_UNLOAD_H

#include "policy/kernel_policy.h"

void unload_denied(const struct policy *policy, bool force);

#endif /* NFGUARD_UNLOAD_H */
