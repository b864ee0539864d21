// SPDX-License-Identifier: GPL-2.0-only
/*
 * util.c - allocation that exits on failure, growing text, reading files.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/util.h"

static void *checked(void *p)
{
	if (p)
		return p;
	errx(NFG_EXIT_FAILED, "out of memory");
}

void *xrealloc(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return checked(NULL);
	size *= n;
	return checked(realloc(p, size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return checked(s);
}

/* Doubles at each power of two, so the caller only has to count elements. */
void *xgrow(void *array, size_t n, size_t size)
{
	if (n & (n - 1))
		return array;
	return xrealloc(array, n ? 2 * n : 1, size);
}

static void buf_reserve(struct buf *b, size_t more)
{
	size_t want = b->len + more + 1;

	if (want <= b->room)
		return;
	b->room = want > 2 * b->room ? want : 2 * b->room;
	b->s = xrealloc(b->s, b->room, 1);
}

void buf_add(struct buf *b, const void *s, size_t n)
{
	buf_reserve(b, n);
	if (n)
		memcpy(b->s + b->len, s, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		s = NULL;
	buf_add(b, checked(s), n);
	free(s);
}

void buf_add_quoted(struct buf *b, const char *s)
{
	buf_adds(b, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_adds(b, "\\");
		buf_add(b, s, 1);
	}
	buf_adds(b, "\"");
}

void buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){ 0 };
}

#define READ_CHUNK	65536

/**
 * read_fd - read an open file to its end
 * @fd: the file
 * @max: the most bytes to accept
 * @out: receives the text
 *
 * Return: 0, -EFBIG if there is more than @max, or another negative errno.
 */
int read_fd(int fd, size_t max, struct buf *out)
{
	struct stat st;
	ssize_t n;

	buf_add(out, "", 0);
	/* A regular file takes one read; files in procfs report a size of 0. */
	if (!fstat(fd, &st) && st.st_size > 0 && (size_t)st.st_size <= max)
		buf_reserve(out, st.st_size + 1);
	for (;;) {
		if (out->room - out->len < 2)
			buf_reserve(out, READ_CHUNK);
		n = read(fd, out->s + out->len, out->room - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		out->len += n;
		out->s[out->len] = '\0';
		if (!n)
			return 0;
		if (out->len > max)
			return -EFBIG;
	}
}

/**
 * read_whole - read a file
 * @path: its path
 * @max: the most bytes to accept
 * @out: receives the text
 *
 * Return: 0 or a negative errno; -EFBIG if there is more than @max.
 */
int read_whole(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = read_fd(fd, max, out);
	close(fd);
	return err;
}

/**
 * file_has - whether a small file, such as those in /proc and /sys, has a text
 * @path: its path
 * @what: the text
 *
 * Return: whether it does; false if it can't be read.
 */
bool file_has(const char *path, const char *what)
{
	struct buf b = { 0 };
	bool has = !read_whole(path, 1 << 16, &b) && strstr(b.s, what);

	buf_free(&b);
	return has;
}

char *with_names(const char *text, const char *names)
{
	const char *at = strstr(text, "%s");

	return at ? xasprintf("%.*s%s%s", (int)(at - text), text, names, at + 2) :
		    xstrdup(text);
}

char *next_line(char **text)
{
	char *line = *text;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end++ = '\0';
	*text = end;
	return line;
}
