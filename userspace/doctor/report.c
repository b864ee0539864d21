// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - findings about a host, each with its place and remedy.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/table.h"
#include "doctor/report.h"

static const struct column columns[] = {
	{ NULL, "check", COLUMN_TEXT },
	{ NULL, "severity", COLUMN_TEXT },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "line", COLUMN_NUMBER },
	{ NULL, "column", COLUMN_NUMBER },
	{ NULL, "text", COLUMN_TEXT },
	{ NULL, "remedy", COLUMN_TEXT },
};

static char *text_of(const char *fmt, va_list ap)
{
	char *text;

	return vasprintf(&text, fmt, ap) < 0 ? xstrdup("out of memory") : text;
}

/**
 * report_add - adds a finding, to be followed by report_remedy() if there is one
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
	r->errors++;
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

static struct report_item *last(struct report *r)
{
	return &r->items[r->n - 1];
}

/* The finding that was added last leaves the exit status alone. */
void report_warning(struct report *r)
{
	last(r)->warning = true;
	r->errors--;
}

/* The same for the findings from the one at @from on, all of which are errors. */
void report_warnings(struct report *r, size_t from)
{
	size_t i;

	for (i = from; i < r->n; i++)
		r->items[i].warning = true;
	r->errors -= r->n - from;
}

/* Where on its line the finding is that was added last. */
void report_column(struct report *r, unsigned int col)
{
	last(r)->col = col;
}

/**
 * report_many - says how to put the last finding if others differ in the name alone
 * @r: the report
 * @name: the name in it, escaped
 * @remedy: the remedy for several; its first %s becomes their names
 * @fmt: the sentence about several; its %%s becomes their names
 */
void report_many(struct report *r, const char *name, const char *remedy,
		 const char *fmt, ...)
{
	struct report_item *item = last(r);
	va_list ap;

	va_start(ap, fmt);
	item->name = xstrdup(name);
	item->many = text_of(fmt, ap);
	item->many_remedy = xstrdup(remedy);
	va_end(ap);
}

static void free_item(struct report_item *item)
{
	free(item->file);
	free(item->text);
	free(item->remedy);
	free(item->name);
	free(item->many);
	free(item->many_remedy);
}

/**
 * report_keep - drops findings about modules that nobody asked about
 * @r: the report
 * @from: the first finding to look at
 * @keep: whether to keep one about a module; those about none are kept
 * @data: passed on to @keep
 */
void report_keep(struct report *r, size_t from,
		 bool (*keep)(const char *name, void *data), void *data)
{
	size_t i, n = from;

	for (i = from; i < r->n; i++) {
		struct report_item *item = &r->items[i];

		if (!item->name || keep(item->name, data)) {
			r->items[n++] = *item;
			continue;
		}
		r->errors -= !item->warning;
		free_item(item);
	}
	r->n = n;
}

/**
 * report_diags - adds the findings about policy files
 * @r: the report
 * @diags: those findings
 */
void report_diags(struct report *r, const struct diags *diags)
{
	size_t i;

	for (i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->list[i];

		report_add(r, "policy", d->file, d->line, "%s", d->text);
		report_column(r, d->col);
		if (!d->error)
			report_warning(r);
	}
}

/* "FILE:LINE:COLUMN: ", or nothing. */
static char *place(const struct report_item *i)
{
	struct buf b = { 0 };

	buf_adds(&b, "");
	if (!i->file)
		return b.s;
	buf_adds(&b, esc(i->file));
	if (i->line)
		buf_addf(&b, ":%u", i->line);
	if (i->col)
		buf_addf(&b, ":%u", i->col);
	buf_adds(&b, ": ");
	return b.s;
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool differ_in_name(const struct report_item *a,
			   const struct report_item *b)
{
	return a->name && b->name && !strcmp(a->check, b->check) &&
	       same(a->file, b->file) && a->line == b->line &&
	       a->col == b->col && !strcmp(a->many, b->many) &&
	       !strcmp(a->many_remedy, b->many_remedy);
}

/**
 * struct line - a finding, or several that differ in the name alone, as printed
 * @text: what was found
 * @remedy: what to do about it, or NULL
 */
struct line {
	char *text;
	char *remedy;
};

/* Returns false if an earlier finding's line has this one. */
static bool make_line(const struct report *r, size_t i, struct line *line)
{
	const struct report_item *item = &r->items[i];
	struct buf text = { 0 }, command = { 0 };
	size_t k, n = 0;

	for (k = 0; k < i; k++)
		if (differ_in_name(&r->items[k], item))
			return false;
	for (k = i; k < r->n; k++) {
		if (k != i && !differ_in_name(&r->items[k], item))
			continue;
		buf_addf(&text, "%s%s", n ? ", " : "",
			 item->name ? r->items[k].name : "");
		buf_addf(&command, "%s%s", n ? " " : "",
			 item->name ? r->items[k].name : "");
		n++;
	}
	if (n > 1)
		*line = (struct line){ with_names(item->many, text.s),
				       *item->many_remedy ?
				       with_names(item->many_remedy, command.s) :
				       NULL };
	else
		*line = (struct line){ xstrdup(item->text), item->remedy ?
				       xstrdup(item->remedy) : NULL };
	buf_free(&text);
	buf_free(&command);
	return true;
}

/**
 * report_say - prints each finding as a message
 * @r: the findings
 */
void report_say(const struct report *r)
{
	struct line line;
	size_t i;

	for (i = 0; i < r->n; i++) {
		char *at;

		if (!make_line(r, i, &line))
			continue;
		at = place(&r->items[i]);
		(r->items[i].warning ? msg_warn : msg_err)("%s%s%s%s", at,
			line.text, line.remedy ? ": " : "",
			line.remedy ? line.remedy : "");
		free(at);
		free(line.text);
		free(line.remedy);
	}
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
		table_text(t, "severity", item->warning ? "warning" : "error");
		table_text(t, "file", item->file);
		if (item->line)
			table_number(t, "line", item->line);
		if (item->col)
			table_number(t, "column", item->col);
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
	struct line line;
	size_t i;

	for (i = 0; i < r->n; i++) {
		char *at;

		if (!make_line(r, i, &line))
			continue;
		at = place(&r->items[i]);
		printf("%s%s\n", at, line.text);
		if (line.remedy)
			printf("    remedy: %s\n", line.remedy);
		free(at);
		free(line.text);
		free(line.remedy);
	}
	if (!r->n)
		printf("nothing found that defeats a denial\n");
}

void report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free_item(&r->items[i]);
	free(r->items);
	*r = (struct report){ 0 };
}
