/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * in_root.h - resolves links as the system below a directory would.
 */
#ifndef NFGUARD_IN_ROOT_H
#define NFGUARD_IN_ROOT_H

#include <stdbool.h>

char *in_root(const char *root, const char *path, bool last);

#endif /* NFGUARD_IN_ROOT_H */
