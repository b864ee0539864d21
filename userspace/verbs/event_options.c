// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_options.c - the options that select events, shared by events and generate.
 */
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "base/when.h"
#include "verbs/event_options.h"

static bool is_verdict(const char *word)
{
	static const char *const words[] = {
		NFG_WORD_DENY, NFG_WORD_WOULD_DENY, NFG_WORD_UNENFORCED,
		NFG_WORD_UNJUDGED, NFG_WORD_ALLOW,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

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
		.verdict = inv->values[OPT_VERDICT],
		.rule = inv->values[OPT_RULE],
		.name = inv->values[OPT_NAME],
		.program = inv->values[OPT_PROGRAM],
		.container = inv->values[OPT_CONTAINER],
	};
	if (filter->verdict && !is_verdict(filter->verdict)) {
		msg_err("%s: --verdict '%s': must be deny, would-deny, unenforced, unjudged or allow",
			inv->command->name, esc(filter->verdict));
		return false;
	}
	if (since && !when_parse(since, &filter->since)) {
		msg_err("%s: --since '%s': must be a time such as 10m (ago), 14:30 or '2026-11-24 14:30'",
			inv->command->name, esc(since));
		return false;
	}
	return true;
}
