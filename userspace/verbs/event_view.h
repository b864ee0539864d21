/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_view.h - shows events: a table or JSON of those that are kept, or each as
 * it comes.
 */
#ifndef NFGUARD_EVENT_VIEW_H
#define NFGUARD_EVENT_VIEW_H

#include "base/table.h"
#include "guard/event_filter.h"

/* What people see of an event. */
enum event_column {
	EVENT_TIME, EVENT_COUNT, EVENT_VERDICT, EVENT_GATE, EVENT_NAME,
	EVENT_REQUEST, EVENT_PROGRAM, EVENT_PARENT, EVENT_UID, EVENT_NAMESPACES,
	EVENT_CONTAINER, EVENT_RULE, EVENT_COLUMNS
};

/**
 * struct event_view - how events are shown
 * @filter: which ones
 * @table: collects them; NULL: each is printed as it comes
 * @json: for programs
 * @fold: for people equal events in a row are one line
 * @host_netns: inode number of the initial network namespace, as text, or NULL
 * @lost: how many were lost before they could be read
 * @kept: how many there are, shown or not
 * @shown: how many of them were shown
 * @oldest: the time of the first of them, in seconds since 1970
 * @held: the line that the next event may be added to, by column
 * @times: how many verdicts it stands for; 0: there is no line
 * @widths: without @table, how wide each column is; 0: left out
 */
struct event_view {
	struct event_filter filter;
	struct table *table;
	bool json;
	bool fold;
	char *host_netns;
	unsigned long long lost;
	size_t kept;
	size_t shown;
	unsigned long long oldest;
	char *held[EVENT_COLUMNS];
	unsigned long long times;
	size_t widths[EVENT_COLUMNS];
};

void event_view_begin(struct event_view *view, bool follow);
void event_view_line(struct event_view *view, char *line);
void event_view_lines(struct event_view *view, char *text);
void event_view_end(struct event_view *view);

#endif /* NFGUARD_EVENT_VIEW_H */
