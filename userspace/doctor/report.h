/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - findings about a host, each with its place and remedy.
 */
#ifndef NFGUARD_REPORT_H
#define NFGUARD_REPORT_H

#include <stddef.h>

#include "base/table.h"
#include "base/util.h"

/**
 * struct report_item - a finding
 * @check: what was looked at, a word
 * @file: where, or NULL
 * @line: the line there, 0: the whole file
 * @text: what was found, a sentence
 * @remedy: what to do about it
 */
struct report_item {
	const char *check;
	char *file;
	unsigned int line;
	char *text;
	char *remedy;
};

/**
 * struct report - findings in the order in which they were made
 * @items: the findings
 * @n: how many
 */
struct report {
	struct report_item *items;
	size_t n;
};

void report_add(struct report *r, const char *check, const char *file,
		unsigned int line, const char *fmt, ...) __printf(5, 6);
void report_remedy(struct report *r, const char *fmt, ...) __printf(2, 3);
void report_say(const struct report *r);
void report_warn(const struct report *r);
struct table *report_table(const struct report *r);
void report_print(const struct report *r);
void report_free(struct report *r);

#endif /* NFGUARD_REPORT_H */
