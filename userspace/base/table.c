// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - tables for people and for programs, made with libsmartcols.
 */
#include <ctype.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/table.h"

/**
 * struct table - a table being filled
 * @tb: the table of libsmartcols
 * @row: the current row
 * @columns: the caller's columns
 * @n: how many
 * @at: for each of the caller's columns its index in @tb; -1: not shown
 */
struct table {
	struct libscols_table *tb;
	struct libscols_line *row;
	const struct column *columns;
	size_t n;
	int *at;
};

/* libsmartcols fails only when out of memory. */
static void must(bool ok)
{
	if (ok)
		return;
	msg_err("out of memory");
	exit(NFG_EXIT_FAILED);
}

static int json_type(enum column_type type)
{
	switch (type) {
	case COLUMN_NUMBER:
		return SCOLS_JSON_NUMBER;
	case COLUMN_BOOL:
		return SCOLS_JSON_BOOLEAN;
	case COLUMN_TEXT:
	case COLUMN_TREE:
		break;
	}
	return SCOLS_JSON_STRING;
}

static int column_flags(enum column_type type)
{
	if (type == COLUMN_NUMBER)
		return SCOLS_FL_RIGHT;
	return type == COLUMN_TREE ? SCOLS_FL_TREE : 0;
}

static void add_column(struct table *t, size_t i, bool json, int *place)
{
	const struct column *c = &t->columns[i];
	const char *name = json ? c->key : c->heading;
	struct libscols_column *cl;

	t->at[i] = -1;
	if (!name)
		return;
	cl = scols_table_new_column(t->tb, name, 0, column_flags(c->type));
	must(cl);
	if (json)
		scols_column_set_json_type(cl, json_type(c->type));
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

void table_print(struct table *t)
{
	struct buf doc = { 0 };

	if (scols_table_is_json(t->tb)) {
		json_begin(&doc);
		json_add(&doc, t);
		json_end(&doc);
		return;
	}
	scols_print_table(t->tb);
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
	if (column->type == COLUMN_NUMBER)
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
