/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror.h - the policy's denials as lines of modprobe.d, and the file that has them.
 */
#ifndef NFGUARD_MIRROR_H
#define NFGUARD_MIRROR_H

#include "policy/source.h"
#include "tree/mirror_file.h"

/**
 * struct mirror - the file, and what it is to be
 * @path: the file
 * @state: whose it is
 * @text: what is in it
 * @wanted: what is to be in it
 * @modules: how many modules it keeps out as it is
 * @idle: why it keeps out none, although the policy denies, or NULL
 */
struct mirror {
	char *path;
	enum mirror_state state;
	struct buf text;
	struct buf wanted;
	size_t modules;
	const char *idle;
};

size_t mirror_lines(const struct source *src, const char *idle, struct buf *text);
const char *mirror_idle(void);
void mirror_read(struct mirror *m, const struct source *src);
bool mirror_is_true(const struct mirror *m);
int mirror_write(const struct mirror *m);
int mirror_remove(const struct mirror *m);
void mirror_free(struct mirror *m);
void mirror_after(const struct source *src);

#endif /* NFGUARD_MIRROR_H */
