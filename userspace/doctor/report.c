// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - findings about a host, each with its place and remedy.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/table.h"
#include "doctor/report.h"

static const struct column columns[] = {
	{ NULL, "check", COLUMN_TEXT },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "line", COLUMN_NUMBER },
	{ NULL, "text", COLUMN_TEXT },
	{ NULL, "remedy", COLUMN_TEXT },
};

static char *text_of(const char *fmt, va_list ap)
{
	char *text;

	return vasprintf(&text, fmt, ap) < 0 ? xstrdup("out of memory") : text;
}

/**
 * report_add - adds a finding, to be followed by report_remedy()
 * @r: the report
 * @check: what was looked at: a word, which must outlive the report
 * @file: where, or NULL; copied
 * @line: the line there, 0: the whole file
 * @fmt: what was found, a sentence; what it quotes must have gone through esc()
 */
void report_add(struct report *r, const char *check, const char *file,
		unsigned int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->items = xgrow(r->items, r->n, sizeof(*r->items));
	r->items[r->n++] = (struct report_item){
		.check = check, .file = file ? xstrdup(file) : NULL,
		.line = line, .text = text_of(fmt, ap),
	};
	va_end(ap);
}

/**
 * report_remedy - gives the remedy for the finding that was added last
 * @r: the report
 * @fmt: as in report_add()
 */
void report_remedy(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->items[r->n - 1].remedy = text_of(fmt, ap);
	va_end(ap);
}

/* "FILE:LINE: ", or nothing. */
static char *place(const struct report_item *i)
{
	if (!i->file)
		return xstrdup("");
	return i->line ? xasprintf("%s:%u: ", esc(i->file), i->line) :
			 xasprintf("%s: ", esc(i->file));
}

static void say(const struct report *r,
		void (*print)(const char *fmt, ...) __printf(1, 2))
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		char *at = place(&r->items[i]);

		print("%s%s: %s", at, r->items[i].text, r->items[i].remedy);
		free(at);
	}
}

/**
 * report_say - prints each finding as a message
 * @r: the findings
 */
void report_say(const struct report *r)
{
	say(r, msg_err);
}

/**
 * report_warn - prints each finding as a warning
 * @r: the findings
 */
void report_warn(const struct report *r)
{
	say(r, msg_warn);
}

/**
 * report_table - makes a table of the findings, for JSON
 * @r: the findings
 *
 * Return: the table, to be freed.
 */
struct table *report_table(const struct report *r)
{
	struct table *t = table_new("findings", columns, ARRAY_SIZE(columns),
				    true);
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct report_item *item = &r->items[i];

		table_row(t);
		table_text(t, "check", item->check);
		table_text(t, "file", item->file);
		if (item->line)
			table_number(t, "line", item->line);
		table_text(t, "text", item->text);
		table_text(t, "remedy", item->remedy);
	}
	return t;
}

/**
 * report_print - prints the findings for people
 * @r: the findings
 */
void report_print(const struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		char *at = place(&r->items[i]);

		printf("%s%s\n    remedy: %s\n", at, r->items[i].text,
		       r->items[i].remedy);
		free(at);
	}
	if (!r->n)
		printf("nothing found that defeats a denial\n");
}

void report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->items[i].file);
		free(r->items[i].text);
		free(r->items[i].remedy);
	}
	free(r->items);
	*r = (struct report){ 0 };
}
