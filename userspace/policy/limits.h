/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limits.h - whether the kernel module takes a policy of this size.
 */
#ifndef NFGUARD_LIMITS_H
#define NFGUARD_LIMITS_H

#include "base/msg.h"
#include "policy/kernel_policy.h"

void limits_check(const struct policy *policy, struct diags *diags);

#endif /* NFGUARD_LIMITS_H */
