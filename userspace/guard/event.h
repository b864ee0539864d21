/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - a line of the kernel's events files.
 */
#ifndef NFGUARD_EVENT_H
#define NFGUARD_EVENT_H

#include <stdbool.h>
#include <stddef.h>


/* More keys than a line has. */
#define EVENT_FIELDS	40

/**
 * struct event - an event, or how many were lost
 * @lost: events that this reader was too slow for; then there is nothing else
 * @n: number of fields
 * @fields: the keys of abi.h with their values, and: "verdict" and "gate", the
 *	first two words; "container" and "request_container" of the paths. Names
 *	and comms are escaped as the kernel does, texts in quotes are not
 * @owned: what the last two point to
 */
struct event {
	unsigned long long lost;
	size_t n;
	struct {
		const char *key;
		const char *value;
	} fields[EVENT_FIELDS];
	char *owned[2];
};

bool event_parse(struct event *e, char *line);
const char *event_get(const struct event *e, const char *key);
const char *event_who(const struct event *e, const char *key);
unsigned long long event_seconds(const struct event *e);
void event_free(struct event *e);

#endif /* NFGUARD_EVENT_H */
