// SPDX-License-Identifier: GPL-2.0-only
/*
 * when.c - times as people write and read them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "base/when.h"

#define DAY	(24ul * 60 * 60)

/**
 * when_duration - parse "90s", "10m", "2h" or "1d"
 * @text: the text
 * @seconds: receives the duration
 *
 * Return: whether it is one, of at most a year.
 */
bool when_duration(const char *text, unsigned long *seconds)
{
	static const struct {
		char unit;
		unsigned long seconds;
	} units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 60 * 60 }, { 'd', DAY },
	};
	unsigned long n;
	char *end;
	size_t i;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoul(text, &end, 10);
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (end[0] != units[i].unit || end[1])
			continue;
		if (errno || !n || n > 365 * DAY / units[i].seconds)
			return false;
		*seconds = n * units[i].seconds;
		return true;
	}
	return false;
}

/* A time of day, meaning today; or a date, with or without a time. */
static bool parse_moment(const char *text, struct tm *tm)
{
	static const char *const days[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
		"%Y-%m-%dT%H:%M:%S",
	};
	static const char *const times[] = { "%H:%M:%S", "%H:%M" };
	struct tm today = *tm;
	const char *end;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(days); i++) {
		memset(tm, 0, sizeof(*tm));
		end = strptime(text, days[i], tm);
		if (end && !*end)
			return true;
	}
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		*tm = today;
		tm->tm_sec = 0;
		end = strptime(text, times[i], tm);
		if (end && !*end)
			return true;
	}
	return false;
}

/**
 * when_parse - parse a point in time
 * @text: "10m" (ago; also s, h, d), "14:30" or "2026-11-24 14:30:00" (local
 *	time), "@SECONDS" (since 1970)
 * @when: receives it, in seconds since 1970
 *
 * Return: whether it is one.
 */
bool when_parse(const char *text, unsigned long long *when)
{
	time_t now = time(NULL), then;
	unsigned long ago;
	struct tm tm;
	char *end;

	if (when_duration(text, &ago)) {
		*when = (unsigned long long)now - ago;
		return true;
	}
	if (text[0] == '@' && text[1] >= '0' && text[1] <= '9') {
		errno = 0;
		*when = strtoull(text + 1, &end, 10);
		return !errno && !*end;
	}
	localtime_r(&now, &tm);
	if (!parse_moment(text, &tm))
		return false;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	*when = (unsigned long long)then;
	return then > 0;
}

/**
 * when_text - format a time for people
 * @seconds: since 1970; 0: never
 *
 * Return: the local time; free it.
 */
char *when_text(unsigned long long seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[32];

	if (!seconds)
		return xstrdup("never");
	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return xstrdup(text);
}
