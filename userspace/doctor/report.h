/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - findings about a host, each with its place and remedy.
 */
#ifndef NFGUARD_REPORT_H
#define NFGUARD_REPORT_H

#include <stddef.h>

#include "base/msg.h"
#include "base/table.h"
#include "base/util.h"

/**
 * struct report_item - a finding
 * @check: what was looked at, a word
 * @file: where, or NULL
 * @line: the line there, 0: the whole file
 * @col: the column there, 0: the whole line
 * @text: what was found, a sentence
 * @remedy: what to do about it, or NULL
 * @warning: whether it leaves the exit status alone
 * @name: the module that it is about, if it could be about several, or NULL
 * @many: @text about several, with %s where their names are
 * @many_remedy: @remedy about several, the same
 */
struct report_item {
	const char *check;
	char *file;
	unsigned int line;
	unsigned int col;
	char *text;
	char *remedy;
	bool warning;
	char *name;
	char *many;
	char *many_remedy;
};

/**
 * struct report - findings in the order in which they were made
 * @items: the findings
 * @n: how many
 * @errors: how many are not warnings
 */
struct report {
	struct report_item *items;
	size_t n;
	size_t errors;
};

void report_add(struct report *r, const char *check, const char *file,
		unsigned int line, const char *fmt, ...) __printf(5, 6);
void report_remedy(struct report *r, const char *fmt, ...) __printf(2, 3);
void report_warning(struct report *r);
void report_warnings(struct report *r, size_t from);
void report_column(struct report *r, unsigned int col);
void report_many(struct report *r, const char *name, const char *remedy,
		 const char *fmt, ...) __printf(4, 5);
void report_keep(struct report *r, size_t from,
		 bool (*keep)(const char *name, void *data), void *data);
void report_diags(struct report *r, const struct diags *diags);
void report_say(const struct report *r);
struct table *report_table(const struct report *r);
void report_print(const struct report *r);
void report_free(struct report *r);

#endif /* NFGUARD_REPORT_H */
