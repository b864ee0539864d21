/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * util.h - allocation that exits on failure, growing text, reading files.
 */
#ifndef NFGUARD_UTIL_H
#define NFGUARD_UTIL_H

#include <stdbool.h>
#include <stddef.h>

#ifndef __printf
#define __printf(a, b) __attribute__((format(printf, a, b)))
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The ending of a noun that follows the number n. */
#define PLURAL(n) ((n) == 1 ? "" : "s")

/* None of these returns NULL: out of memory, the program exits with a message. */
void *xrealloc(void *p, size_t n, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __printf(1, 2);

/* Makes room for one more element in an array of n. */
void *xgrow(void *array, size_t n, size_t size);

/**
 * struct buf - text that grows; NUL-terminated once something was added
 * @s: the text; NULL until something is added
 * @len: its length without the NUL
 * @room: the bytes allocated
 */
struct buf {
	char *s;
	size_t len;
	size_t room;
};

void buf_add(struct buf *b, const void *s, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __printf(2, 3);
/* In double quotes, with a backslash before each quote and backslash. */
void buf_add_quoted(struct buf *b, const char *s);
void buf_free(struct buf *b);

int read_fd(int fd, size_t max, struct buf *out);
int read_whole(const char *path, size_t max, struct buf *out);
bool file_has(const char *path, const char *what);

/* A copy of @text with @names in place of its %s, if it has one. */
char *with_names(const char *text, const char *names);

/* Cuts the next line off *text, in place; NULL at the end. */
char *next_line(char **text);

#endif /* NFGUARD_UTIL_H */
