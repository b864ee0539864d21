/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FAIL_NTH_H
#define FAIL_NTH_H

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens this task's file fail-nth; ends the program if the kernel has none. */
static inline int fail_nth_open(void)
{
	char path[64];
	int fd;

	sprintf(path, "/proc/self/task/%ld/fail-nth", syscall(SYS_gettid));
	fd = open(path, O_RDWR);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* The nth allocation from now on fails, or none if @n is 0. */
static inline void fail_nth(int fd, int n)
{
	char number[16];

	sprintf(number, "%d", n);
	if (pwrite(fd, number, strlen(number), 0) < 0)
		err(1, "fail-nth");
}

/* How many allocations were left until it; 0: it has failed. */
static inline int fail_nth_left(int fd)
{
	char number[16] = "";

	if (pread(fd, number, sizeof(number) - 1, 0) < 0)
		err(1, "fail-nth");
	return atoi(number);
}

#endif /* FAIL_NTH_H */
