/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compile.h - rules as a person writes them become a policy as the kernel
 * reads it.
 */
#ifndef NFGUARD_COMPILE_H
#define NFGUARD_COMPILE_H

#include "policy/closure.h"
#include "policy/kernel_policy.h"

void policy_compile(struct policy *policy, const struct closure *closure,
		    struct diags *diags);

#endif /* NFGUARD_COMPILE_H */
