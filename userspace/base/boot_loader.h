/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot_loader.h - how this host's kernel command line is changed.
 */
#ifndef NFGUARD_BOOT_LOADER_H
#define NFGUARD_BOOT_LOADER_H

#include "base/cmdline.h"

char *boot_loader_add(const char *key, const char *value, const char *release,
		      const struct cmdline *now);

#endif /* NFGUARD_BOOT_LOADER_H */
