// SPDX-License-Identifier: GPL-2.0-only
/*
 * save.c - a policy file's new content, first beside the file, then in its
 * place, so that a crash or a full disk leaves the old file or the new one.
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
 * save_say_failed - says that a file could not be written and is as it was
 * @path: the file
 * @err: the negative errno
 */
void save_say_failed(const char *path, int err)
{
	const char *way_out = "";

	if (err == -EACCES || err == -EPERM)
		way_out = ": run it as root";
	else if (err == -EROFS && strstr(path, NFG_EDIT_DIR "/"))
		way_out = ": --runtime edits in /run, until the host reboots";
	msg_err("%s: cannot be written, nothing was changed: %s%s", esc(path),
		strerror(-err), way_out);
}

/* Interrupted in between, it would leave its temporary file behind. */
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

static int sync_dir(const char *dir)
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

	/* A file that its owner made private stays so. */
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
 * save_begin - writes the content to a file beside the one it is for
 * @save: for save_commit() or save_abort(), one of which must follow success
 * @dir: the directory, made if it is not there
 * @name: the file's name in it
 * @text: the content
 * @len: its length
 * @mode: its mode, if the file is not there yet; else it keeps its own
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
		/* Whatever the umask: it holds nothing secret. */
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
 * save_commit - puts the content in the file's place
 * @save: what save_begin() began; it is over after success
 *
 * Return: 0, or a negative errno; then the old file is in place and save_abort()
 * must follow.
 */
int save_commit(struct save *save)
{
	int err;

	if (rename(save->temporary, save->path))
		return -errno;
	err = sync_dir(save->dir);
	if (err)
		msg_warn("%s: may not outlive a power cut: %s",
			 esc(save->path), strerror(-err));
	save_end(save);
	return 0;
}

/**
 * save_abort - leaves the file as it was
 * @save: what save_begin() began
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
 * save_whole - writes a file's new content, whole or not at all
 * @dir: as for save_begin(), as all below
 * @name: the file's name in it
 * @text: the content
 * @len: its length
 * @mode: its mode, if it is not there yet
 *
 * Return: 0, or a negative errno; then the old file is in place.
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
