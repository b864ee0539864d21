/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use_find.h - finds what uses the modules that are live.
 */
#ifndef NFGUARD_USE_FIND_H
#define NFGUARD_USE_FIND_H

#include <stdbool.h>

#include "force/in_use.h"

void use_find_all(struct in_use *u, bool change);

#endif /* NFGUARD_USE_FIND_H */
