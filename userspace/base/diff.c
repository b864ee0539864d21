// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff.c - how two texts differ, as diff(1) shows it, and doing the same to a third.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diff.h"
#include "base/msg.h"

/* A file in memory, which a program can open by its number. */
static int memory_file(const char *text, size_t len)
{
	int fd = memfd_create("nfguard", 0);

	if (fd < 0)
		return -1;
	if (len && write(fd, text, len) != (ssize_t)len) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Runs diff(1) with its output in @out; returns its status. */
static int run_diff(const char *label_a, const char *label_b, int a, int b,
		    int out)
{
	char name_a[32], name_b[32];
	int status = -1;
	pid_t pid;

	snprintf(name_a, sizeof(name_a), "/proc/self/fd/%d", a);
	snprintf(name_b, sizeof(name_b), "/proc/self/fd/%d", b);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(out, STDOUT_FILENO);
		execlp("diff", "diff", "-u", "--label", label_a, "--label",
		       label_b, name_a, name_b, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Line by line, so that no byte of a file reaches a terminal as it is. */
static void add_escaped(struct buf *text, struct buf *out)
{
	char *rest = text->s, *line;

	while (rest && (line = next_line(&rest))) {
		char *tab = strchr(line, '\t');

		/* A tab is harmless, and readable. */
		buf_addf(out, "%s", tab ? esc_n(line, tab - line) : esc(line));
		while (tab) {
			line = tab + 1;
			tab = strchr(line, '\t');
			buf_addf(out, "\t%s",
				 tab ? esc_n(line, tab - line) : esc(line));
		}
		buf_adds(out, "\n");
	}
}

/**
 * diff_text - how two versions of a file differ, as diff -u shows it
 * @path: the file's name
 * @a: the content before; NULL: there was no file
 * @a_len: its length
 * @b: the content after; NULL: there is no file
 * @b_len: its length
 * @out: receives the lines, escaped
 */
void diff_text(const char *path, const char *a, size_t a_len, const char *b,
	       size_t b_len, struct buf *out)
{
	int x = memory_file(a, a ? a_len : 0), y = memory_file(b, b ? b_len : 0);
	int to = memory_file(NULL, 0);
	struct buf text = { 0 };
	int status = -1;

	if (x >= 0 && y >= 0 && to >= 0)
		status = run_diff(a ? path : "/dev/null", b ? path : "/dev/null",
				  x, y, to);
	if ((status == 0 || status == 1) && !lseek(to, 0, SEEK_SET) &&
	    !read_fd(to, 64u << 20, &text))
		add_escaped(&text, out);
	else
		buf_addf(out, "%s: changed, but diff could not be run to show how\n",
			 esc(path));
	buf_free(&text);
	if (x >= 0)
		close(x);
	if (y >= 0)
		close(y);
	if (to >= 0)
		close(to);
}

void diff_print(const char *path, const char *a, size_t a_len, const char *b,
		size_t b_len)
{
	struct buf out = { 0 };

	diff_text(path, a, a_len, b, b_len, &out);
	if (out.len)
		fputs(out.s, stdout);
	buf_free(&out);
}

/* A text as lines; the last may lack its newline. */
struct lines {
	const char **at;
	size_t n;
};

static void split(const struct buf *text, struct lines *lines)
{
	const char *s = text->s, *end = s + text->len;

	*lines = (struct lines){ 0 };
	for (;;) {
		lines->at = xgrow(lines->at, lines->n, sizeof(*lines->at));
		lines->at[lines->n] = s;
		if (!s || s == end)
			return;
		lines->n++;
		s = memchr(s, '\n', end - s);
		s = s ? s + 1 : end;
	}
}

static bool same_line(const struct lines *a, size_t i, const struct lines *b,
		      size_t j)
{
	size_t n = a->at[i + 1] - a->at[i];

	return n == (size_t)(b->at[j + 1] - b->at[j]) &&
	       !memcmp(a->at[i], b->at[j], n);
}

static bool matches(const struct lines *a, size_t i, const struct lines *b,
		    size_t j, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (!same_line(a, i + k, b, j + k))
			return false;
	return true;
}

/* The only place where lines of @a are in @b too; false if it is not one. */
static bool find_once(const struct lines *a, size_t i, size_t n,
		      const struct lines *b, size_t *at)
{
	size_t j, found = 0;

	for (j = 0; j + n <= b->n; j++) {
		if (!matches(a, i, b, j, n))
			continue;
		*at = j;
		found++;
	}
	return found == 1;
}

/*
 * Where the lines [start, end) of @from are in @on. If there are none, as lines were
 * only added, it is between the lines around them, or at an end of the text.
 */
static bool find_place(const struct lines *from, size_t start, size_t end,
		       const struct lines *on, size_t *at)
{
	size_t before = start ? 1 : 0;
	size_t around = before + (end < from->n ? 1 : 0);

	if (start < end)
		return find_once(from, start, end - start, on, at);
	if (!around) {
		*at = 0;
		return !on->n;
	}
	if (!find_once(from, start - before, around, on, at))
		return false;
	*at += before;
	if (!start)
		return !*at;
	return end < from->n || *at == on->n;
}

/**
 * diff_redo - makes the change from one text to another in a third
 * @from: the text before the change
 * @to: the text after it
 * @on: the text to change
 * @out: receives the result
 *
 * Return: whether that is clear: the lines that changed are in @on, once, and in
 * one piece.
 */
bool diff_redo(const struct buf *from, const struct buf *to,
	       const struct buf *on, struct buf *out)
{
	struct lines a, b, c;
	size_t start = 0, tail = 0, at = 0, cut;
	bool ok;

	split(from, &a);
	split(to, &b);
	split(on, &c);
	while (start < a.n && start < b.n && same_line(&a, start, &b, start))
		start++;
	while (tail < a.n - start && tail < b.n - start &&
	       same_line(&a, a.n - tail - 1, &b, b.n - tail - 1))
		tail++;
	cut = a.n - tail - start;
	ok = find_place(&a, start, a.n - tail, &c, &at);
	if (ok) {
		buf_add(out, on->s, c.at[at] - on->s);
		buf_add(out, b.at[start], b.at[b.n - tail] - b.at[start]);
		buf_add(out, c.at[at + cut], on->s + on->len - c.at[at + cut]);
	}
	free(a.at);
	free(b.at);
	free(c.at);
	return ok;
}

static size_t count_line(const struct lines *a, size_t i, const struct lines *in)
{
	size_t j, n = 0;

	for (j = 0; j < in->n; j++)
		n += same_line(a, i, in, j);
	return n;
}

/* Neither a comment nor empty. */
static bool counts(const struct lines *a, size_t i)
{
	const char *s = a->at[i];

	while (s < a->at[i + 1] && strchr(" \t\r\n", *s))
		s++;
	return s < a->at[i + 1] && *s != '#';
}

/* Whether it goes on in the next line. */
static bool goes_on(const struct lines *a, size_t i)
{
	const char *end = a->at[i + 1];

	if (end > a->at[i] && end[-1] == '\n')
		end--;
	return end > a->at[i] && end[-1] == '\\';
}

static bool some_go_on(const struct lines *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (goes_on(a, i))
			return true;
	return false;
}

/* Whether @from has all lines of @to, so that some can only have been added. */
static bool only_added(const struct lines *from, const struct lines *to)
{
	size_t i;

	for (i = 0; i < to->n; i++)
		if (counts(to, i) &&
		    count_line(to, i, from) != count_line(to, i, to))
			return false;
	return !some_go_on(from);
}

/**
 * diff_drop - drops from a third text the lines that one has and another has not
 * @from: the text with the lines
 * @to: the text without them
 * @on: the text to change; wherever the lines are in it
 * @out: receives the result; comments and empty lines stay
 *
 * Return: whether that is clear: the texts differ in nothing else, and each of the
 * lines is in @on at most once.
 */
bool diff_drop(const struct buf *from, const struct buf *to,
	       const struct buf *on, struct buf *out)
{
	struct lines a, b, c;
	size_t i;
	bool ok;

	split(from, &a);
	split(to, &b);
	split(on, &c);
	ok = only_added(&a, &b) && !some_go_on(&c);
	for (i = 0; i < c.n && ok; i++) {
		bool drop = counts(&c, i) && count_line(&c, i, &a) &&
			    !count_line(&c, i, &b);

		if (drop)
			ok = count_line(&c, i, &c) == 1;
		else
			buf_add(out, c.at[i], c.at[i + 1] - c.at[i]);
	}
	free(a.at);
	free(b.at);
	free(c.at);
	return ok;
}
