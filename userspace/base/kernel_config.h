/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_config.h - which options that nfguard needs a kernel was built without.
 */
#ifndef NFGUARD_KERNEL_CONFIG_H
#define NFGUARD_KERNEL_CONFIG_H

char *kernel_lacks(const char *tree_dir);

#endif /* NFGUARD_KERNEL_CONFIG_H */
