/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot_entries.h - what this host's boot loaders have of a kernel.
 */
#ifndef NFGUARD_BOOT_ENTRIES_H
#define NFGUARD_BOOT_ENTRIES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/util.h"

/**
 * struct boot_entry - an entry that boots a kernel
 * @file: the file that has it
 * @line: the line of its command line there, 0: the whole file
 * @cmdline: its command line; NULL if it can't be known
 * @why: why it can't, a phrase that follows "as"; else NULL
 * @initrds: the images that make up or have its initramfs, a line each, from outside
 * @dev: with @ino, the file: one may be found under two names
 * @ino: as above
 */
struct boot_entry {
	char *file;
	unsigned int line;
	char *cmdline;
	char *why;
	struct buf initrds;
	dev_t dev;
	ino_t ino;
};

/**
 * struct boot_entries - the entries of a kernel
 * @list: the entries
 * @n: how many
 */
struct boot_entries {
	struct boot_entry *list;
	size_t n;
};

void boot_entries_find(struct boot_entries *e, const char *release);
void boot_entries_free(struct boot_entries *e);

#endif /* NFGUARD_BOOT_ENTRIES_H */
