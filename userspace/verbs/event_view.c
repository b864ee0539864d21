// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_view.c - shows events: a table or JSON of those that are kept, or each as
 * it comes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/fit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/when.h"
#include "guard/event.h"
#include "verbs/event_view.h"

#define ASKER_COLUMNS(prefix)						\
	{ NULL, prefix "pid", COLUMN_NUMBER },				\
	{ NULL, prefix "comm", COLUMN_TEXT },				\
	{ NULL, prefix "uid", COLUMN_NUMBER },				\
	{ NULL, prefix "auid", COLUMN_NUMBER },				\
	{ NULL, prefix "ppid", COLUMN_NUMBER },				\
	{ NULL, prefix "parent", COLUMN_TEXT },				\
	{ NULL, prefix "userns", COLUMN_TEXT },				\
	{ NULL, prefix "netns", COLUMN_NUMBER },			\
	{ NULL, prefix "cgroup", COLUMN_NUMBER },			\
	{ NULL, prefix "cgroup_path", COLUMN_TEXT },			\
	{ NULL, prefix "container", COLUMN_TEXT }

/* For programs: the kernel's keys, and what the cgroup path names. */
static const struct column json_columns[] = {
	{ NULL, "seq", COLUMN_NUMBER },
	{ NULL, "time", COLUMN_NUMBER },
	{ NULL, "verdict", COLUMN_TEXT },
	{ NULL, "gate", COLUMN_TEXT },
	{ NULL, "name", COLUMN_TEXT },
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "count", COLUMN_NUMBER },
	{ NULL, "first", COLUMN_NUMBER },
	ASKER_COLUMNS(""),
	{ NULL, "request", COLUMN_TEXT },
	ASKER_COLUMNS("request_"),
};

static const struct column people_columns[EVENT_COLUMNS] = {
	[EVENT_TIME] = { "TIME", NULL, COLUMN_TIME },
	[EVENT_COUNT] = { "COUNT", NULL, COLUMN_NUMBER | COLUMN_IF_USED },
	[EVENT_VERDICT] = { "VERDICT", NULL, COLUMN_TEXT },
	[EVENT_GATE] = { "GATE", NULL, COLUMN_TEXT },
	[EVENT_NAME] = { "NAME", NULL, COLUMN_CUT },
	[EVENT_REQUEST] = { "REQUEST", NULL, COLUMN_CUT | COLUMN_MAY_GO(1) },
	[EVENT_PROGRAM] = { "PROGRAM", NULL, COLUMN_CUT },
	[EVENT_PARENT] = { "PARENT", NULL, COLUMN_CUT | COLUMN_MAY_GO(5) },
	[EVENT_UID] = { "UID", NULL, COLUMN_MAY_GO(3) },
	[EVENT_NAMESPACES] = { "NAMESPACES", NULL, COLUMN_MAY_GO(4) },
	[EVENT_CONTAINER] = { "CONTAINER", NULL, COLUMN_CUT | COLUMN_MAY_GO(2) },
	[EVENT_RULE] = { "RULE", NULL, COLUMN_CUT },
};

/* With --follow, as the widest of what will come is not known. */
static const struct fit follow_widths[EVENT_COLUMNS] = {
	[EVENT_TIME] = { .width = 19, .least = 14 },
	[EVENT_COUNT] = { .out = true },
	[EVENT_VERDICT] = { .width = 10, .least = 10 },
	[EVENT_GATE] = { .width = 7, .least = 7 },
	[EVENT_NAME] = { .width = 20, .least = 12 },
	[EVENT_REQUEST] = { .width = 16, .least = 12, .rank = 1 },
	[EVENT_PROGRAM] = { .width = 22, .least = 12 },
	[EVENT_PARENT] = { .width = 12, .least = 12, .rank = 5 },
	[EVENT_UID] = { .width = 6, .least = 6, .rank = 3 },
	[EVENT_NAMESPACES] = { .width = 10, .least = 10, .rank = 4 },
	[EVENT_CONTAINER] = { .width = 20, .least = 12, .rank = 2 },
	[EVENT_RULE] = { .width = 24, .least = 16 },
};

/* The last column, if there is room for all. */
#define NO_BOUND	((size_t)-1)

/* The link reads "net:[4026531840]". */
static char *read_host_netns(void)
{
	char *path = path_proc("1/ns/net");
	char text[64], *begin, *end;
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	free(path);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	begin = strchr(text, '[');
	end = strchr(text, ']');
	return begin && end ? xstrndup(begin + 1, end - begin - 1) : NULL;
}

/* Which of the asker's namespaces are not the host's. */
static const char *namespaces(const struct event_view *view, const struct event *e)
{
	const char *userns = event_who(e, "userns");
	const char *netns = event_who(e, "netns");
	bool user = userns && strcmp(userns, NFG_WORD_FIRST);
	bool net = netns && view->host_netns && strcmp(netns, view->host_netns);

	if (user)
		return net ? "user,net" : "user";
	return net ? "net" : "-";
}

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

static void set_widths(struct event_view *view)
{
	struct fit fit[EVENT_COLUMNS];
	struct buf out = { 0 };
	size_t room = fit_room();
	int i;

	memcpy(fit, follow_widths, sizeof(fit));
	fit_columns(fit, EVENT_COLUMNS, room);
	for (i = 0; i < EVENT_COLUMNS; i++) {
		view->widths[i] = fit[i].out ? 0 : fit[i].width;
		if (fit[i].out && !follow_widths[i].out)
			buf_addf(&out, "%s%s", out.len ? ", " : "",
				 people_columns[i].heading);
	}
	if (room == SIZE_MAX)
		view->widths[EVENT_RULE] = NO_BOUND;
	fit_say_left_out(&out);
	buf_free(&out);
}

static void print_cell(const struct event_view *view, int column,
		       const char *text, const char *colour)
{
	size_t width = view->widths[column];
	const char *safe = esc(text);
	char *cut;

	if (!width)
		return;
	/* Only a terminal is too narrow: in a pipe the columns grow. */
	if (column == EVENT_TIME && strlen(safe) > width)
		safe += 5;
	cut = fit_room() == SIZE_MAX ? xstrdup(safe) : fit_cut(safe, width);
	if (column == EVENT_RULE)
		printf("%s", cut);
	else
		printf("%s%-*s%s ", colour, (int)width, cut,
		       *colour ? colour_off(stdout) : "");
	free(cut);
}

static void print_headings(const struct event_view *view)
{
	int i;

	for (i = 0; i < EVENT_COLUMNS; i++)
		print_cell(view, i, people_columns[i].heading, "");
	putchar('\n');
	fflush(stdout);
}

static const char *colour_of(const char *verdict)
{
	if (!strcmp(verdict, NFG_WORD_DENY))
		return colour_bad(stdout);
	if (!strcmp(verdict, NFG_WORD_UNENFORCED) ||
	    !strcmp(verdict, NFG_WORD_UNJUDGED))
		return colour_alarm(stdout);
	return strcmp(verdict, NFG_WORD_ALLOW) ? colour_doubtful(stdout) : "";
}

/* Prints the line that is held. */
static void flush_held(struct event_view *view)
{
	const char *colour;
	int i;

	if (!view->times)
		return;
	colour = colour_of(view->held[EVENT_VERDICT]);
	if (view->table)
		table_row(view->table);
	if (view->table && view->times > 1)
		table_number(view->table, people_columns[EVENT_COUNT].heading,
			     view->times);
	for (i = 0; i < EVENT_COLUMNS; i++) {
		if (i == EVENT_COUNT)
			continue;
		if (view->table)
			table_text(view->table, people_columns[i].heading,
				   view->held[i]);
		else
			print_cell(view, i, view->held[i],
				   i == EVENT_VERDICT ? colour : "");
		free(view->held[i]);
	}
	if (view->table)
		table_colour(view->table, people_columns[EVENT_VERDICT].heading,
			     colour);
	else if (view->times > 1)
		printf(" (%llu times)\n", view->times);
	else
		putchar('\n');
	view->times = 0;
}

/* Whether two events differ in nothing but the time and the process. */
static bool is_like_held(const struct event_view *view, char *const *values)
{
	const char *was = view->held[EVENT_PROGRAM];
	const char *is = values[EVENT_PROGRAM];
	size_t n = strcspn(was, "[");
	int i;

	for (i = 0; i < EVENT_COLUMNS; i++)
		if (i != EVENT_TIME && i != EVENT_COUNT && i != EVENT_PROGRAM &&
		    strcmp(view->held[i], values[i]))
			return false;
	return n == strcspn(is, "[") && !strncmp(was, is, n);
}

/* The line then has the last one's time: "nft[812,...]" are several processes. */
static void add_to_held(struct event_view *view, char **values)
{
	char **program = &view->held[EVENT_PROGRAM], *several;
	int i;

	free(view->held[EVENT_TIME]);
	view->held[EVENT_TIME] = values[EVENT_TIME];
	values[EVENT_TIME] = NULL;
	if (!strchr(*program, ',') && strcmp(*program, values[EVENT_PROGRAM])) {
		several = xasprintf("%.*s,...]", (int)strlen(*program) - 1, *program);
		free(*program);
		*program = several;
	}
	for (i = 0; i < EVENT_COLUMNS; i++)
		free(values[i]);
}

static void show_to_people(struct event_view *view, const struct event *e)
{
	char *values[EVENT_COLUMNS] = {
		[EVENT_TIME] = when_text(event_seconds(e)),
		[EVENT_VERDICT] = xstrdup(event_get(e, "verdict")),
		[EVENT_GATE] = xstrdup(event_get(e, "gate")),
		[EVENT_NAME] = xstrdup(event_get(e, "name")),
		[EVENT_REQUEST] = xstrdup(or_dash(event_get(e, "request"))),
		[EVENT_PROGRAM] = xasprintf("%s[%s]",
					    or_dash(event_who(e, "comm")),
					    or_dash(event_who(e, "pid"))),
		[EVENT_PARENT] = xstrdup(or_dash(event_who(e, "parent"))),
		[EVENT_UID] = xstrdup(or_dash(event_who(e, "uid"))),
		[EVENT_NAMESPACES] = xstrdup(namespaces(view, e)),
		[EVENT_CONTAINER] = xstrdup(or_dash(event_who(e, "container"))),
		[EVENT_RULE] = xstrdup(event_get(e, "rule")),
	};

	if (view->fold && view->times && is_like_held(view, values)) {
		add_to_held(view, values);
	} else {
		flush_held(view);
		memcpy(view->held, values, sizeof(values));
	}
	view->times += event_count(e);
}

#define ROWS_KEPT	1024

/* An auid that is unset means that nobody logged in: null. */
static const char *json_value(const struct event *e, const char *key)
{
	const char *value = event_get(e, key);
	const char *end = strrchr(key, '_');

	if (!value && !strcmp(key, "count"))
		return "1";
	if (value && !strcmp(end ? end + 1 : key, "auid") &&
	    strtoull(value, NULL, 10) == NFG_NO_AUID)
		return NULL;
	return value;
}

static void show_to_programs(const struct event_view *view, const struct event *e)
{
	const struct column *c;
	struct buf b = { 0 };
	const char *value;
	size_t i;

	/* There may be any number: they are not all kept. */
	if (view->table && view->shown % ROWS_KEPT == 0)
		table_print_rows(view->table);
	if (view->table)
		table_row(view->table);
	for (i = 0; i < ARRAY_SIZE(json_columns); i++) {
		c = &json_columns[i];
		value = json_value(e, c->key);
		if (view->table)
			table_text(view->table, c->key, value);
		else if (value)
			json_field(&b, c, value);
	}
	if (b.s)
		printf("{%s}\n", b.s);
	buf_free(&b);
}

static void show_lost(struct event_view *view, unsigned long long lost)
{
	view->lost += lost;
	if (view->table)
		return;
	flush_held(view);
	if (view->json)
		printf("{\"lost\": %llu}\n", lost);
	else
		msg_warn("%llu events were lost: they came faster than they could be printed",
			 lost);
}

/**
 * event_view_line - show an event
 * @view: how
 * @line: its line; it is cut up
 */
void event_view_line(struct event_view *view, char *line)
{
	char *whole = xstrdup(line);
	struct event e;

	if (!event_parse(&e, line)) {
		msg_warn("can't parse this event: %s", esc(whole));
	} else if (e.lost) {
		show_lost(view, e.lost);
	} else {
		if (!view->kept++)
			view->oldest = event_seconds(&e);
		if (event_wanted(&view->filter, &e)) {
			view->shown++;
			if (view->json)
				show_to_programs(view, &e);
			else
				show_to_people(view, &e);
		}
	}
	event_free(&e);
	free(whole);
}

/**
 * event_view_lines - shows events as they come
 * @view: how
 * @text: their lines; it is cut up
 *
 * None is held back for equal ones that may never come.
 */
void event_view_lines(struct event_view *view, char *text)
{
	char *line;

	while ((line = next_line(&text)))
		event_view_line(view, line);
	flush_held(view);
}

/**
 * event_view_begin - begins to show events
 * @view: how; ended by event_view_end()
 * @follow: whether each is printed as it comes
 */
void event_view_begin(struct event_view *view, bool follow)
{
	view->host_netns = read_host_netns();
	if (!follow) {
		view->table = view->json ?
			table_new("events", json_columns,
				  ARRAY_SIZE(json_columns), true) :
			table_new("events", people_columns, EVENT_COLUMNS, false);
	} else if (!view->json) {
		set_widths(view);
		print_headings(view);
	}
}

/* Prints the table, if there is one. */
void event_view_end(struct event_view *view)
{
	flush_held(view);
	if (view->table) {
		table_print(view->table);
		table_free(view->table);
	}
	free(view->host_netns);
}
