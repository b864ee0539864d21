// SPDX-License-Identifier: GPL-2.0-only
/*
 * fit.c - makes the columns of a table fit a terminal. All text is printable ASCII,
 * so a byte is a cell of the screen.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fit.h"
#include "base/util.h"

/* Of a terminal that does not know its width. */
#define USUAL	80

static bool is_wide;

/* Whether tables are printed in full, however wide the terminal. */
void fit_set_wide(bool wide)
{
	is_wide = wide;
}

/**
 * fit_room - how wide the lines of stdout may be
 *
 * Return: the width of the terminal, or SIZE_MAX if it is none or does not matter.
 */
size_t fit_room(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (is_wide || !isatty(STDOUT_FILENO))
		return SIZE_MAX;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return columns && atoi(columns) > 0 ? (size_t)atoi(columns) : USUAL;
}

/* The sum of the columns, each but the last with a blank behind it. */
static size_t total(const struct fit *columns, size_t n, bool least)
{
	size_t sum = 0, i;

	for (i = 0; i < n; i++)
		if (!columns[i].out)
			sum += 1 + (least ? columns[i].least : columns[i].width);
	return sum ? sum - 1 : 0;
}

/**
 * fit_total - whether columns fit as they are
 * @columns: the columns
 * @n: how many
 * @room: how wide a line may be
 */
bool fit_total(const struct fit *columns, size_t n, size_t room)
{
	return total(columns, n, false) <= room;
}

static struct fit *first_to_go(struct fit *columns, size_t n)
{
	struct fit *first = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (!columns[i].out && columns[i].rank &&
		    (!first || columns[i].rank > first->rank))
			first = &columns[i];
	return first;
}

static struct fit *widest(struct fit *columns, size_t n)
{
	struct fit *found = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (!columns[i].out && columns[i].width > columns[i].least &&
		    (!found || columns[i].width > found->width))
			found = &columns[i];
	return found;
}

/**
 * fit_columns - leaves out and squeezes columns until they fit
 * @columns: the columns
 * @n: how many
 * @room: how wide a line may be
 */
void fit_columns(struct fit *columns, size_t n, size_t room)
{
	struct fit *one;

	while (total(columns, n, true) > room) {
		one = first_to_go(columns, n);
		if (!one)
			break;
		one->out = true;
	}
	while (!fit_total(columns, n, room)) {
		one = widest(columns, n);
		if (!one)
			break;
		one->width--;
	}
}

/**
 * fit_cut - cuts a text
 * @text: the text
 * @width: how long it may be
 *
 * Return: the text, with a + at its end if it was cut, as in top(1); free it.
 */
char *fit_cut(const char *text, size_t width)
{
	if (strlen(text) <= width)
		return xstrdup(text);
	return xasprintf("%.*s+", (int)(width ? width - 1 : 0), text);
}

/* Where a line that may be @width long ends: at a blank, or behind a mark. */
static size_t break_at(const char *text, size_t width)
{
	size_t i;

	for (i = width + 1; i-- > 1;)
		if (text[i] == ' ')
			return i;
	for (i = width; i > 1; i--)
		if (strchr("/,:[_-", text[i - 1]))
			return i;
	return width;
}

/**
 * fit_wrap - breaks a text into lines
 * @text: the text
 * @width: how long each may be, at least 1
 *
 * Return: the text with newlines; free it.
 */
char *fit_wrap(const char *text, size_t width)
{
	struct buf b = { 0 };

	buf_adds(&b, "");
	while (strlen(text) > width) {
		size_t n = break_at(text, width);

		buf_addf(&b, "%.*s\n", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
	buf_adds(&b, text);
	return b.s;
}

/* Prints a line of text, on a terminal in several if it is too long. */
void fit_print_line(const char *text)
{
	size_t room = fit_room();
	char *lines = room == SIZE_MAX ? xstrdup(text) : fit_wrap(text, room);

	puts(lines);
	free(lines);
}

/* What stands before the text of a fact. */
#define LABEL	14

/**
 * fit_print_fact - print a label and a text, broken to fit a terminal
 * @label: the label, shorter than LABEL
 * @fmt: the text; what it quotes must have gone through esc()
 */
void fit_print_fact(const char *label, const char *fmt, ...)
{
	size_t room = fit_room();
	char *text, *lines, *at, *line;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup("out of memory");
	va_end(ap);
	lines = room > 2 * LABEL && room != SIZE_MAX ?
		fit_wrap(text, room - LABEL) : xstrdup(text);
	at = lines;
	while ((line = next_line(&at))) {
		printf("%-*s%s\n", LABEL, label, line);
		label = "";
	}
	free(lines);
	free(text);
}

/**
 * fit_say_left_out - print which columns the terminal is too narrow for
 * @headings: theirs, with commas; empty if there are none
 */
void fit_say_left_out(const struct buf *headings)
{
	if (headings->len)
		printf("(not shown: %s; --wide shows all)\n", headings->s);
}
