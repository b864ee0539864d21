/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_options.h - the options that select events.
 */
#ifndef NFGUARD_EVENT_OPTIONS_H
#define NFGUARD_EVENT_OPTIONS_H

#include <stdbool.h>

#include "guard/event_filter.h"
#include "verbs/verb.h"

bool event_options_read(struct event_filter *filter,
			const struct invocation *inv);

#endif /* NFGUARD_EVENT_OPTIONS_H */
