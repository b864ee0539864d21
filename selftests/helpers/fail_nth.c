// SPDX-License-Identifier: GPL-2.0-only
/*
 * fail_nth.c - writes standard input to a file again and again, each time in one
 * write(2), in which first the first allocation fails, then the second, until
 * one write ends without having met the allocation that was to fail.
 *
 *	fail_nth FILE TOKEN-FILE
 *
 * Each "@TOKEN@" in the text becomes the token that TOKEN-FILE has at the time.
 * Prints "N ANSWER" for each write: "ok" or the errno's name, and " changed" if
 * the file was another one after a write that failed; last "end N ANSWER" for
 * the one in which nothing failed.
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

#define TEXT_MAX	(1 << 20)

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

/* Both as the kernel has it: 0 is "nothing is to fail", or "it has failed". */
static int fail_nth(int fd, int n)
{
	char number[16] = "";

	if (n >= 0) {
		sprintf(number, "%d", n);
		if (pwrite(fd, number, strlen(number), 0) < 0)
			err(1, "fail-nth");
		return 0;
	}
	if (pread(fd, number, sizeof(number) - 1, 0) < 0)
		err(1, "fail-nth");
	return atoi(number);
}

int main(int argc, char **argv)
{
	char path[64], token[64];
	int n, fd, nth;

	if (argc != 3)
		errx(1, "a file, and one with its token");
	read_all(STDIN_FILENO, template);
	sprintf(path, "/proc/self/task/%ld/fail-nth", syscall(SYS_gettid));
	nth = open(path, O_RDWR);
	if (nth < 0)
		err(1, "%s", path);

	for (n = 1; n < 10000; n++) {
		size_t len;
		ssize_t ret;
		int error, left;

		read_token(argv[2], token);
		len = make_text(token);
		read_file(argv[1], before);
		fd = open(argv[1], O_WRONLY);
		if (fd < 0)
			err(1, "%s", argv[1]);
		fail_nth(nth, n);
		ret = write(fd, text, len);
		error = errno;
		left = fail_nth(nth, -1);
		fail_nth(nth, 0);
		close(fd);
		read_file(argv[1], after);
		printf("%s%d %s%s\n", left ? "end " : "", n,
		       ret == (ssize_t)len ? "ok" : errno_name(error),
		       ret < 0 && strcmp(before, after) ? " changed" : "");
		if (left)
			return 0;
	}
	errx(1, "no end");
}
