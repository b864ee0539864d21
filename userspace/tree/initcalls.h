/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * initcalls.h - the init functions of the modules that are built into a kernel.
 */
#ifndef NFGUARD_INITCALLS_H
#define NFGUARD_INITCALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/**
 * struct initcall - an init function
 * @module: the module that it is part of
 * @function: its name, as initcall_blacklist= takes it
 */
struct initcall {
	char *module;
	const char *function;
};

/**
 * struct initcalls - those of a kernel
 * @known: whether the kernel's symbols could be read, and name them
 * @list: the functions
 * @n: how many
 * @text: the symbols that they were cut from
 */
struct initcalls {
	bool known;
	struct initcall *list;
	size_t n;
	struct buf text;
};

void initcalls_read(struct initcalls *calls, const char *tree_dir);
const char *initcalls_next(const struct initcalls *calls, const char *module,
			   size_t *at);
void initcalls_free(struct initcalls *calls);

#endif /* NFGUARD_INITCALLS_H */
