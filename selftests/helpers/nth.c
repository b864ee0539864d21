// SPDX-License-Identifier: GPL-2.0-only
/*
 * nth.c - does one thing again and again: in the first run the first allocation fails, in
 * the second run the second one, and so on, until a run makes so few that none fails.
 *
 *	nth load FILE PARAMETER RUNS	loads a module, and removes it
 *	nth read FILE			opens a file and reads it to its end
 *	nth write FILE TEXT		opens a file and writes the text in one write(2)
 *
 * Prints "N ANSWER" for each run, in which the Nth allocation failed: "ok" or the name of
 * the errno; and "end N ANSWER" for the run in which nothing failed. That comes first for
 * a load, and then the last allocation fails, the last but one, and so on: the first
 * hundreds are the kernel's own, and it warns of some that fail (event_define_fields(),
 * 6.1). In the kernel's log "nth: N" comes before what fault injection prints of a run.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errno_name.h"
#include "fail_nth.h"

#define RUNS	20000	/* more than any of these allocates */

static int load(int module, const char *parameter)
{
	return syscall(SYS_finit_module, module, parameter, 0) ? errno : 0;
}

static int read_all(const char *path)
{
	static char text[0x10000];
	ssize_t n = 0;
	int error = 0, fd = open(path, O_RDONLY);

	if (fd < 0)
		return errno;
	while ((n = read(fd, text, sizeof(text))) > 0)
		;
	if (n < 0)
		error = errno;
	close(fd);
	return error;
}

static int write_once(const char *path, const char *text)
{
	int error = 0, fd = open(path, O_WRONLY);

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static void note(int kmsg, int n)
{
	char line[32];

	/* What fails to be written is only missed in what a test tells. */
	if (write(kmsg, line, sprintf(line, "nth: %d\n", n)) < 0)
		return;
}

struct job {
	int nth, kmsg, module;
	const char *path, *text;
};

static int once(const struct job *job)
{
	if (job->module >= 0)
		return load(job->module, job->text);
	return job->text ? write_once(job->path, job->text) : read_all(job->path);
}

/* Returns how many allocations were left until the one that was to fail. */
static int run(const struct job *job, int n)
{
	int error, left;

	note(job->kmsg, n);
	fail_nth(job->nth, n);
	error = once(job);
	left = fail_nth_left(job->nth);
	fail_nth(job->nth, 0);
	printf("%s%d %s\n", left ? "end " : "", n - left,
	       error ? errno_name(error) : "ok");
	fflush(stdout);
	if (job->module >= 0 && !error &&
	    syscall(SYS_delete_module, "nfguard", O_NONBLOCK))
		err(1, "nfguard can't be removed");
	return left;
}

static void from_the_end(const struct job *job, int runs)
{
	int n = RUNS - run(job, RUNS);

	if (n == RUNS)
		errx(1, "allocations keep failing");
	while (runs-- && n > 0)
		run(job, n--);
}

int main(int argc, char **argv)
{
	struct job job = { .nth = fail_nth_open(), .module = -1 };
	int n;

	job.kmsg = open("/dev/kmsg", O_WRONLY);
	if (argc < 3)
		errx(1, "give load, read or write, and a file");
	job.path = argv[2];
	job.text = argv[3];
	if (!strcmp(argv[1], "load") && argc == 5) {
		job.module = open(job.path, O_RDONLY | O_CLOEXEC);
		if (job.module < 0)
			err(1, "%s", job.path);
		from_the_end(&job, atoi(argv[4]));
		return 0;
	}
	for (n = 1; n < RUNS; n++) {
		if (run(&job, n))
			return 0;
	}
	errx(1, "allocations keep failing");
}
