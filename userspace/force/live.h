/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live.h - finds denied modules that are present anyway.
 */
#ifndef NFGUARD_LIVE_H
#define NFGUARD_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "force/builtin.h"
#include "force/in_use.h"
#include "guard/kernel_if.h"
#include "policy/kernel_policy.h"

enum live_how {
	LIVE_LOADED,
	LIVE_BUILTIN,
};

/**
 * struct live_module - a denied module that is present anyway
 * @name: its name
 * @how: whether it was loaded or is built in
 * @entry: the entry that denies it, NULL if the default does
 * @builtin: what can be done about it, if it is built in
 */
struct live_module {
	char *name;
	enum live_how how;
	const struct policy_entry *entry;
	struct builtin builtin;
};

/**
 * struct live - all of them
 * @list: first the loaded ones, in the kernel's order, then the built-in ones
 * @n: how many
 * @off: the built-in ones that this boot left out, and that are out of reach so
 * @n_off: how many
 */
struct live {
	struct live_module *list;
	size_t n;
	struct live_module *off;
	size_t n_off;
};

void live_each(void (*each)(const char *name, bool loading, void *data),
	       void *data);
void live_find(struct live *live, const struct policy *policy);
const char *live_rule(const struct live_module *m, const struct policy *policy);
bool live_for_users(const struct live_module *m);
char *live_remedy(const struct live_module *m, const struct in_use *u,
		  const struct kif_status *st, char **used);
const char *live_remedy_many(const struct live_module *m, const char *remedy,
			     const char *used);
int live_say(const struct live *live, const struct policy *policy,
	     const struct kif_status *st);
void live_say_off(const struct live *live);
void live_free(struct live *live);

#endif /* NFGUARD_LIVE_H */
