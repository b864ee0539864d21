// SPDX-License-Identifier: GPL-2.0-only
/*
 * top.c - watches denials live. guard/tally.c counts, top_screen.c draws.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "verbs/top_screen.h"
#include "verbs/verb.h"

/* After an event the screen is drawn again at once, but not more often than this. */
#define DRAW_MS		100

static const char *const counter_keys[TOP_COUNTERS] = {
	[TOP_REQUEST_DENIED] = "request_denied",
	[TOP_REQUEST_WOULD_DENY] = "request_would_deny",
	[TOP_REQUEST_ALLOWED] = "request_allowed",
	[TOP_REQUEST_UNENFORCED] = "request_unenforced",
	[TOP_LOAD_DENIED] = "load_denied",
	[TOP_LOAD_WOULD_DENY] = "load_would_deny",
	[TOP_LOAD_ALLOWED] = "load_allowed",
};

/**
 * struct session - the loop around the screen
 * @top: what is shown
 * @pipe: the kernel's events
 * @idle: it had nothing more, so it is not read before the next second
 * @signals: where signals that end the program are read
 * @caught: the one that came, 0: none
 * @quit: the loop is to end
 * @stale: the numbers are to be read again
 * @touched: the screen is to be drawn again
 * @text: what was read of the events and not yet counted
 * @used: how many bytes
 */
struct session {
	struct top top;
	int pipe;
	bool idle;
	int signals;
	int caught;
	bool quit;
	bool stale;
	bool touched;
	char text[1 << 16];
	size_t used;
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

static double wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Reads what has no events of its own; 0 or a negative errno. */
static int read_numbers(struct top *top)
{
	struct kif_counters counters;
	struct kif_rules rules;
	int err, i;

	err = kif_read_status(&top->st);
	if (err)
		return err;
	err = kif_read_counters(&counters);
	for (i = 0; !err && i < TOP_COUNTERS; i++)
		top->counters[i] = kif_counter(&counters, counter_keys[i]);
	kif_counters_free(&counters);
	if (err)
		return err;
	err = kif_read_rules(&rules);
	if (!err)
		tally_rules(&top->tally, &rules);
	kif_rules_free(&rules);
	return err;
}

/* A read may end inside a line; the next one continues it. */
static void take_events(struct session *s)
{
	char *text = s->text, *line, *end;
	ssize_t n;

	n = read(s->pipe, s->text + s->used, sizeof(s->text) - 1 - s->used);
	if (n <= 0) {
		s->idle = true;
		return;
	}
	s->used += n;
	s->text[s->used] = '\0';
	end = strrchr(s->text, '\n');
	if (!end) {
		/* No event is that long. */
		if (s->used == sizeof(s->text) - 1)
			s->used = 0;
		return;
	}
	*end++ = '\0';
	s->stale = true;
	while ((line = next_line(&text)))
		tally_line(&s->top.tally, line);
	s->used -= end - s->text;
	memmove(s->text, end, s->used);
}

static void type_filter(struct top *top, int key)
{
	size_t len = strlen(top->typed);

	if (key == TOP_ENTER) {
		memcpy(top->filter, top->typed, sizeof(top->filter));
		top->scroll = 0;
		top->typing = false;
	} else if (key == TOP_ESCAPE) {
		top->typing = false;
	} else if (key == TOP_BACKSPACE) {
		if (len)
			top->typed[len - 1] = '\0';
	} else if (key >= ' ' && key < 0x7f && len + 1 < sizeof(top->typed)) {
		top->typed[len] = key;
		top->typed[len + 1] = '\0';
	}
}

static void group(struct top *top, int step)
{
	top->by = (top->by + TALLY_BYS + step) % TALLY_BYS;
	top->scroll = 0;
}

static void scroll_up(struct top *top, size_t rows)
{
	top->scroll -= rows < top->scroll ? rows : top->scroll;
}

/* Beyond the end it is corrected when it is drawn. */
static void take_scroll_key(struct top *top, int key)
{
	switch (key) {
	case TOP_UP:
	case 'k':
		scroll_up(top, 1);
		break;
	case TOP_DOWN:
	case 'j':
		top->scroll++;
		break;
	case TOP_PAGE_UP:
		scroll_up(top, top->page);
		break;
	case TOP_PAGE_DOWN:
	case ' ':
		top->scroll += top->page;
		break;
	case TOP_HOME:
		top->scroll = 0;
		break;
	case TOP_END:
		top->scroll = (size_t)-1 / 2;
		break;
	}
}

static void take_key(struct session *s, int key)
{
	struct top *top = &s->top;

	if (top->typing) {
		type_filter(top, key);
		return;
	}
	switch (key) {
	case 'q':
	case 'Q':
		s->quit = true;
		break;
	case 's':
	case TOP_RIGHT:
		group(top, 1);
		break;
	case 'S':
	case TOP_LEFT:
		group(top, -1);
		break;
	case 'o':
		top->order = (top->order + 1) % TALLY_ORDERS;
		break;
	case 'f':
	case '/':
		memcpy(top->typed, top->filter, sizeof(top->typed));
		top->typing = true;
		break;
	default:
		take_scroll_key(top, key);
	}
}

static void take_signal(struct session *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) == sizeof(info))
		s->caught = info.ssi_signo;
	s->quit = true;
}

/* Waits for a key, an event or a signal for at most @ms, and takes it. */
static void wait_and_take(struct session *s, long long ms)
{
	struct pollfd files[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->idle ? -1 : s->pipe, .events = POLLIN },
	};
	int n = poll(files, ARRAY_SIZE(files), ms > 0 ? ms : 0), key;

	if (n > 0 && files[1].revents)
		take_signal(s);
	if (n > 0 && files[2].revents)
		take_events(s);
	/* Also after SIGWINCH, which interrupts the wait: ncurses resizes here. */
	while (!s->quit && (key = top_screen_key()) != TOP_NONE) {
		take_key(s, key);
		s->touched = true;
	}
	/* The terminal is gone. */
	if (n > 0 && files[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		s->quit = true;
}

static int loop(struct session *s)
{
	long long begin = now_ms(), now = begin, second = begin, drawn = 0, next;
	int err;

	while (!s->quit) {
		if (now >= second + 1000) {
			second = now;
			tally_tick(&s->top.tally, (now - begin) / 1000);
			s->idle = false;
			s->stale = true;
		}
		if (s->stale && now >= drawn + DRAW_MS) {
			err = read_numbers(&s->top);
			if (err)
				return err;
			s->stale = false;
			s->touched = true;
			drawn = now;
		}
		if (s->touched)
			top_screen_draw(&s->top);
		s->touched = false;
		next = s->stale ? drawn + DRAW_MS : second + 1000;
		wait_and_take(s, next - now_ms());
		now = now_ms();
	}
	return 0;
}

/* Takes the signals that end a program, so that the terminal is given back first. */
static int catch_signals(sigset_t *ending)
{
	sigemptyset(ending);
	sigaddset(ending, SIGINT);
	sigaddset(ending, SIGTERM);
	sigaddset(ending, SIGHUP);
	sigaddset(ending, SIGQUIT);
	sigprocmask(SIG_BLOCK, ending, NULL);
	return signalfd(-1, ending, SFD_CLOEXEC);
}

static int watch(struct session *s)
{
	const char *term = getenv("TERM");
	sigset_t ending;
	int err;

	s->signals = catch_signals(&ending);
	if (!top_screen_open()) {
		msg_err("top: unknown terminal type '%s': set TERM, for example to linux or xterm, or use nfguard events --follow",
			esc(term ? term : ""));
		return NFG_EXIT_FAILED;
	}
	err = loop(s);
	top_screen_close();
	close(s->signals);
	sigprocmask(SIG_UNBLOCK, &ending, NULL);
	if (s->caught)
		raise(s->caught);
	if (err && s->top.st.state != GUARD_NOT_LOADED) {
		kif_say_debugfs("counters", err);
		return NFG_EXIT_FAILED;
	}
	return kif_say_trouble(&s->top.st);
}

/* Reads what is there before the screen is taken over, to say why if it can't be. */
static int begin(struct session *s)
{
	int err;

	if (!kif_get_status(&s->top.st))
		return NFG_EXIT_FAILED;
	if (s->top.st.state == GUARD_NOT_LOADED || s->top.st.state == GUARD_OFF)
		return kif_say_trouble(&s->top.st);
	tally_begin(&s->top.tally, wall_clock());
	err = read_numbers(&s->top);
	if (err) {
		kif_say_debugfs("counters", err);
		return NFG_EXIT_FAILED;
	}
	memcpy(s->top.before, s->top.counters, sizeof(s->top.before));
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		msg_err("top: this is not a terminal: run it in one, or use nfguard events --follow");
		return NFG_EXIT_FAILED;
	}
	s->pipe = kif_open_events_pipe();
	if (s->pipe >= 0)
		return NFG_EXIT_WHOLE;
	kif_say_debugfs("events", s->pipe);
	return NFG_EXIT_FAILED;
}

int cmd_top(const struct invocation *inv)
{
	static struct session s = { .pipe = -1, .stale = true };
	int worst = begin(&s);

	(void)inv;
	if (s.pipe >= 0) {
		worst = watch(&s);
		close(s.pipe);
	}
	tally_free(&s.top.tally);
	return worst;
}
