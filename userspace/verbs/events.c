// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - shows who asked for what, when, and which rule decided.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/table.h"
#include "base/when.h"
#include "guard/kernel_if.h"
#include "verbs/event_options.h"
#include "verbs/verb.h"

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
	ASKER_COLUMNS(""),
	{ NULL, "request", COLUMN_TEXT },
	ASKER_COLUMNS("request_"),
};

/* For people. With --follow the widths are fixed, as the widest is not known. */
enum {
	TIME, VERDICT, GATE, NAME, REQUEST, PROGRAM, PARENT, UID, NAMESPACES,
	CONTAINER, RULE, PEOPLE_COLUMNS
};

static const struct column people_columns[PEOPLE_COLUMNS] = {
	[TIME] = { "TIME", NULL, COLUMN_TEXT },
	[VERDICT] = { "VERDICT", NULL, COLUMN_TEXT },
	[GATE] = { "GATE", NULL, COLUMN_TEXT },
	[NAME] = { "NAME", NULL, COLUMN_TEXT },
	[REQUEST] = { "REQUEST", NULL, COLUMN_TEXT },
	[PROGRAM] = { "PROGRAM", NULL, COLUMN_TEXT },
	[PARENT] = { "PARENT", NULL, COLUMN_TEXT },
	[UID] = { "UID", NULL, COLUMN_TEXT },
	[NAMESPACES] = { "NAMESPACES", NULL, COLUMN_TEXT },
	[CONTAINER] = { "CONTAINER", NULL, COLUMN_TEXT },
	[RULE] = { "RULE", NULL, COLUMN_TEXT },
};

static const int widths[PEOPLE_COLUMNS] = {
	[TIME] = 19, [VERDICT] = 10, [GATE] = 7, [NAME] = 20, [REQUEST] = 16,
	[PROGRAM] = 22, [PARENT] = 12, [UID] = 6, [NAMESPACES] = 10,
	[CONTAINER] = 20,
};

/**
 * struct view - how events are shown
 * @filter: which ones
 * @table: collects them; NULL: each is printed as it comes
 * @json: for programs
 * @host_netns: inode number of the first network namespace, as text, or NULL
 * @lost: how many were lost before they could be read
 */
struct view {
	struct event_filter filter;
	struct table *table;
	bool json;
	char *host_netns;
	unsigned long long lost;
};

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
static const char *namespaces(const struct view *view, const struct event *e)
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

static void show_to_people(const struct view *view, const struct event *e)
{
	char *program = xasprintf("%s[%s]", or_dash(event_who(e, "comm")),
				  or_dash(event_who(e, "pid")));
	char *time = when_text(event_seconds(e));
	const char *values[PEOPLE_COLUMNS] = {
		[TIME] = time,
		[VERDICT] = event_get(e, "verdict"),
		[GATE] = event_get(e, "gate"),
		[NAME] = event_get(e, "name"),
		[REQUEST] = or_dash(event_get(e, "request")),
		[PROGRAM] = program,
		[PARENT] = or_dash(event_who(e, "parent")),
		[UID] = or_dash(event_who(e, "uid")),
		[NAMESPACES] = namespaces(view, e),
		[CONTAINER] = or_dash(event_who(e, "container")),
		[RULE] = event_get(e, "rule"),
	};
	int i;

	if (view->table)
		table_row(view->table);
	for (i = 0; i < PEOPLE_COLUMNS; i++) {
		if (view->table)
			table_text(view->table, people_columns[i].heading,
				   values[i]);
		else
			printf("%-*s%s", widths[i], esc(values[i]),
			       i == RULE ? "\n" : " ");
	}
	free(time);
	free(program);
}

/* An auid that is unset means that nobody logged in: null. */
static const char *json_value(const struct event *e, const char *key)
{
	const char *value = event_get(e, key);
	const char *end = strrchr(key, '_');

	if (value && !strcmp(end ? end + 1 : key, "auid") &&
	    strtoull(value, NULL, 10) == NFG_NO_AUID)
		return NULL;
	return value;
}

static void show_to_programs(const struct view *view, const struct event *e)
{
	const struct column *c;
	struct buf b = { 0 };
	const char *value;
	size_t i;

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

static void show_line(struct view *view, char *line)
{
	char *whole = xstrdup(line);
	struct event e;

	if (!event_parse(&e, line)) {
		msg_warn("can't parse this event: %s", esc(whole));
	} else if (e.lost) {
		view->lost += e.lost;
		if (!view->table && view->json)
			printf("{\"lost\": %llu}\n", e.lost);
		else if (!view->table)
			msg_warn("%llu events were lost: they came faster than they could be printed",
				 e.lost);
	} else if (event_wanted(&view->filter, &e)) {
		if (view->json)
			show_to_programs(view, &e);
		else
			show_to_people(view, &e);
	}
	event_free(&e);
	free(whole);
}

static void show_lines(struct view *view, char *text)
{
	char *line;

	while ((line = next_line(&text)))
		show_line(view, line);
}

static int show_kept(struct view *view)
{
	struct buf b = { 0 };
	int err = kif_read_events(&b);

	if (err) {
		kif_say_debugfs("events", err);
		return NFG_EXIT_FAILED;
	}
	view->table = view->json ?
		table_new("events", json_columns, ARRAY_SIZE(json_columns), true) :
		table_new("events", people_columns, PEOPLE_COLUMNS, false);
	show_lines(view, b.s);
	if (view->lost)
		msg_warn("%llu events were lost during reading", view->lost);
	table_print(view->table);
	table_free(view->table);
	buf_free(&b);
	return NFG_EXIT_WHOLE;
}

/* Waits for events; false once the reader of a piped output is gone. */
static bool wait_for_events(int fd)
{
	struct pollfd files[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};

	while (poll(files, ARRAY_SIZE(files), -1) < 0 && errno == EINTR)
		;
	return !(files[1].revents & (POLLERR | POLLHUP | POLLNVAL));
}

/* A read may end inside a line; the next one continues it. */
static int follow_fd(struct view *view, int fd)
{
	static char text[1 << 16];
	size_t used = 0;
	char *end;
	ssize_t n;

	while (wait_for_events(fd)) {
		n = read(fd, text + used, sizeof(text) - 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		used += n;
		text[used] = '\0';
		end = strrchr(text, '\n');
		if (!end)
			continue;
		*end++ = '\0';
		show_lines(view, text);
		used -= end - text;
		memmove(text, end, used);
		if (fflush(stdout))
			break;
	}
	return -EPIPE;
}

static void print_headings(void)
{
	int i;

	for (i = 0; i < PEOPLE_COLUMNS; i++)
		printf("%-*s%s", widths[i], people_columns[i].heading,
		       i == RULE ? "\n" : " ");
	fflush(stdout);
}

static int follow(struct view *view)
{
	int fd = kif_open_events_pipe();
	int err;

	if (fd < 0) {
		kif_say_debugfs("events", fd);
		return NFG_EXIT_FAILED;
	}
	if (!view->json)
		print_headings();
	err = follow_fd(view, fd);
	close(fd);
	if (err == -EPIPE)
		return NFG_EXIT_FAILED;
	msg_err("no more events: %s",
		err ? strerror(-err) : "the kernel module ended its file");
	return NFG_EXIT_FAILED;
}

static int set_record(const struct kif_status *st, const char *word)
{
	if (strcmp(word, NFG_WORD_NONE) && strcmp(word, NFG_WORD_DENIED) &&
	    strcmp(word, NFG_WORD_ALL)) {
		msg_err("events: --record '%s': must be none, denied or all",
			esc(word));
		return NFG_EXIT_BAD_INPUT;
	}
	if (!kif_change_word(NFG_RECORD_FILE, word))
		return NFG_EXIT_FAILED;
	printf("record %s -> %s\n", esc(st->record), word);
	return kif_say_trouble(st);
}

int cmd_events(const struct invocation *inv)
{
	struct view view = { .json = given(inv, OPT_JSON) };
	struct kif_status st;
	int worst;

	if (!event_options_read(&view.filter, inv))
		return NFG_EXIT_BAD_INPUT;
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return kif_say_trouble(&st);
	if (given(inv, OPT_RECORD))
		return set_record(&st, inv->values[OPT_RECORD]);
	view.host_netns = read_host_netns();
	worst = given(inv, OPT_FOLLOW) ? follow(&view) : show_kept(&view);
	free(view.host_netns);
	return nfg_exit_worse(worst, kif_say_trouble(&st));
}
