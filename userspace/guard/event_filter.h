/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_filter.h - selects events.
 */
#ifndef NFGUARD_EVENT_FILTER_H
#define NFGUARD_EVENT_FILTER_H

#include <stdbool.h>

#include "guard/event.h"

/**
 * struct event_filter - the events to show; a field that is NULL or 0 matches all
 * @verdict: the verdict
 * @rule: the rule: a shell pattern for its text, or a part of it
 * @name: what was requested or loaded: a shell pattern
 * @program: the asker's comm: a shell pattern
 * @container: the asker's container or cgroup: a shell pattern, or a part of it
 * @since: the earliest time, in seconds since 1970; of equal verdicts that are one
 *	event the last one counts
 */
struct event_filter {
	const char *verdict;
	const char *rule;
	const char *name;
	const char *program;
	const char *container;
	unsigned long long since;
};

bool event_text_matches(const char *wanted, const char *text);
bool event_wanted(const struct event_filter *filter, const struct event *e);

#endif /* NFGUARD_EVENT_FILTER_H */
