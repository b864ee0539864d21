// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_options.c - the options that select events, shared by events and generate.
 */
#include "base/msg.h"
#include "base/when.h"
#include "verbs/event_options.h"

/**
 * event_options_read - reads the filter from the command line
 * @filter: gets it
 * @inv: the call
 *
 * Return: false if it is wrong, which is then reported.
 */
bool event_options_read(struct event_filter *filter,
			const struct invocation *inv)
{
	const char *since = inv->values[OPT_SINCE];

	*filter = (struct event_filter){
		.rule = inv->values[OPT_RULE],
		.name = inv->values[OPT_NAME],
		.program = inv->values[OPT_PROGRAM],
		.container = inv->values[OPT_CONTAINER],
	};
	if (since && !when_parse(since, &filter->since)) {
		msg_err("%s: --since '%s': must be a time such as 10m (ago), 14:30 or '2026-11-24 14:30'",
			inv->command->name, esc(since));
		return false;
	}
	return true;
}
