/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module_file.h - what the file of nfguard's module says of itself.
 */
#ifndef NFGUARD_MODULE_FILE_H
#define NFGUARD_MODULE_FILE_H

#include <stdbool.h>

#include "tree/libkmod.h"

char *guard_info(struct kmod_module *mod, const char *key);
bool guard_is_signed(struct kmod_module *mod);

char *guard_file_missing(const char *tree_dir, const char *file);
char *guard_file_fault(const char *tree_dir, const char *file);
char *guard_file_remedy(const char *tree_dir);

#endif /* NFGUARD_MODULE_FILE_H */
