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
#include "base/when.h"
#include "guard/kernel_if.h"
#include "verbs/event_options.h"
#include "verbs/event_view.h"
#include "verbs/verb.h"

/* An empty table does not say whether there was nothing, or nothing like that. */
static void say_none(const struct event_view *view, const struct kif_status *st)
{
	char *since = when_text(view->oldest);

	if (view->kept)
		msg_warn("no event matches: there are %zu, since %s", view->kept,
			 since);
	else if (!strcmp(st->record, NFG_WORD_NONE))
		msg_warn("there are no events, and none are recorded: nfguard events --record denied");
	else
		msg_warn("there are no events: nothing was denied since the kernel module was loaded");
	free(since);
}

static void show_line(char *line, void *view)
{
	event_view_line(view, line);
}

static int show_kept(struct event_view *view, const struct kif_status *st)
{
	int fd = kif_open_events(), err;

	if (fd < 0) {
		kif_say_debugfs("events", fd);
		return NFG_EXIT_FAILED;
	}
	event_view_begin(view, false);
	err = kif_each_event(fd, show_line, view);
	if (view->lost)
		msg_warn("%llu events were lost during reading", view->lost);
	event_view_end(view);
	if (err)
		kif_say_debugfs("events", err);
	else if (!view->shown)
		say_none(view, st);
	return err ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
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
static int follow_fd(struct event_view *view, int fd)
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
		event_view_lines(view, text);
		used -= end - text;
		memmove(text, end, used);
		if (fflush(stdout))
			break;
	}
	return -EPIPE;
}

static int follow(struct event_view *view)
{
	int fd = kif_open_events_pipe();
	int err;

	if (fd < 0) {
		kif_say_debugfs("events", fd);
		return NFG_EXIT_FAILED;
	}
	event_view_begin(view, true);
	err = follow_fd(view, fd);
	event_view_end(view);
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
	struct event_view view = {
		.json = given(inv, OPT_JSON),
		.fold = !given(inv, OPT_NO_FOLD),
	};
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
	worst = given(inv, OPT_FOLLOW) ? follow(&view) : show_kept(&view, &st);
	return nfg_exit_worse(worst, kif_say_trouble(&st));
}
