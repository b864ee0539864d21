// SPDX-License-Identifier: GPL-2.0-only
/* The kernel module's reading of a policy, for fuzz_compile.c. */
#include "build.h"
#include "fuzz_kernel.h"

struct kernel_policy {
	struct nfg_policy *policy;
};

/**
 * kernel_parse - parses a policy as the kernel module does
 * @body: its text without the first line
 * @entries: how many entries it has
 *
 * Return: the policy, or NULL if it is refused.
 */
struct kernel_policy *kernel_parse(const char *body, size_t entries)
{
	struct kernel_policy *kernel = calloc(1, sizeof(*kernel));
	struct nfg_refusal why;
	struct text text = {};
	int err;

	if (!kernel)
		abort();
	add(&text, "policy 1 token=0.0 entries=%zu\n%s", entries, body);
	err = parse(text.p, text.len, &kernel->policy, &why);
	if (err) {
		fprintf(stderr, "line %u: %s\n%s", why.line, why.reason, text.p);
		free(kernel);
		kernel = NULL;
	}
	text_free(&text);
	return kernel;
}

bool kernel_denies(const struct kernel_policy *kernel, const char *name,
		   bool unprivileged)
{
	const struct nfg_entry *entry;

	entry = nfg_policy_lookup(kernel->policy, name, strlen(name),
				  unprivileged);
	return (entry ? entry->verdict : kernel->policy->default_verdict) ==
	       NFG_DENY;
}

void kernel_free(struct kernel_policy *kernel)
{
	nfg_policy_free(kernel->policy);
	free(kernel);
}
