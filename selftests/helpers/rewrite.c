// SPDX-License-Identifier: GPL-2.0-only
/*
 * rewrite.c - writes standard input to a file again and again, each time in one
 * write(2).
 *
 *	rewrite -n TIMES FILE TOKEN-FILE
 *	rewrite -f FILE TOKEN-FILE
 *
 * Each "@TOKEN@" in the text is replaced by the token that TOKEN-FILE has at the time.
 *
 * With -n every write must succeed. With -f the first allocation fails in the first
 * write, the second one in the second write, and so on, until a write makes so few that
 * none fails. Prints "N ANSWER" for each write: "ok" or the name of the errno, and
 * " changed" if a write that failed changed the file; and at the end "end N ANSWER" for
 * the write in which nothing failed.
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

#define TEXT_MAX	0x100000

static char template[TEXT_MAX], text[TEXT_MAX + 64];
static char before[TEXT_MAX], after[TEXT_MAX];

static void read_all(int fd, char *to)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, to + used, TEXT_MAX - 1 - used)) > 0)
		used += n;
	if (n < 0 || !used)
		err(1, "a text");
	to[used] = '\0';
}

static void read_file(const char *path, char *to)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	read_all(fd, to);
	close(fd);
}

static void read_token(const char *path, char *token)
{
	FILE *file = fopen(path, "r");
	char line[256];

	*token = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "token %63s", token) == 1)
			break;
	}
	if (!*token)
		err(1, "no token in %s", path);
	fclose(file);
}

static size_t make_text(const char *token)
{
	static const char mark[] = "@TOKEN@";
	const char *from = template, *found;
	size_t len = 0;

	while ((found = strstr(from, mark))) {
		len += snprintf(text + len, sizeof(text) - len, "%.*s%s",
				(int)(found - from), from, token);
		from = found + strlen(mark);
		if (len >= sizeof(text))
			errx(1, "the text is too long");
	}
	return len + snprintf(text + len, sizeof(text) - len, "%s", from);
}

static int write_once(const char *path, const char *token_path, int nth, int n)
{
	char token[64];
	size_t len;
	int fd, error = 0;

	read_token(token_path, token);
	len = make_text(token);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		err(1, "%s", path);
	if (n)
		fail_nth(nth, n);
	if (write(fd, text, len) != (ssize_t)len)
		error = errno;
	close(fd);
	return error;
}

static int write_times(const char *path, const char *token_path, int times)
{
	while (times--) {
		errno = write_once(path, token_path, -1, 0);
		if (errno)
			err(1, "write");
	}
	return 0;
}

static int write_failing(const char *path, const char *token_path)
{
	int n, nth = fail_nth_open(), error, left;

	for (n = 1; n < 10000; n++) {
		read_file(path, before);
		error = write_once(path, token_path, nth, n);
		left = fail_nth_left(nth);
		fail_nth(nth, 0);
		read_file(path, after);
		printf("%s%d %s%s\n", left ? "end " : "", n,
		       error ? errno_name(error) : "ok",
		       error && strcmp(before, after) ? " changed" : "");
		if (left)
			return 0;
	}
	errx(1, "allocations keep failing");
}

int main(int argc, char **argv)
{
	int opt, times = 0, failing = 0;

	while ((opt = getopt(argc, argv, "fn:")) != -1) {
		if (opt == 'f')
			failing = 1;
		else if (opt == 'n')
			times = atoi(optarg);
		else
			return 1;
	}
	if (argc - optind != 2 || failing == !!times)
		errx(1, "give -f or -n TIMES, a file, and a file with its token");
	read_all(STDIN_FILENO, template);
	return failing ? write_failing(argv[optind], argv[optind + 1]) :
			 write_times(argv[optind], argv[optind + 1], times);
}
