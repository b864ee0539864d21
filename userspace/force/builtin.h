/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * builtin.h - whether a module that is built into the kernel can be switched off.
 */
#ifndef NFGUARD_BUILTIN_H
#define NFGUARD_BUILTIN_H

#include "tree/tree.h"

/**
 * enum builtin_state - what can be done about a built-in module
 * @BUILTIN_OFF: nothing has to be: this boot left all its init functions out
 * @BUILTIN_CAN_BE_OFF: its init functions can be left out of the next boot
 * @BUILTIN_NO_INIT: it has none
 * @BUILTIN_CARRIER: this host runs on it
 * @BUILTIN_UNKNOWN: the kernel's symbols do not name its init functions
 */
enum builtin_state {
	BUILTIN_OFF,
	BUILTIN_CAN_BE_OFF,
	BUILTIN_NO_INIT,
	BUILTIN_CARRIER,
	BUILTIN_UNKNOWN,
};

/**
 * struct builtin - a module that is built into the kernel
 * @state: what can be done about it
 * @functions: its init functions, with commas between; NULL if it has none or they
 *	are not known
 * @carries: what it carries, if this host runs on it, else NULL
 */
struct builtin {
	enum builtin_state state;
	char *functions;
	char *carries;
};

void builtin_read(struct builtin *b, const struct tree *tree, size_t module);
bool builtin_is_off(const struct tree *tree, size_t module);
bool builtin_alike(const struct builtin *a, const struct builtin *b);
char *builtin_why(const struct builtin *b, bool several);
char *builtin_remedy(const struct builtin *b, const char *functions, bool several);
void builtin_free(struct builtin *b);

#endif /* NFGUARD_BUILTIN_H */
