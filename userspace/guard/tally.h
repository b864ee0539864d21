/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tally.h - counts denials by rule, program and container while they happen.
 */
#ifndef NFGUARD_TALLY_H
#define NFGUARD_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "guard/event.h"
#include "guard/kernel_if.h"

enum tally_by {
	TALLY_RULE,
	TALLY_PROGRAM,
	TALLY_CONTAINER,
	TALLY_BYS,
};

enum tally_order {
	TALLY_MOST,	/* since the start */
	TALLY_FASTEST,	/* of late */
	TALLY_LATEST,
	TALLY_NAME,
	TALLY_ORDERS,
};

/* Of how many seconds the present rate is the average. */
#define TALLY_WINDOW	10
/* How many events are kept. */
#define TALLY_EVENTS	1000
/* How many programs or containers are told apart; the others share a row. */
#define TALLY_ROWS	1000

/**
 * struct tally_row - a rule, program or container; denials include would-deny
 * @label: its name
 * @total: denials since the kernel module was loaded; of a program or container,
 *	those of the events that the kernel had kept
 * @fresh: those since the start
 * @past: what @fresh was at each of the last seconds
 * @last: when the last one was, in seconds since 1970; 0: never
 * @last_name: what was asked for, or NULL
 * @last_who: the program, or of a program the container; or NULL
 * @gone: the rule is no longer in force
 */
struct tally_row {
	char *label;
	unsigned long long total;
	unsigned long long fresh;
	unsigned long long past[TALLY_WINDOW];
	unsigned long long last;
	char *last_name;
	char *last_who;
	bool gone;
};

/**
 * struct tally_event - an event to show
 * @time: in seconds since 1970
 * @count: how many equal verdicts it stands for
 * @who: the asker and its process ID
 */
struct tally_event {
	unsigned long long time;
	unsigned long long count;
	char *verdict;
	char *gate;
	char *name;
	char *who;
	char *container;
	char *rule;
};

/**
 * struct tally_rows - the rows of one grouping
 */
struct tally_rows {
	struct tally_row *list;
	size_t n;
};

/**
 * struct tally - all that was counted
 * @start: when it began, in seconds since 1970; events before that are not fresh
 * @seconds: how long ago that was
 * @has_rules: the rules were read before
 * @rows: the rows of each grouping
 * @events: the last events, in a ring
 * @n_events: how many there were; the newest is at (n_events - 1) % TALLY_EVENTS
 * @lost: how many events came too fast to be read
 */
struct tally {
	double start;
	unsigned long seconds;
	bool has_rules;
	struct tally_rows rows[TALLY_BYS];
	struct tally_event events[TALLY_EVENTS];
	size_t n_events;
	unsigned long long lost;
};

void tally_begin(struct tally *t, double now);
void tally_line(struct tally *t, char *line);
void tally_rules(struct tally *t, const struct kif_rules *rules);
void tally_tick(struct tally *t, unsigned long seconds);
size_t tally_view(const struct tally *t, enum tally_by by, enum tally_order order,
		  const char *filter, const struct tally_row ***view);
const struct tally_event *tally_event_at(const struct tally *t, size_t age);
bool tally_event_wanted(const struct tally_event *e, const char *filter);
double tally_average(const struct tally *t, const struct tally_row *row);
double tally_rate(const struct tally *t, const struct tally_row *row);
void tally_free(struct tally *t);

#endif /* NFGUARD_TALLY_H */
