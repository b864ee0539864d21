/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror_file.h - the file of modprobe.d that nfguard writes: how it is known.
 */
#ifndef NFGUARD_MIRROR_FILE_H
#define NFGUARD_MIRROR_FILE_H

#include <stdbool.h>

/* Its first line; a file without it is somebody else's. */
#define MIRROR_FIRST_LINE \
	"# Written by nfguard, which keeps it true: changes are lost. nfguard mirror off removes it.\n"

bool mirror_file_is_ours(const char *path);

#endif /* NFGUARD_MIRROR_FILE_H */
