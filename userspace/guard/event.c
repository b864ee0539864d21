// SPDX-License-Identifier: GPL-2.0-only
/*
 * event.c - parses a line of the kernel's events files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "guard/container.h"
#include "guard/event.h"
#include "guard/kernel_if.h"

static bool add(struct event *e, const char *key, const char *value)
{
	if (e->n == EVENT_FIELDS)
		return false;
	e->fields[e->n].key = key;
	e->fields[e->n].value = value;
	e->n++;
	return true;
}

/* Ends the value at *at and moves past it; false without a closing quote. */
static bool end_value(char **at, char **value)
{
	char *end;

	if (**at == '"') {
		*value = *at + 1;
		end = strchr(*value, '"');
		if (!end)
			return false;
		*end++ = '\0';
		kif_unescape(*value);
	} else {
		*value = *at;
		end = *at + strcspn(*at, " ");
	}
	if (*end)
		*end++ = '\0';
	*at = end;
	return true;
}

static void add_container(struct event *e, const char *path_key,
			  const char *key, char **owned)
{
	const char *path = event_get(e, path_key);

	if (!path)
		return;
	*owned = container_name(path);
	if (*owned)
		add(e, key, *owned);
}

/**
 * event_parse - parse a line
 * @e: receives the event; free it with event_free()
 * @line: the line without its newline; it is cut up in place, and must outlive @e
 *
 * Unknown fields are kept as they are: a newer kernel module may have more.
 *
 * Return: whether the line is an event, or reports how many were lost.
 */
bool event_parse(struct event *e, char *line)
{
	static const char *const words[] = { "verdict", "gate" };
	size_t n_words = 0, len;
	char *value, *key;

	*e = (struct event){ 0 };
	if (sscanf(line, NFG_WORD_LOST "%llu", &e->lost) == 1)
		return e->lost;
	while (*line) {
		len = strcspn(line, "= ");
		key = line;
		if (line[len] != '=') {
			if (n_words == 2 || !end_value(&line, &value) ||
			    !add(e, words[n_words++], value))
				return false;
			continue;
		}
		line[len] = '\0';
		line += len + 1;
		if (!end_value(&line, &value) || !add(e, key, value))
			return false;
	}
	add_container(e, "cgroup_path", "container", &e->owned[0]);
	add_container(e, "request_cgroup_path", "request_container",
		      &e->owned[1]);
	return n_words == 2 && event_get(e, "name") && event_get(e, "rule");
}

/**
 * event_get - get a field of an event
 * @e: the event
 * @key: the field's key
 *
 * Return: its value, or NULL if the event does not have the field.
 */
const char *event_get(const struct event *e, const char *key)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (!strcmp(e->fields[i].key, key))
			return e->fields[i].value;
	return NULL;
}

/**
 * event_who - get a field of whoever is behind an event
 * @e: the event
 * @key: one of the asker's keys
 *
 * If a request caused a load, or the request of a kernel thread, that is the asker
 * of that request: not the modprobe that the kernel started, nor the thread.
 *
 * Return: the value, or NULL if the event does not have the field.
 */
const char *event_who(const struct event *e, const char *key)
{
	char request_key[64];

	if (!event_get(e, "request"))
		return event_get(e, key);
	snprintf(request_key, sizeof(request_key), "request_%s", key);
	return event_get(e, request_key);
}

/* The time of an event, in seconds since 1970; 0 if it has none. */
unsigned long long event_seconds(const struct event *e)
{
	const char *time = event_get(e, "time");

	return time ? strtoull(time, NULL, 10) : 0;
}

/* How many equal verdicts an event stands for. */
unsigned long long event_count(const struct event *e)
{
	const char *text = event_get(e, "count");
	unsigned long long n = text ? strtoull(text, NULL, 10) : 1;

	return n ? n : 1;
}

/**
 * event_denies - whether an event is a denial, or would be in enforcing mode
 * @e: the event
 *
 * What was to be denied but may have gone through is none.
 */
bool event_denies(const struct event *e)
{
	const char *verdict = event_get(e, "verdict");

	return !strcmp(verdict, NFG_WORD_DENY) ||
	       !strcmp(verdict, NFG_WORD_WOULD_DENY);
}

void event_free(struct event *e)
{
	free(e->owned[0]);
	free(e->owned[1]);
}
