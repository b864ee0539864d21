// SPDX-License-Identifier: GPL-2.0-only
/*
 * families.c - aliases of devices, which the compiled policy leaves to the load gate.
 *
 * "pci:v00008086d*", "acpi*:INT33C2:*": the name of a device, which the kernel reports
 * to udev. udev's modprobe makes no request, and the load gate judges it by the
 * module's name, as it does for the few that the kernel does request (mdio:ID). There
 * may be thousands.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "policy/families.h"

/**
 * alias_of_device - whether an alias that is a pattern is one of devices
 * @alias: the alias
 */
bool alias_of_device(const char *alias)
{
	const char *colon = strchr(alias, ':');

	return colon && !memchr(alias, '?', colon - alias) &&
	       !memchr(alias, '[', colon - alias);
}

/* The family of an alias whose name of it is so long, with the colon, or NULL. */
static struct family *find(struct families *families, const char *alias, size_t len)
{
	size_t i;

	/* Mostly that of the alias before. */
	for (i = families->last; i < families->n; i++)
		if (!strncmp(families->list[i].pattern, alias, len))
			goto found;
	for (i = 0; i < families->last; i++)
		if (!strncmp(families->list[i].pattern, alias, len))
			goto found;
	return NULL;
found:
	families->last = i;
	return &families->list[i];
}

/**
 * families_add - note an alias of a device
 * @families: the families
 * @closure: what the rules mean
 * @a: the alias; its family is noted if one of its modules is allowed
 */
void families_add(struct families *families, const struct closure *closure,
		  const struct tree_alias *a)
{
	size_t len = strchr(a->name, ':') + 1 - a->name;
	struct family *f = find(families, a->name, len);
	struct ruling r;
	char *pattern;

	if (f && f->rule != RULE_NONE)
		return;
	r = closure_targets(closure, &a->targets, SCOPE_ANY);
	if (r.verdict != VERDICT_ALLOW)
		return;
	if (f) {
		f->rule = r.rule;
		return;
	}
	pattern = xasprintf("%.*s*", (int)len, a->name);
	if (strlen(pattern) > NFG_PATTERN_MAX || !policy_takes(pattern, NAME_PATTERN)) {
		free(pattern);
		return;
	}
	families->list = xgrow(families->list, families->n, sizeof(*families->list));
	families->list[families->n++] = (struct family){
		.pattern = pattern, .rule = r.rule,
	};
}

/* Has requests for devices pass on to the load gate: one of the modules may load. */
static void pass(struct family *f, struct policy *policy, size_t section)
{
	if (!f->added)
		policy_add_entry(policy, &(struct policy_entry){
			.rule = section, .verdict = VERDICT_ALLOW, .scope = SCOPE_ANY,
			.kind = NAME_PATTERN, .name = f->pattern,
		});
	f->added = true;
}

/**
 * families_pass_before - have requests for devices pass before a pattern about modules
 * @families: the families; those that the pattern may meet get an entry
 * @policy: gets the entries
 * @section: index of the pattern's rule in the policy
 * @pattern: the pattern, which would deny those requests too
 */
void families_pass_before(struct families *families, struct policy *policy,
			  size_t section, const char *pattern)
{
	size_t i;

	for (i = 0; i < families->n && !strchr(pattern, ':'); i++)
		if (patterns_meet(families->list[i].pattern, pattern))
			pass(&families->list[i], policy, section);
}

/**
 * families_pass_allowed - have requests for devices pass under "default deny"
 * @families: the families; those of which the rule allows a module get an entry
 * @policy: gets the entries
 * @rule: index of the rule in the policy files
 * @section: its index in the policy
 */
void families_pass_allowed(struct families *families, struct policy *policy,
			   size_t rule, size_t section)
{
	size_t i;

	for (i = 0; i < families->n; i++)
		if (families->list[i].rule == rule)
			pass(&families->list[i], policy, section);
}

/**
 * families_free - free what is in them
 * @families: the families
 */
void families_free(struct families *families)
{
	size_t i;

	for (i = 0; i < families->n; i++)
		free(families->list[i].pattern);
	free(families->list);
}
