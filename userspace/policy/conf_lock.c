// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf_lock.c - keeps two commands from losing each other's edits.
 *
 * Between the load of an edited file's content and its rename, the files say
 * less than the kernel. Another command that read them then would undo the
 * edit. So whoever loads the files takes one lock, whichever it edits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "policy/conf_lock.h"

/**
 * conf_lock - waits until no other command is at the policy files
 *
 * The lock is on a file that only root may open: whoever can open one can hold it
 * for ever. Where none can be made (not root, no /run), nobody can be kept out, and
 * nothing be lost that this caller may write.
 *
 * Return: what conf_unlock() takes.
 */
int conf_lock(void)
{
	char *dir = path_conf(NFG_RUN_DIR);
	char *path = xasprintf("%s/lock", dir);
	int fd;

	mkdir(dir, 0755);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	free(path);
	free(dir);
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
