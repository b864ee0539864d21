/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_files.h - which files came with the distribution.
 */
#ifndef NFGUARD_PACKAGE_FILES_H
#define NFGUARD_PACKAGE_FILES_H

#include <stdbool.h>

bool package_has(const char *path);

#endif /* NFGUARD_PACKAGE_FILES_H */
