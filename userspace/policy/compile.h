/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compile.h - compiles the rules of the policy files into the policy that the
 * kernel reads.
 */
#ifndef NFGUARD_COMPILE_H
#define NFGUARD_COMPILE_H

#include "policy/closure.h"
#include "policy/kernel_policy.h"

void policy_compile(struct policy *policy, const struct closure *closure,
		    struct diags *diags);

#endif /* NFGUARD_COMPILE_H */
