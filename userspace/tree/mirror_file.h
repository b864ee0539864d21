/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror_file.h - the file of modprobe.d that nfguard writes: how it is known.
 */
#ifndef NFGUARD_MIRROR_FILE_H
#define NFGUARD_MIRROR_FILE_H

#include <stdbool.h>

#include "base/util.h"

/**
 * enum mirror_state - whose file it is, if there is one
 * @MIRROR_OFF: there is none
 * @MIRROR_ON: nfguard wrote it, and nobody changed it since
 * @MIRROR_EDITED: nfguard wrote it, and somebody changed it
 * @MIRROR_FOREIGN: nfguard did not write it, or it can't be read
 */
enum mirror_state {
	MIRROR_OFF,
	MIRROR_ON,
	MIRROR_EDITED,
	MIRROR_FOREIGN,
};

const char *mirror_state_word(enum mirror_state state);
enum mirror_state mirror_file_state(const char *path, struct buf *text);
size_t mirror_file_modules(const struct buf *text);
bool mirror_file_is_ours(const char *path);
void mirror_file_text(const struct buf *lines, struct buf *text);

#endif /* NFGUARD_MIRROR_FILE_H */
