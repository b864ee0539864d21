// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_policy.c - a libFuzzer target: any bytes as a policy, then as names to look up. */
#include "build.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct nfg_policy *policy;
	struct nfg_refusal why;
	size_t i, len;

	if (parse((const char *)data, size, &policy, &why))
		return why.reason && why.line <= size + 1 ? 0 : (abort(), 0);

	for (i = 0; i < size; i += len + 1) {
		len = size - i < NFG_NAME_MAX ? size - i : NFG_NAME_MAX;
		look_up(policy, (const char *)data + i, len, i & 1);
	}
	nfg_policy_free(policy);
	return 0;
}
