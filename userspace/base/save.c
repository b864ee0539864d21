// SPDX-License-Identifier: GPL-2.0-only
/*
 * save.c - replaces a file: writes the new content beside it, then renames, so
 * that a crash or a full disk leaves either the old file or the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "base/util.h"

/**
 * save_say_failed - print that a file could not be written and is unchanged
 * @path: the file
 * @err: the negative errno
 */
void save_say_failed(const char *path, int err)
{
	const char *remedy = "";

	if (err == -EACCES || err == -EPERM)
		remedy = ": run it as root";
	else if (err == -EROFS && strstr(path, NFG_EDIT_DIR "/"))
		remedy = ": use --runtime to edit in /run, until the host reboots";
	msg_err("%s: cannot be written, nothing was changed: %s%s", esc(path),
		strerror(-err), remedy);
}

/* An interrupt would leave the temporary file behind. */
static void block_signals(struct save *save)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, &save->signals);
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= n;
	}
	return fsync(fd) ? -errno : 0;
}

/**
 * save_sync_dir - make the names in a directory survive a power cut
 * @dir: the directory
 *
 * Return: 0, or a negative errno.
 */
int save_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int write_temporary(struct save *save, const char *text, size_t len,
			   mode_t mode)
{
	struct stat st;
	int fd, err;

	/* A file that its owner made private stays private. */
	if (!lstat(save->path, &st))
		mode = st.st_mode & 0755;
	fd = mkostemp(save->temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(save->temporary);
		save->temporary = NULL;
		return err;
	}
	err = write_all(fd, text, len);
	if (!err && fchmod(fd, mode))
		err = -errno;
	close(fd);
	return err;
}

/**
 * save_begin - write the new content to a temporary file beside the real one
 * @save: on success, pass it to save_commit() or save_abort()
 * @dir: the directory; created if it does not exist
 * @name: the file's name in it
 * @text: the content
 * @len: its length
 * @mode: the mode of a new file; one that exists keeps its own
 *
 * Return: 0, or a negative errno; then nothing is left behind.
 */
int save_begin(struct save *save, const char *dir, const char *name,
	       const char *text, size_t len, mode_t mode)
{
	int err;

	*save = (struct save){
		.dir = xstrdup(dir),
		.path = xasprintf("%s/%s", dir, name),
		.temporary = xasprintf("%s/.%s.XXXXXX", dir, name),
	};
	block_signals(save);
	if (!mkdir(dir, 0755)) {
		save->made_dir = true;
		/* Whatever the umask is: it holds nothing secret. */
		chmod(dir, 0755);
	}
	err = write_temporary(save, text, len, mode);
	if (err)
		save_abort(save);
	return err;
}

static void save_end(struct save *save)
{
	sigprocmask(SIG_SETMASK, &save->signals, NULL);
	free(save->temporary);
	free(save->path);
	free(save->dir);
}

/**
 * save_commit - replace the file with the new content
 * @save: from save_begin(); freed on success
 *
 * Return: 0, or a negative errno; then the old file is still in place and
 * save_abort() must follow.
 */
int save_commit(struct save *save)
{
	int err;

	if (rename(save->temporary, save->path))
		return -errno;
	err = save_sync_dir(save->dir);
	if (err)
		msg_warn("%s: written, but may not survive a power cut: %s",
			 esc(save->path), strerror(-err));
	save_end(save);
	return 0;
}

/**
 * save_abort - leave the file as it was
 * @save: from save_begin(); freed
 */
void save_abort(struct save *save)
{
	if (save->temporary)
		unlink(save->temporary);
	if (save->made_dir)
		rmdir(save->dir);
	save_end(save);
}

/**
 * save_whole - write a file atomically
 * @dir: the directory; created if it does not exist
 * @name: the file's name in it
 * @text: the content
 * @len: its length
 * @mode: the mode of a new file; one that exists keeps its own
 *
 * Return: 0, or a negative errno; then the old file is still in place.
 */
int save_whole(const char *dir, const char *name, const char *text, size_t len,
	       mode_t mode)
{
	struct save save;
	int err;

	err = save_begin(&save, dir, name, text, len, mode);
	if (err)
		return err;
	err = save_commit(&save);
	if (err)
		save_abort(&save);
	return err;
}
