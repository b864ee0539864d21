// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - tables for people and for programs, made with libsmartcols.
 */
#include <ctype.h>
#include <libsmartcols.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/fit.h"
#include "base/msg.h"
#include "base/table.h"

/**
 * struct table - a table being filled
 * @tb: the table of libsmartcols
 * @row: the current row
 * @columns: the caller's columns
 * @n: how many
 * @at: for each of the caller's columns its index in @tb; -1: not shown
 * @begun: some of its rows were printed
 */
struct table {
	struct libscols_table *tb;
	struct libscols_line *row;
	const struct column *columns;
	size_t n;
	int *at;
	bool begun;
};

/* libsmartcols fails only when out of memory. */
static void must(bool ok)
{
	if (ok)
		return;
	msg_err("out of memory");
	exit(NFG_EXIT_FAILED);
}

static unsigned int kind(const struct column *c)
{
	return c->type & COLUMN_KIND;
}

static int json_type(const struct column *c)
{
	switch (kind(c)) {
	case COLUMN_NUMBER:
		return SCOLS_JSON_NUMBER;
	case COLUMN_BOOL:
		return SCOLS_JSON_BOOLEAN;
	}
	return SCOLS_JSON_STRING;
}

static int column_flags(const struct column *c)
{
	if (kind(c) == COLUMN_NUMBER)
		return SCOLS_FL_RIGHT;
	return kind(c) == COLUMN_TREE ? SCOLS_FL_TREE : 0;
}

static void add_column(struct table *t, size_t i, bool json, int *place)
{
	const struct column *c = &t->columns[i];
	const char *name = json ? c->key : c->heading;
	struct libscols_column *cl;

	t->at[i] = -1;
	if (!name)
		return;
	cl = scols_table_new_column(t->tb, name, 0, column_flags(c));
	must(cl);
	if (json)
		scols_column_set_json_type(cl, json_type(c));
	t->at[i] = (*place)++;
}

/**
 * table_new - make an empty table
 * @name: its key in JSON
 * @columns: the columns, which must outlive it
 * @n: how many
 * @json: whether it is printed as JSON
 *
 * Return: the table; free it with table_free().
 */
struct table *table_new(const char *name, const struct column *columns,
			size_t n, bool json)
{
	struct table *t = xcalloc(1, sizeof(*t));
	int place = 0;
	size_t i;

	t->columns = columns;
	t->n = n;
	t->at = xcalloc(n, sizeof(*t->at));
	t->tb = scols_new_table();
	must(t->tb);
	scols_table_set_name(t->tb, name);
	scols_table_enable_json(t->tb, json);
	/* Every cell is printable; it would escape our escapes again. */
	scols_table_enable_noencoding(t->tb, 1);
	for (i = 0; i < n; i++)
		add_column(t, i, json, &place);
	return t;
}

/* Begins a row. */
void table_row(struct table *t)
{
	t->row = scols_table_new_line(t->tb, NULL);
	must(t->row);
}

/**
 * table_row_under - begin a row beneath another
 * @t: a table with a COLUMN_TREE
 * @parent: what this function returned for the other row; NULL: a row at the top
 *
 * Return: the row, for rows beneath it.
 */
void *table_row_under(struct table *t, void *parent)
{
	t->row = scols_table_new_line(t->tb, parent);
	must(t->row);
	/* How deep it is. */
	scols_line_set_userdata(t->row, parent ?
		(char *)scols_line_get_userdata(parent) + 1 : NULL);
	return t->row;
}

/**
 * table_text - fill a cell of the current row
 * @t: the table
 * @key: the column's JSON key, or its heading if it has none
 * @value: the text, escaped here; NULL leaves the cell empty
 */
void table_text(struct table *t, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct column *c = &t->columns[i];

		if (t->at[i] < 0 || strcmp(c->key ? c->key : c->heading, key))
			continue;
		must(!scols_line_set_data(t->row, t->at[i],
					  value ? esc(value) : NULL));
	}
}

/* The same for text whose lines are escaped already, in a table that is JSON. */
void table_lines(struct table *t, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->at[i] >= 0 && !strcmp(t->columns[i].key, key))
			must(!scols_line_set_data(t->row, t->at[i], value));
}

void table_number(struct table *t, const char *key, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", value);
	table_text(t, key, text);
}

/* The index in the table of a column that people see, or -1. */
static int index_of(const struct table *t, const char *key)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct column *c = &t->columns[i];

		if (t->at[i] >= 0 && !strcmp(c->key ? c->key : c->heading, key))
			return t->at[i];
	}
	return -1;
}

/**
 * table_colour - colour a cell of the current row, for people
 * @t: the table
 * @key: as in table_text()
 * @sequence: what colour_bad() or the like returned
 */
void table_colour(struct table *t, const char *key, const char *sequence)
{
	int at = index_of(t, key);

	if (at < 0 || !*sequence || scols_table_is_json(t->tb))
		return;
	scols_cell_set_color(scols_line_get_cell(t->row, at), sequence);
	scols_table_enable_colors(t->tb, 1);
	scols_table_set_termforce(t->tb, SCOLS_TERMFORCE_ALWAYS);
}

static struct libscols_column *column_at(const struct table *t, size_t i)
{
	return scols_table_get_column(t->tb, t->at[i]);
}

static void hide(struct libscols_column *cl)
{
	scols_column_set_flags(cl, scols_column_get_flags(cl) | SCOLS_FL_HIDDEN);
}

static bool is_out(const struct table *t, size_t i)
{
	return t->at[i] < 0 || scols_column_is_hidden(column_at(t, i));
}

/* Calls a function for each cell that has text; @indent is what the tree takes. */
static void each_cell(struct table *t, size_t column,
		      void (*each)(struct libscols_cell *cell, size_t indent,
				   void *data),
		      void *data)
{
	struct libscols_iter *iter = scols_new_iter(SCOLS_ITER_FORWARD);
	bool tree = kind(&t->columns[column]) == COLUMN_TREE;
	struct libscols_line *line;

	must(iter);
	while (!scols_table_next_line(t->tb, iter, &line)) {
		struct libscols_cell *cell;

		cell = scols_line_get_cell(line, t->at[column]);
		if (scols_cell_get_data(cell))
			each(cell, tree ? 2 * (uintptr_t)scols_line_get_userdata(line) : 0,
			     data);
	}
	scols_free_iter(iter);
}

static void measure(struct libscols_cell *cell, size_t indent, void *data)
{
	size_t *width = data, len = indent + strlen(scols_cell_get_data(cell));

	if (len > *width)
		*width = len;
}

/* "2026-11-24 14:30:00" */
static void drop_year(struct libscols_cell *cell, size_t indent, void *data)
{
	const char *text = scols_cell_get_data(cell);

	(void)indent;
	(void)data;
	if (strlen(text) > 5 && text[4] == '-')
		must(!scols_cell_set_data(cell, text + 5));
}

static void cut(struct libscols_cell *cell, size_t indent, void *data)
{
	size_t width = *(size_t *)data;

	must(!scols_cell_refer_data(cell,
				    fit_cut(scols_cell_get_data(cell),
					    width > indent ? width - indent : 1)));
}

static void wrap(struct libscols_cell *cell, size_t indent, void *data)
{
	(void)indent;
	must(!scols_cell_refer_data(cell, fit_wrap(scols_cell_get_data(cell),
						   *(size_t *)data)));
}

/* Narrower than this a column says nothing. A name is cut, a path is broken. */
#define LEAST_CUT	12
#define LEAST_WRAP	20

/* A column of dashes goes first. */
static void note_said(struct libscols_cell *cell, size_t indent, void *data)
{
	(void)indent;
	if (strcmp(scols_cell_get_data(cell), "-"))
		*(bool *)data = true;
}

static bool says_something(struct table *t, size_t i)
{
	bool said = false;

	each_cell(t, i, note_said, &said);
	return said;
}

static void measure_column(struct table *t, size_t i, struct fit *fit)
{
	const struct column *c = &t->columns[i];
	size_t heading = c->heading ? strlen(c->heading) : 0, least;

	*fit = (struct fit){ .out = is_out(t, i) };
	if (fit->out)
		return;
	fit->width = heading;
	each_cell(t, i, measure, &fit->width);
	fit->least = fit->width;
	fit->rank = c->type >> 8;
	if (fit->rank && !says_something(t, i))
		fit->rank += 16;
	if (kind(c) != COLUMN_TREE && !(c->type & (COLUMN_WRAP | COLUMN_CUT)))
		return;
	least = c->type & COLUMN_WRAP ? LEAST_WRAP : LEAST_CUT;
	if (fit->least > least)
		fit->least = heading > least ? heading : least;
}

/* A column that no row has is not missed. */
static void leave_out_unused(struct table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		size_t width = 0;

		if (t->at[i] < 0 || !(t->columns[i].type & COLUMN_IF_USED))
			continue;
		each_cell(t, i, measure, &width);
		if (!width)
			hide(column_at(t, i));
	}
}

static void squeeze(struct table *t, size_t i, const struct fit *fit)
{
	struct libscols_column *cl = column_at(t, i);
	size_t width = fit->width;

	if (fit->out) {
		hide(cl);
	} else if (t->columns[i].type & COLUMN_WRAP) {
		each_cell(t, i, wrap, &width);
		scols_column_set_flags(cl, scols_column_get_flags(cl) |
				       SCOLS_FL_WRAP);
		scols_column_set_safechars(cl, "\n");
		scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize,
					  scols_wrapnl_nextchunk, NULL);
	} else {
		each_cell(t, i, cut, &width);
	}
}

/* Adds to @out the headings of the columns that are left out. */
static void fit_terminal(struct table *t, struct buf *out)
{
	struct fit *fit = xcalloc(t->n, sizeof(*fit));
	size_t room = fit_room(), i, natural;

	for (i = 0; i < t->n; i++)
		measure_column(t, i, &fit[i]);
	for (i = 0; i < t->n && !fit_total(fit, t->n, room); i++) {
		if (is_out(t, i) || !(t->columns[i].type & COLUMN_TIME))
			continue;
		each_cell(t, i, drop_year, NULL);
		measure_column(t, i, &fit[i]);
	}
	if (!fit_total(fit, t->n, room)) {
		fit_columns(fit, t->n, room);
		for (i = 0; i < t->n; i++) {
			if (is_out(t, i))
				continue;
			natural = 0;
			each_cell(t, i, measure, &natural);
			if (fit[i].out || natural > fit[i].width)
				squeeze(t, i, &fit[i]);
			if (fit[i].out)
				buf_addf(out, "%s%s", out->len ? ", " : "",
					 t->columns[i].heading);
		}
	}
	free(fit);
}

/**
 * table_print_rows - print the rows so far, and forget them
 * @t: a table that is a JSON document of its own
 *
 * table_print() prints the others and ends the document.
 */
void table_print_rows(struct table *t)
{
	char *text = NULL, *begin, *end;

	if (!scols_table_get_nlines(t->tb))
		return;
	must(!scols_print_table_to_string(t->tb, &text) && text);
	begin = strchr(text, t->begun ? '[' : '{');
	end = strrchr(text, ']');
	must(begin && end && begin < end);
	if (t->begun)
		begin += 1 + strspn(begin + 1, "\n ");
	while (isspace((unsigned char)end[-1]))
		end--;
	printf("%s%.*s", t->begun ? "," : "", (int)(end - begin), begin);
	free(text);
	scols_table_remove_lines(t->tb);
	t->begun = true;
}

void table_print(struct table *t)
{
	struct buf doc = { 0 }, out = { 0 };

	if (t->begun) {
		table_print_rows(t);
		printf("\n   ]\n}\n");
		return;
	}
	if (scols_table_is_json(t->tb)) {
		json_begin(&doc);
		json_add(&doc, t);
		json_end(&doc);
		return;
	}
	leave_out_unused(t);
	fit_terminal(t, &out);
	/* It has no say about the width. */
	scols_table_set_termwidth(t->tb, 1 << 16);
	scols_print_table(t->tb);
	fit_say_left_out(&out);
	buf_free(&out);
}

void table_free(struct table *t)
{
	scols_unref_table(t->tb);
	free(t->at);
	free(t);
}

void json_begin(struct buf *doc)
{
	buf_adds(doc, "{");
}

/* libsmartcols prints { "NAME": [...] }: what is inside joins the document. */
void json_add(struct buf *doc, struct table *t)
{
	char *text = NULL, *begin, *end;

	/* Without rows it would print nothing, or no array. */
	if (!scols_table_get_nlines(t->tb)) {
		buf_addf(doc, "%s\n   \"%s\": []", doc->len > 1 ? "," : "",
			 scols_table_get_name(t->tb));
		return;
	}
	must(!scols_print_table_to_string(t->tb, &text) && text);
	begin = strchr(text, '{');
	end = strrchr(text, '}');
	must(begin && end && begin < end);
	begin++;
	while (end > begin && isspace((unsigned char)end[-1]))
		end--;
	buf_addf(doc, "%s%.*s", doc->len > 1 ? "," : "", (int)(end - begin),
		 begin);
	free(text);
}

void json_field(struct buf *object, const struct column *column,
		const char *value)
{
	buf_addf(object, "%s\"%s\": ", object->len ? ", " : "", column->key);
	if (kind(column) == COLUMN_NUMBER)
		buf_adds(object, esc(value));
	else
		buf_add_quoted(object, esc(value));	/* all of it printable */
}

void json_end(struct buf *doc)
{
	buf_adds(doc, "\n}\n");
	fputs(doc->s, stdout);
	buf_free(doc);
}
