// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_event.c - a libFuzzer target: any bytes as a line of the module's events files. */
#include <stdlib.h>
#include <string.h>

#include "guard/event.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* An event that was parsed has its keys, and its fields can be shown as text. */
static void check_event(const struct event *e)
{
	size_t i;

	if (e->lost)
		return;
	if (!event_get(e, "verdict") || !event_get(e, "gate") ||
	    !event_get(e, "name") || !event_get(e, "rule"))
		abort();
	for (i = 0; i < e->n; i++)
		if (strchr(e->fields[i].key, ' ') ||
		    strlen(e->fields[i].value) > 8192)
			abort();
	event_who(e, "comm");
	event_seconds(e);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *line = malloc(size + 1);
	struct event e;

	if (!line)
		abort();
	memcpy(line, data, size);
	line[size] = '\0';
	if (event_parse(&e, line))
		check_event(&e);
	event_free(&e);
	free(line);
	return 0;
}
