// SPDX-License-Identifier: GPL-2.0-only
/*
 * reopen.c - holds files while their module is removed: each is opened once for reading
 * and once with O_PATH. Until SIGTERM it reads the first descriptor again and again, and
 * reopens the second through /proc/self/fd.
 *
 *	reopen [-p] FILE...
 *
 * With -p files are opened only with O_PATH.
 *
 * Prints "ready" once every file was opened, read and reopened, and at the end
 * "reopened N, then ERRNO" and "read N, then ERRNO": how often that worked, and the last
 * error, or "ok" if there never was one.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "errno_name.h"

#define FILES_MAX	16

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

struct tally {
	unsigned long ok;
	int error;
};

static void count(struct tally *tally, int failed)
{
	if (failed)
		tally->error = errno;
	else
		tally->ok++;
}

static void reopen(int fd, struct tally *tally)
{
	char path[32], buf[512];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY);
	count(tally, again < 0);
	if (again < 0)
		return;
	/* The module may be removed between the two, so either answer is right. */
	if (read(again, buf, sizeof(buf)) < 0 && errno == EFAULT)
		err(1, "read");
	close(again);
}

static void report(const char *what, const struct tally *tally)
{
	printf("%s %lu, then %s\n", what, tally->ok,
	       tally->error ? errno_name(tally->error) : "ok");
}

int main(int argc, char **argv)
{
	struct tally reopened = {}, reads = {};
	int path_fd[FILES_MAX], fd[FILES_MAX];
	int i, n, path_only, ready = 0;
	char buf[512];

	path_only = argc > 1 && !strcmp(argv[1], "-p");
	argv += 1 + path_only;
	n = argc - 1 - path_only;
	if (n < 1 || n > FILES_MAX)
		errx(1, "give one to %d files", FILES_MAX);
	signal(SIGTERM, on_term);
	alarm(300);	/* in case the test dies first */
	for (i = 0; i < n; i++) {
		path_fd[i] = open(argv[i], O_PATH);
		fd[i] = path_only ? path_fd[i] : open(argv[i], O_RDONLY);
		if (path_fd[i] < 0 || fd[i] < 0)
			err(1, "%s", argv[i]);
	}
	while (!stop) {
		for (i = 0; i < n; i++) {
			reopen(path_fd[i], &reopened);
			if (!path_only)
				count(&reads, pread(fd[i], buf, sizeof(buf), 0) < 0);
		}
		if (!ready++) {
			puts("ready");
			fflush(stdout);
		}
	}
	report("reopened", &reopened);
	report("read", &reads);
	return 0;
}
