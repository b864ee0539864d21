// SPDX-License-Identifier: GPL-2.0-only
/*
 * msg.c - messages on stderr, and the escaping of text from outside.
 */
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/util.h"

static bool colour_wanted(FILE *f)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no && *no)
		return false;
	return isatty(fileno(f)) && term && strcmp(term, "dumb");
}

const char *colour_bad(FILE *f)
{
	return colour_wanted(f) ? "\033[1;31m" : "";
}

const char *colour_alarm(FILE *f)
{
	return colour_wanted(f) ? "\033[1;7;31m" : "";
}

const char *colour_good(FILE *f)
{
	return colour_wanted(f) ? "\033[32m" : "";
}

const char *colour_doubtful(FILE *f)
{
	return colour_wanted(f) ? "\033[33m" : "";
}

const char *colour_off(FILE *f)
{
	return colour_wanted(f) ? "\033[0m" : "";
}

static void print_message(const char *what, const char *fmt, va_list ap)
{
	char *text;

	/* Earlier output on stdout must appear first. */
	fflush(stdout);
	if (vasprintf(&text, fmt, ap) < 0) {
		fputs("nfguard: out of memory\n", stderr);
		return;
	}
	/* In one write, so that the lines of two programs don't mix. */
	fprintf(stderr, "nfguard: %s%s\n", what, text);
	free(text);
}

void msg_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_message("", fmt, ap);
	va_end(ap);
}

void msg_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_message("warning: ", fmt, ap);
	va_end(ap);
}

static bool says_nothing;

void say_nothing(bool nothing)
{
	says_nothing = nothing;
}

void say(const char *fmt, ...)
{
	va_list ap;

	if (says_nothing)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/**
 * esc_n - make text safe to print
 * @s: bytes that someone else chose
 * @n: how many
 *
 * A byte outside printable ASCII becomes \xHH, so that a name can't move a
 * terminal's cursor or begin a line of its own.
 *
 * Return: a string that is valid until the eighth call from now.
 */
const char *esc_n(const char *s, size_t n)
{
	static struct buf ring[8];
	static unsigned int turn;
	struct buf *b = &ring[turn++ % ARRAY_SIZE(ring)];
	size_t i;

	b->len = 0;
	buf_add(b, "", 0);
	for (i = 0; i < n; i++) {
		unsigned char c = s[i];

		if (c >= 0x20 && c < 0x7f)
			buf_add(b, &c, 1);
		else
			buf_addf(b, "\\x%02x", c);
	}
	return b->s;
}

const char *esc(const char *s)
{
	return esc_n(s, strlen(s));
}

static void diag_add(struct diags *d, bool error, const char *file,
		     unsigned int line, unsigned int col, const char *fmt,
		     va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup("out of memory");
	d->list = xgrow(d->list, d->n, sizeof(*d->list));
	d->list[d->n++] = (struct diag){
		.file = xstrdup(esc(file)), .line = line,
		.col = line ? col : 0, .text = text, .error = error,
	};
	d->errors += error;
}

/**
 * diag_error - record something that keeps the policy from taking effect
 * @d: the findings to add it to
 * @file: the policy file
 * @line: the line in it; 0: the whole file
 * @col: the column in bytes, from 1; 0: the whole line
 * @fmt: the sentence; whatever it quotes must have gone through esc()
 */
void diag_error(struct diags *d, const char *file, unsigned int line,
		unsigned int col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(d, true, file, line, col, fmt, ap);
	va_end(ap);
}

/* As diag_error(), for what does not keep the policy from taking effect. */
void diag_warn(struct diags *d, const char *file, unsigned int line,
	       unsigned int col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(d, false, file, line, col, fmt, ap);
	va_end(ap);
}

static char *diag_message(const struct diag *d)
{
	struct buf b = { 0 };

	buf_adds(&b, d->file);
	if (d->line)
		buf_addf(&b, ":%u", d->line);
	if (d->col)
		buf_addf(&b, ":%u", d->col);
	buf_addf(&b, ": %s", d->text);
	return b.s;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* One command may read the files several times, each time with the same findings. */
void diags_print(const struct diags *d)
{
	static void *printed;
	size_t i;

	for (i = 0; i < d->n; i++) {
		char *text = diag_message(&d->list[i]);

		if (tfind(text, &printed, compare)) {
			free(text);
			continue;
		}
		tsearch(text, &printed, compare);
		if (d->list[i].error)
			msg_err("%s", text);
		else
			msg_warn("%s", text);
	}
}

void diags_free(struct diags *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->list[i].file);
		free(d->list[i].text);
	}
	free(d->list);
	*d = (struct diags){ 0 };
}
