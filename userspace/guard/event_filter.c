// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_filter.c - selects events.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "guard/event_filter.h"
#include "tree/names.h"

/* A program's name is escaped, so a backslash in a pattern is literal. */
static bool pattern_matches(const char *pattern, const char *text)
{
	return !fnmatch(pattern, text, FNM_NOESCAPE);
}

static bool is_pattern(const char *s)
{
	return strpbrk(s, "*?[");
}

/* Whether @wanted is a shell pattern for the whole text, or a part of the text. */
bool event_text_matches(const char *wanted, const char *text)
{
	if (!text)
		return false;
	if (is_pattern(wanted))
		return pattern_matches(wanted, text);
	return strstr(text, wanted);
}

/* '-' and '_' are the same in names. */
static bool name_wanted(const char *wanted, const char *text)
{
	char *a = xstrdup(wanted), *b = xstrdup(text);
	bool same;

	name_underscore(a);
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
 * event_wanted - whether an event passes a filter
 * @filter: the filter
 * @e: the event
 *
 * For the name and the program, an event passes if either it or the request that
 * caused it matches.
 *
 * Return: whether it passes.
 */
bool event_wanted(const struct event_filter *filter, const struct event *e)
{
	const char *request = event_get(e, "request");

	if (event_seconds(e) < filter->since)
		return false;
	if (filter->verdict && strcmp(filter->verdict, event_get(e, "verdict")))
		return false;
	if (filter->rule && !event_text_matches(filter->rule, event_get(e, "rule")))
		return false;
	if (filter->name && !name_wanted(filter->name, event_get(e, "name")) &&
	    !(request && name_wanted(filter->name, request)))
		return false;
	if (filter->program && !program_wanted(e, filter->program))
		return false;
	return !filter->container ||
	       event_text_matches(filter->container, event_who(e, "container")) ||
	       event_text_matches(filter->container, event_who(e, "cgroup_path"));
}
