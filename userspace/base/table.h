/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - tables for people and for programs, made with libsmartcols.
 */
#ifndef NFGUARD_TABLE_H
#define NFGUARD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_BOOL,
	COLUMN_TREE,
	COLUMN_KIND = 0xf,
	/* On a terminal that is too narrow: */
	COLUMN_WRAP = 0x10,	/* breaks its text into lines */
	COLUMN_CUT = 0x20,	/* cuts its text */
	COLUMN_TIME = 0x40,	/* shows times without the year */
	/* Anywhere, for people: */
	COLUMN_IF_USED = 0x80,	/* is left out if no row has it */
};

/* There it is left out; the highest @rank, at most 15, goes first. */
#define COLUMN_MAY_GO(rank)	((rank) << 8)

/**
 * struct column - a column of a table
 * @heading: for people; NULL: only in JSON
 * @key: in JSON; NULL: only for people
 * @type: how JSON shows it; numbers are right-aligned, a boolean is given as "0"
 *	or "1"; one column may draw the tree of the rows, and is cut. Then what is
 *	done to it on a narrow terminal
 */
struct column {
	const char *heading;
	const char *key;
	unsigned int type;
};

struct table;

struct table *table_new(const char *name, const struct column *columns,
			size_t n, bool json);
void table_row(struct table *t);
void *table_row_under(struct table *t, void *parent);
void table_text(struct table *t, const char *key, const char *value);
void table_lines(struct table *t, const char *key, const char *value);
void table_number(struct table *t, const char *key, unsigned long long value);
void table_colour(struct table *t, const char *key, const char *sequence);
void table_print(struct table *t);
void table_print_rows(struct table *t);
void table_free(struct table *t);

/*
 * Several tables as one JSON document, an object with an array for each: begin,
 * add each table, and end, which prints it.
 */
void json_begin(struct buf *doc);
void json_add(struct buf *doc, struct table *t);
void json_end(struct buf *doc);

/* Adds a field to an object that is printed on a line of its own. */
void json_field(struct buf *object, const struct column *column,
		const char *value);

#endif /* NFGUARD_TABLE_H */
