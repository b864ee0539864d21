/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snapshot.h - policy files as they were at some time, each with its name, so that
 * they can be restored one by one.
 */
#ifndef NFGUARD_SNAPSHOT_H
#define NFGUARD_SNAPSHOT_H

#include <sys/types.h>

#include "policy/conf.h"

/**
 * struct snap_file - a policy file
 * @path: its path, without the root of paths.h
 * @link: what it points to, if it is a symbolic link, or NULL
 * @mode: its permissions
 * @text: its content, that of the target if it is a link
 * @len: bytes of @text
 */
struct snap_file {
	char *path;
	char *link;
	mode_t mode;
	char *text;
	size_t len;
};

/**
 * struct snapshot - policy files, in the order in which they are read
 * @files: the files
 * @n: how many
 */
struct snapshot {
	struct snap_file *files;
	size_t n;
};

void snapshot_take(struct snapshot *s, const struct conf *conf);
void snapshot_add(struct snapshot *s, const struct snap_file *file);
const struct snap_file *snapshot_find(const struct snapshot *s,
				      const char *path);
bool snapshot_read(struct snapshot *s, const char *path);
bool snapshot_shadows(const struct snapshot *s, const struct snap_file *file);
bool snapshot_runtime(const struct snap_file *file);
bool snap_same(const struct snap_file *a, const struct snap_file *b);
void snapshot_changes(const struct snapshot *from, const struct snapshot *to,
		      struct snapshot *before, struct snapshot *after);
void snapshot_text(const struct snapshot *s, struct buf *out);
bool snapshot_parse(struct snapshot *s, const char *text, size_t len);
int snapshot_put(const char *path, const struct snap_file *file);
void snapshot_free(struct snapshot *s);

int read_trusted(const char *dir, const char *name, struct buf *text,
		 struct diags *diags);
void buf_add_word(struct buf *b, const char *s);
char *word_decode(const char *word);

#endif /* NFGUARD_SNAPSHOT_H */
