/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * families.h - aliases of devices, which the compiled policy leaves to the load gate.
 */
#ifndef NFGUARD_FAMILIES_H
#define NFGUARD_FAMILIES_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/closure.h"
#include "policy/kernel_policy.h"

/**
 * struct family - a kind of device aliases, such as pci:*
 * @pattern: what matches them all
 * @rule: the rule that allows one of their modules, or RULE_NONE
 * @added: it has an entry
 */
struct family {
	char *pattern;
	size_t rule;
	bool added;
};

/**
 * struct families - those of which some aliases lead to an allowed module
 * @list: the families
 * @n: how many
 * @last: index of the one that was last looked for
 */
struct families {
	struct family *list;
	size_t n;
	size_t last;
};

bool alias_of_device(const char *alias);
void families_add(struct families *families, const struct closure *closure,
		  const struct tree_alias *a);
void families_pass_before(struct families *families, struct policy *policy,
			  size_t section, const char *pattern);
void families_pass_allowed(struct families *families, struct policy *policy,
			   size_t rule, size_t section);
void families_free(struct families *families);

#endif /* NFGUARD_FAMILIES_H */
