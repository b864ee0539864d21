/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * save.h - replaces files atomically.
 */
#ifndef NFGUARD_SAVE_H
#define NFGUARD_SAVE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct save - a file about to be replaced
 * @dir: its directory
 * @path: its path
 * @temporary: the path of the file that is to replace it
 * @made_dir: the directory did not exist before
 * @signals: the signals that were blocked before
 */
struct save {
	char *dir;
	char *path;
	char *temporary;
	bool made_dir;
	sigset_t signals;
};

int save_begin(struct save *save, const char *dir, const char *name,
	       const char *text, size_t len, mode_t mode);
int save_commit(struct save *save);
void save_abort(struct save *save);
int save_whole(const char *dir, const char *name, const char *text, size_t len,
	       mode_t mode);
int save_sync_dir(const char *dir);
void save_say_failed(const char *path, int err);

#endif /* NFGUARD_SAVE_H */
