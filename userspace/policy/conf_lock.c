// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf_lock.c - a file lock on all policy files, so that two commands can't lose
 * each other's edits.
 *
 * An edited file's content is put into effect before the file is renamed into
 * place. Another command that read the policy files in between would undo the
 * edit. So whoever applies the policy files takes this one lock, whichever of
 * them it edits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "policy/conf_lock.h"

static int open_lock(void)
{
	char *dir = path_conf(NFG_RUN_DIR);
	char *path = xasprintf("%s/lock", dir);
	int fd;

	mkdir(dir, 0755);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(path);
	free(dir);
	return fd;
}

/* An image has no lock file, and is to have none. */
static int open_image(void)
{
	char *root = path_conf("");
	int fd = open(*root ? root : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(root);
	return fd;
}

/**
 * conf_lock - waits until no other command uses the policy files, and locks them
 *
 * Only root may open the lock file: whoever can open it can hold the lock as long
 * as they like. If it can't be opened (not root, no /run), nothing is locked, but
 * then this caller can't write anything that could be lost either.
 *
 * Return: what conf_unlock() takes.
 */
int conf_lock(void)
{
	int fd = paths_elsewhere() ? open_image() : open_lock();

	if (fd < 0)
		return -1;
	while (flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

void conf_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}
