/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_filter.h - which events are wanted.
 */
#ifndef NFGUARD_EVENT_FILTER_H
#define NFGUARD_EVENT_FILTER_H

#include <stdbool.h>

#include "guard/event.h"

/**
 * struct event_filter - what was asked for; NULL or 0: whatever
 * @rule: the rule's text
 * @name: what was requested or loaded
 * @program: comm of who asked
 * @container: container or cgroup of who asked
 * @since: seconds since 1970
 */
struct event_filter {
	const char *rule;
	const char *name;
	const char *program;
	const char *container;
	unsigned long long since;
};

bool event_wanted(const struct event_filter *filter, const struct event *e);

#endif /* NFGUARD_EVENT_FILTER_H */
