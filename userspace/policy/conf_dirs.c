// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf_dirs.c - finds and reads the policy files, and refuses those that others
 * could have written.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "base/util.h"
#include "policy/conf.h"
#include "policy/preset.h"

#define NO_FILE \
	": a socket, or a device without a driver: rename it so that it does not end in .conf, or remove it"

/* Whoever can write a policy file controls the host. sudo checks the same. */
static bool trusted(const struct stat *st, const char *path,
		    struct diags *diags)
{
	if (st->st_uid && !(paths_conf_moved() && st->st_uid == geteuid())) {
		diag_error(diags, path, 0, 0,
			   "owned by uid %u instead of root, so it is not read: chown it to root, or remove it",
			   (unsigned int)st->st_uid);
		return false;
	}
	if (st->st_mode & 022) {
		diag_error(diags, path, 0, 0,
			   "writable by group or others (mode %04o), so it is not read: chmod go-w it, or remove it",
			   (unsigned int)st->st_mode & 07777);
		return false;
	}
	return true;
}

static bool is_dev_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

static const char *kind_of(const struct stat *st)
{
	return S_ISDIR(st->st_mode) ? "a directory" :
	       S_ISFIFO(st->st_mode) ? "a pipe" : "a device";
}

/* What to do about a file or directory that can't be opened. */
static const char *way_out(int err)
{
	switch (err) {
	case -ELOOP:
		return ": links that lead to each other: remove them";
	case -ENXIO:
		return NO_FILE;
	case -ENOTDIR:
		return ": move it away";
	case -EFBIG:
		return ": split it into several files";
	case -EACCES:
		return ": run this as root";
	default:
		return "";
	}
}

/**
 * conf_open_dir - opens a policy directory
 * @dir: its path, root directory included
 * @diags: receives the reason if it can't be used
 *
 * Return: a file descriptor, -ENOENT if there is no such directory, or another
 * negative errno with an error in @diags.
 */
int conf_open_dir(const char *dir, struct diags *diags)
{
	char *real = path_followed(dir);
	struct stat st;
	int fd, err;

	fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(real);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0) {
		err = -errno;
		diag_error(diags, dir, 0, 0, "%s%s", strerror(-err), way_out(err));
		return err;
	}
	if (!fstat(fd, &st) && trusted(&st, dir, diags))
		return fd;
	close(fd);
	return -EPERM;
}

/* Below another root a link must not lead out of it. */
static int open_file(int dirfd, const char *name, const char *path)
{
	static const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	char *real;
	int fd;

	if (!paths_conf_moved())
		return openat(dirfd, name, flags);
	real = path_followed(path);
	fd = open(real, flags);
	free(real);
	return fd;
}

/* Whoever made the link meant the rules of a file, which would be missing silently. */
static bool dangles(int dirfd, const char *name, const char *path,
		    struct diags *diags)
{
	char *preset, *where;
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISLNK(st.st_mode))
		return false;
	preset = preset_linked(path);
	where = paths_options();
	if (preset)
		diag_error(diags, path, 0, 0,
			   "a link to a preset that is gone, so its rules are missing: install it again, or nfguard preset disable %s%s",
			   esc(preset), esc(where));
	else
		diag_error(diags, path, 0, 0,
			   "a link that leads to no file, so its rules are missing: restore the file, or remove the link (one to /dev/null masks a file)");
	free(where);
	free(preset);
	return true;
}

/**
 * conf_read_file - reads a policy file
 * @dirfd: its directory
 * @dir: that directory's path, for messages
 * @name: its name there
 * @text: receives the content, to be freed
 * @len: receives the length
 * @diags: receives the reason if it can't be used
 *
 * A link to /dev/null counts as an empty file: that is how a file from a package
 * is masked.
 *
 * Return: 0, -ENOENT if it does not exist, or another negative errno with an
 * error in @diags.
 */
int conf_read_file(int dirfd, const char *dir, const char *name, char **text,
		   size_t *len, struct diags *diags)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct buf b = { 0 };
	struct stat st;
	int fd, err = 0;

	fd = open_file(dirfd, name, path);
	if (fd < 0 || fstat(fd, &st)) {
		err = -errno;
		if (err == -ENOENT)
			err = dangles(dirfd, name, path, diags) ? -ENOLINK : err;
		else
			diag_error(diags, path, 0, 0, "%s%s", strerror(-err),
				   way_out(err));
		goto out;
	}
	if (!is_dev_null(&st) && !S_ISREG(st.st_mode)) {
		diag_error(diags, path, 0, 0,
			   "%s, not a regular file, so it can't be read: rename it so that it does not end in .conf, or remove it",
			   kind_of(&st));
		err = -EINVAL;
	} else if (!is_dev_null(&st) && !trusted(&st, path, diags)) {
		err = -EPERM;
	} else {
		err = read_fd(fd, NFG_TEXT_MAX, &b);
		if (err)
			diag_error(diags, path, 0, 0, "%s%s", strerror(-err),
				   way_out(err));
	}
out:
	if (fd >= 0)
		close(fd);
	free(path);
	if (err) {
		buf_free(&b);
		return err;
	}
	*text = b.s;
	*len = b.len;
	return 0;
}

static void scan_dir(struct drop_ins *found, int dir, int fd, const char *path,
		     struct diags *diags)
{
	int copy = dup(fd), err;
	DIR *d;

	d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		diag_error(diags, path, 0, 0, "%s", strerror(errno));
		if (copy >= 0)
			close(copy);
		return;
	}
	err = drop_ins_scan(found, d, dir);
	if (err)
		diag_error(diags, path, 0, 0, "%s", strerror(-err));
}

static bool is_in_dir(const struct conf_candidate *candidate, int d)
{
	return !strcmp(candidate->dir, nfg_conf_dirs[d]);
}

/* The content that a file is to have, if it is not its own. */
static const struct conf_candidate *candidate_for(const struct conf_candidate *c,
						  const struct drop_in *f)
{
	while (c && !(is_in_dir(c, f->dir) && !strcmp(c->name, f->name)))
		c = c->next;
	return c;
}

static void read_found(struct conf *conf, const struct drop_in *f, int dirfd,
		       const char *dir, const struct conf_candidate *candidate,
		       struct diags *diags)
{
	char *path = xasprintf("%s/%s", dir, f->name);
	char *text = NULL;
	size_t len;

	candidate = candidate_for(candidate, f);
	if (candidate) {
		if (candidate->text)
			conf_parse(conf, path, candidate->text, candidate->len,
				   diags);
	} else if (!conf_read_file(dirfd, dir, f->name, &text, &len, diags)) {
		conf_parse(conf, path, text, len, diags);
	}
	free(text);
	free(path);
}

static void add_candidates(struct drop_ins *found, int d,
			   const struct conf_candidate *candidate)
{
	for (; candidate; candidate = candidate->next)
		if (is_in_dir(candidate, d) && candidate->text)
			drop_ins_add(found, candidate->name, d);
}

static bool is_runtime_dir(int d)
{
	return !strcmp(nfg_conf_dirs[d], NFG_RUNTIME_DIR);
}

/**
 * conf_read - reads and parses the policy files
 * @conf: receives the files and their rules
 * @which: all of them, or only those that survive a reboot
 * @candidate: content to use for files instead of their own, or NULL
 * @diags: receives all errors in all files
 */
void conf_read(struct conf *conf, enum conf_which which,
	       const struct conf_candidate *candidate, struct diags *diags)
{
	struct drop_ins found = { 0 };
	char *dirs[NFG_CONF_DIRS];
	int fds[NFG_CONF_DIRS];
	size_t i;
	int d;

	for (d = 0; d < NFG_CONF_DIRS; d++) {
		dirs[d] = path_conf(nfg_conf_dirs[d]);
		fds[d] = which == CONF_LASTING && is_runtime_dir(d) ? -ENOENT :
			 conf_open_dir(dirs[d], diags);
		if (fds[d] >= 0)
			scan_dir(&found, d, fds[d], dirs[d], diags);
		add_candidates(&found, d, candidate);
	}
	drop_ins_sort(&found);
	for (i = 0; i < found.n; i++) {
		d = found.list[i].dir;
		read_found(conf, &found.list[i], fds[d], dirs[d], candidate,
			   diags);
	}
	drop_ins_free(&found);
	for (d = 0; d < NFG_CONF_DIRS; d++) {
		if (fds[d] >= 0)
			close(fds[d]);
		free(dirs[d]);
	}
}
