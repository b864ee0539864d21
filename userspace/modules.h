/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modules.h - the modules of this host: which are live, which are built in,
 * which names lead to one.
 */
#ifndef NFGUARD_MODULES_H
#define NFGUARD_MODULES_H

#include <libkmod.h>
#include <stdbool.h>
#include <stddef.h>

#include "msg.h"
#include "policy.h"

enum live_how {
	LIVE_LOADED,
	LIVE_BUILTIN,
};

/**
 * struct live_module - a module that a policy denies in vain
 * @name: its name
 * @how: why in vain
 * @entry: the entry that denies it, NULL: the default does
 */
struct live_module {
	char *name;
	enum live_how how;
	const struct policy_entry *entry;
};

/**
 * struct live - all of them
 * @list: in the order in which the kernel lists them
 * @n: how many
 */
struct live {
	struct live_module *list;
	size_t n;
};

void live_find(struct live *live, const struct policy *policy);
int live_say(const struct live *live, const struct policy *policy);
void live_free(struct live *live);

struct kmod_ctx *modules_open(void);
bool modules_indexed(void);
void modules_warn_unresolved(const struct conf *conf, struct diags *diags);

#endif /* NFGUARD_MODULES_H */
