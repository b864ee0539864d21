// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock.c - keeps two commands from losing each other's edits.
 *
 * Between the load of an edited file's content and its rename, the files say
 * less than the kernel. Another command that read them then would undo the
 * edit. So whoever loads the files locks one directory, whichever it edits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "paths.h"

/**
 * lock_policy_files - waits until no other command is at the policy files
 *
 * Where there is no directory to lock (a read-only or empty root), there is
 * nothing in it that could be lost.
 *
 * Return: what unlock_policy_files() takes.
 */
int lock_policy_files(void)
{
	char *dir = path_conf(NFG_EDIT_DIR);
	int fd;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -1;
	while (flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

void unlock_policy_files(int fd)
{
	if (fd >= 0)
		close(fd);
}
