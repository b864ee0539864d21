/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - a line of the kernel's events files.
 */
#ifndef NFGUARD_EVENT_H
#define NFGUARD_EVENT_H

#include <stdbool.h>
#include <stddef.h>

/* More fields than any line has. */
#define EVENT_FIELDS	40

/**
 * struct event - an event, or how many were lost
 * @lost: how many events this reader was too slow for; if not 0, there are no
 *	fields
 * @n: the number of fields
 * @fields: the keys of abi.h with their values; also "verdict" and "gate", the
 *	first two words, and "container" and "request_container", derived from the
 *	cgroup paths. Names and comms are escaped by the kernel, quoted texts are
 *	unescaped
 * @owned: the values of the two container fields
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
unsigned long long event_count(const struct event *e);
bool event_denies(const struct event *e);
void event_free(struct event *e);

#endif /* NFGUARD_EVENT_H */
