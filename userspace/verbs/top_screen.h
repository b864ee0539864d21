/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_screen.h - what nfguard top shows, and the drawing of it.
 */
#ifndef NFGUARD_TOP_SCREEN_H
#define NFGUARD_TOP_SCREEN_H

#include "guard/kernel_if.h"
#include "guard/tally.h"

/* The counters in the head of the screen. */
enum top_counter {
	TOP_REQUEST_DENIED,
	TOP_REQUEST_WOULD_DENY,
	TOP_REQUEST_ALLOWED,
	TOP_REQUEST_UNENFORCED,
	TOP_LOAD_DENIED,
	TOP_LOAD_WOULD_DENY,
	TOP_LOAD_ALLOWED,
	TOP_COUNTERS,
};

#define TOP_FILTER_MAX	64

/**
 * struct top - the state of the screen
 * @tally: what was counted
 * @st: the state of the guard
 * @counters: the counters now
 * @before: the counters at the start
 * @by: the grouping
 * @order: the order of the rows
 * @filter: selects rows and events; empty: all
 * @typing: the user is typing a filter
 * @typed: what was typed of it
 * @scroll: how many rows are above the screen
 * @page: how many rows fit
 */
struct top {
	struct tally tally;
	struct kif_status st;
	unsigned long long counters[TOP_COUNTERS];
	unsigned long long before[TOP_COUNTERS];
	enum tally_by by;
	enum tally_order order;
	char filter[TOP_FILTER_MAX];
	bool typing;
	char typed[TOP_FILTER_MAX];
	size_t scroll;
	size_t page;
};

bool top_screen_open(void);
int top_screen_key(void);
void top_screen_draw(struct top *top);
void top_screen_close(void);

/* What top_screen_key() returns, beside printable characters. */
enum top_key {
	TOP_NONE = 0,
	TOP_ENTER = 256,
	TOP_ESCAPE,
	TOP_BACKSPACE,
	TOP_UP,
	TOP_DOWN,
	TOP_LEFT,
	TOP_RIGHT,
	TOP_PAGE_UP,
	TOP_PAGE_DOWN,
	TOP_HOME,
	TOP_END,
	TOP_OTHER,
};

#endif /* NFGUARD_TOP_SCREEN_H */
