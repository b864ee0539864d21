/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fit.h - makes the columns of a table fit a terminal.
 */
#ifndef NFGUARD_FIT_H
#define NFGUARD_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/**
 * struct fit - a column
 * @width: as wide as its widest cell or its heading; then what it may have
 * @least: the least that it can be squeezed to
 * @rank: 0: never left out; of the others the highest is left out first
 * @out: whether it is left out
 */
struct fit {
	size_t width;
	size_t least;
	unsigned int rank;
	bool out;
};

void fit_set_wide(bool wide);
size_t fit_room(void);
bool fit_total(const struct fit *columns, size_t n, size_t room);
void fit_columns(struct fit *columns, size_t n, size_t room);
char *fit_cut(const char *text, size_t width);
char *fit_wrap(const char *text, size_t width);
void fit_print_line(const char *text);
void fit_print_fact(const char *label, const char *fmt, ...) __printf(2, 3);
void fit_say_left_out(const struct buf *headings);

#endif /* NFGUARD_FIT_H */
