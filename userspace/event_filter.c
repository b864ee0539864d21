// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_filter.c - which events are wanted.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "event_filter.h"
#include "msg.h"
#include "names.h"
#include "util.h"
#include "when.h"

/**
 * event_filter_read - takes the filter from the command line
 * @filter: gets it
 * @inv: the call
 *
 * Return: false if it is wrong; then it was said.
 */
bool event_filter_read(struct event_filter *filter,
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
		msg_err("%s: --since: '%s' is no time: as 10m (ago), 14:30 or '2026-11-24 14:30'",
			inv->command->name, esc(since));
		return false;
	}
	return true;
}

/* What is shown of a program is escaped, so that a backslash is one. */
static bool pattern_matches(const char *pattern, const char *text)
{
	return !fnmatch(pattern, text, FNM_NOESCAPE);
}

static bool is_pattern(const char *s)
{
	return strpbrk(s, "*?[");
}

/* A shell pattern for all of it, or a part of it. */
static bool text_matches(const char *wanted, const char *text)
{
	if (!text)
		return false;
	if (is_pattern(wanted))
		return pattern_matches(wanted, text);
	return strstr(text, wanted);
}

/* As name_underscore(), but in brackets, where '-' makes a range. */
static void pattern_underscore(char *pattern)
{
	bool bracket = false;

	for (; *pattern; pattern++) {
		if (*pattern == '[' || *pattern == ']')
			bracket = *pattern == '[';
		else if (*pattern == '-' && !bracket)
			*pattern = '_';
	}
}

/* '-' and '_' are the same in names. */
static bool name_wanted(const char *wanted, const char *text)
{
	char *a = xstrdup(wanted), *b = xstrdup(text);
	bool same;

	pattern_underscore(a);
	name_underscore(b);
	same = pattern_matches(a, b);
	free(a);
	free(b);
	return same;
}

static bool program_wanted(const struct event *e, const char *wanted)
{
	const char *comm = event_get(e, "comm");
	const char *request_comm = event_get(e, "request_comm");

	return (comm && pattern_matches(wanted, comm)) ||
	       (request_comm && pattern_matches(wanted, request_comm));
}

/**
 * event_wanted - whether an event passes
 * @filter: the filter
 * @e: the event
 *
 * What a load and the request that caused it have, either may match.
 */
bool event_wanted(const struct event_filter *filter, const struct event *e)
{
	const char *request = event_get(e, "request");

	if (event_seconds(e) < filter->since)
		return false;
	if (filter->rule && !text_matches(filter->rule, event_get(e, "rule")))
		return false;
	if (filter->name && !name_wanted(filter->name, event_get(e, "name")) &&
	    !(request && name_wanted(filter->name, request)))
		return false;
	if (filter->program && !program_wanted(e, filter->program))
		return false;
	return !filter->container ||
	       text_matches(filter->container, event_who(e, "container")) ||
	       text_matches(filter->container, event_who(e, "cgroup_path"));
}
