// SPDX-License-Identifier: GPL-2.0-only
/*
 * top_screen.c - draws nfguard top with ncurses. All of what is shown is printable
 * ASCII: names are escaped.
 */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "verbs/top_screen.h"

enum pair {
	PAIR_NONE,
	PAIR_BAD,
	PAIR_MILD,
};

static SCREEN *terminal;

/**
 * top_screen_open - takes over the terminal
 *
 * Return: false if its type is unknown; then it is as it was.
 */
bool top_screen_open(void)
{
	int found;

	/* newterm() would leak what it knows of a terminal that it does not know. */
	if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
		return false;
	del_curterm(cur_term);
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	/* Empty if no colour is wanted. */
	if (*colour_bad(stdout) && has_colors()) {
		start_color();
		use_default_colors();
		init_pair(PAIR_BAD, COLOR_RED, -1);
		init_pair(PAIR_MILD, COLOR_YELLOW, -1);
	}
	return true;
}

/* Gives the terminal back as it was. */
void top_screen_close(void)
{
	endwin();
	delscreen(terminal);
}

/* The next key, a printable character or an enum top_key; never waits. */
int top_screen_key(void)
{
	static const struct {
		int key;
		enum top_key means;
	} keys[] = {
		{ KEY_ENTER, TOP_ENTER }, { '\r', TOP_ENTER }, { '\n', TOP_ENTER },
		{ 033, TOP_ESCAPE }, { KEY_BACKSPACE, TOP_BACKSPACE },
		{ '\b', TOP_BACKSPACE }, { 0x7f, TOP_BACKSPACE },
		{ KEY_UP, TOP_UP }, { KEY_DOWN, TOP_DOWN },
		{ KEY_LEFT, TOP_LEFT }, { KEY_RIGHT, TOP_RIGHT },
		{ KEY_PPAGE, TOP_PAGE_UP }, { KEY_NPAGE, TOP_PAGE_DOWN },
		{ KEY_HOME, TOP_HOME }, { KEY_END, TOP_END },
	};
	int key = getch();
	size_t i;

	if (key == ERR)
		return TOP_NONE;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].key == key)
			return keys[i].means;
	return key >= ' ' && key < 0x7f ? key : TOP_OTHER;
}

/* Writes a text at @x, at most @width columns of it, and not beyond the screen. */
static void put(int y, int x, int width, const char *text)
{
	if (y >= LINES || x >= COLS)
		return;
	if (width > COLS - x)
		width = COLS - x;
	if (width > 0)
		mvaddnstr(y, x, esc(text), width);
}

static void put_line(int y, attr_t how, const char *text)
{
	if (y >= LINES)
		return;
	attron(how);
	mvhline(y, 0, ' ', COLS);
	put(y, 0, COLS, text);
	attroff(how);
}

static void clock_text(unsigned long long seconds, char text[16])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(text, 16, "%H:%M:%S", &tm);
}

static void draw_title(const struct top *top)
{
	unsigned long s = top->tally.seconds;
	struct buf line = { 0 };
	char now[16];

	clock_text(time(NULL), now);
	buf_addf(&line, "nfguard top  %s, %s%s, generation %llu",
		 top->st.state == GUARD_WHOLE ? NFG_WORD_GUARDING :
		 NFG_WORD_DEGRADED, top->st.mode,
		 top->st.locked ? ", locked" : "", top->st.generation);
	buf_addf(&line, "   watching for %lu:%02lu:%02lu   %s", s / 3600,
		 s / 60 % 60, s % 60, now);
	put_line(0, A_BOLD, line.s);
	buf_free(&line);
}

static void add_counters(struct buf *line, const char *what, const struct top *top,
			 enum top_counter requests, enum top_counter loads)
{
	const unsigned long long *now = top->counters, *then = top->before;

	buf_addf(line, "%s: requests %llu (+%llu), loads %llu (+%llu)", what,
		 now[requests], now[requests] - then[requests], now[loads],
		 now[loads] - then[loads]);
}

static void draw_counters(const struct top *top)
{
	struct buf line = { 0 };

	if (kif_permissive(&top->st))
		add_counters(&line, "would be denied", top,
			     TOP_REQUEST_WOULD_DENY, TOP_LOAD_WOULD_DENY);
	else
		add_counters(&line, "denied", top, TOP_REQUEST_DENIED,
			     TOP_LOAD_DENIED);
	buf_adds(&line, "   ");
	add_counters(&line, "allowed", top, TOP_REQUEST_ALLOWED,
		     TOP_LOAD_ALLOWED);
	put_line(1, A_NORMAL, line.s);
	buf_free(&line);
}

/* The third line: what the reader must know to take the rest for what it is. */
static void draw_notice(const struct top *top)
{
	const struct kif_status *st = &top->st;
	unsigned long long unenforced = top->counters[TOP_REQUEST_UNENFORCED];
	char *line;

	if (strcmp(st->request_gate, NFG_WORD_ARMED))
		line = xasprintf("the request gate is not armed (%s): nfguard status",
				 st->request_gate);
	else if (strcmp(st->load_gate, NFG_WORD_REGISTERED))
		line = xasprintf("the load gate is not registered (%s): nfguard status",
				 st->load_gate);
	else if (unenforced)
		line = xasprintf("%llu request%s to be denied may have gone through (+%llu): %s",
				 unenforced, PLURAL(unenforced), unenforced -
				 top->before[TOP_REQUEST_UNENFORCED],
				 "nfguard status");
	else if (!strcmp(st->record, NFG_WORD_NONE))
		line = xstrdup("no events are recorded: nfguard events --record denied");
	else if (top->tally.lost)
		line = xasprintf("%llu events were lost, they came too fast; counts by rule hold",
				 top->tally.lost);
	else
		return;
	put_line(2, A_BOLD | COLOR_PAIR(PAIR_BAD), line);
	free(line);
}

/* The columns of the rows, right of the label, which takes what is left. */
enum {
	AT_COUNT, AT_AVERAGE, AT_RATE, AT_TOTAL, AT_LAST, AT_NAME, AT_WHO, ROW_COLUMNS
};

static const int row_widths[ROW_COLUMNS] = {
	[AT_COUNT] = 7, [AT_AVERAGE] = 6, [AT_RATE] = 6, [AT_TOTAL] = 7,
	[AT_LAST] = 8, [AT_NAME] = 14, [AT_WHO] = 16,
};

/* On a narrow screen the last column is not shown. */
static int row_columns(void)
{
	return COLS >= 100 ? ROW_COLUMNS : AT_WHO;
}

static int room_for_label(void)
{
	int i, width = COLS;

	for (i = 0; i < row_columns(); i++)
		width -= row_widths[i] + 1;
	return width > 8 ? width : 8;
}

/* Numbers are on the right, up to the last four columns. */
static void put_columns(int y, const char *label, const char *const *values)
{
	int i, x = room_for_label();

	put(y, 0, x, label);
	for (i = 0; i < row_columns(); i++) {
		int spare = row_widths[i] - (int)strlen(values[i]);

		x++;
		put(y, x + (i < AT_LAST && spare > 0 ? spare : 0),
		    row_widths[i], values[i]);
		x += row_widths[i];
	}
}

static void draw_row(const struct top *top, int y, const struct tally_row *row)
{
	char count[24], average[24], rate[24], total[24], last[16] = "never";
	const char *const values[ROW_COLUMNS] = {
		[AT_COUNT] = count, [AT_AVERAGE] = average, [AT_RATE] = rate,
		[AT_TOTAL] = total, [AT_LAST] = last,
		[AT_NAME] = row->last_name ? row->last_name : "-",
		[AT_WHO] = row->last_who ? row->last_who : "-",
	};
	double now = tally_rate(&top->tally, row);

	snprintf(count, sizeof(count), "%llu", row->fresh);
	snprintf(average, sizeof(average), "%.1f",
		 tally_average(&top->tally, row));
	snprintf(rate, sizeof(rate), "%.1f", now);
	snprintf(total, sizeof(total), "%llu", row->total);
	if (row->last)
		clock_text(row->last, last);
	if (now > 0)
		attron(A_BOLD);
	put_columns(y, row->label, values);
	attroff(A_BOLD);
}

static void draw_row_headings(const struct top *top, int y)
{
	static const char *const labels[TALLY_BYS] = {
		[TALLY_RULE] = "RULE", [TALLY_PROGRAM] = "PROGRAM",
		[TALLY_CONTAINER] = "CONTAINER",
	};
	const char *const headings[ROW_COLUMNS] = {
		[AT_COUNT] = "DENIED", [AT_AVERAGE] = "/S", [AT_RATE] = "NOW/S",
		[AT_TOTAL] = "TOTAL", [AT_LAST] = "LAST", [AT_NAME] = "NAME",
		[AT_WHO] = top->by == TALLY_PROGRAM ? "CONTAINER" : "PROGRAM",
	};

	attron(A_REVERSE);
	mvhline(y, 0, ' ', COLS);
	put_columns(y, labels[top->by], headings);
	attroff(A_REVERSE);
}

/* Draws the rows from @y on, at most up to @end; returns the line below them. */
static int draw_rows(struct top *top, int y, int end)
{
	const struct tally_row **view;
	size_t n = tally_view(&top->tally, top->by, top->order, top->filter,
			      &view);
	size_t i;

	draw_row_headings(top, y++);
	top->page = end > y ? end - y : 1;
	if (n <= top->page)
		top->scroll = 0;
	else if (top->scroll > n - top->page)
		top->scroll = n - top->page;
	for (i = top->scroll; i < n && y < end; i++)
		draw_row(top, y++, view[i]);
	if (!n)
		put(y++, 0, COLS, *top->filter ? "nothing here matches the filter" :
		    "nothing yet");
	free(view);
	return y;
}

static attr_t verdict_looks(const char *verdict)
{
	if (!strcmp(verdict, NFG_WORD_ALLOW))
		return A_NORMAL;
	if (!strcmp(verdict, NFG_WORD_WOULD_DENY))
		return COLOR_PAIR(PAIR_MILD);
	if (!strcmp(verdict, NFG_WORD_DENY))
		return COLOR_PAIR(PAIR_BAD);
	return A_BOLD | A_REVERSE | COLOR_PAIR(PAIR_BAD);
}

static void draw_event(int y, const struct tally_event *e)
{
	attr_t looks = verdict_looks(e->verdict);
	char when[16], *name;

	clock_text(e->time, when);
	put(y, 0, 8, when);
	attron(looks);
	put(y, 9, 10, e->verdict);
	attroff(looks);
	put(y, 20, 7, e->gate);
	name = e->count > 1 ? xasprintf("%llux %s", e->count, e->name) :
	       xstrdup(e->name);
	put(y, 28, 19, name);
	free(name);
	put(y, 48, 16, e->who);
	put(y, 65, COLS >= 100 ? 19 : COLS, e->container);
	if (COLS >= 100)
		put(y, 85, COLS, e->rule);
}

static void draw_events(const struct top *top, int y, int end)
{
	const struct tally_event *e;
	size_t age;

	if (y >= end)
		return;
	attron(A_REVERSE);
	mvhline(y, 0, ' ', COLS);
	put(y, 0, COLS,
	    "TIME     VERDICT    GATE    NAME                PROGRAM          CONTAINER");
	if (COLS >= 100)
		put(y, 85, COLS, "RULE");
	attroff(A_REVERSE);
	y++;
	for (age = 0; y < end; age++) {
		e = tally_event_at(&top->tally, age);
		if (!e)
			break;
		if (tally_event_wanted(e, top->filter))
			draw_event(y++, e);
	}
}

static void draw_keys(const struct top *top)
{
	static const char *const next[TALLY_BYS] = {
		[TALLY_RULE] = "by program", [TALLY_PROGRAM] = "by container",
		[TALLY_CONTAINER] = "by rule",
	};
	static const char *const orders[TALLY_ORDERS] = {
		[TALLY_MOST] = "most", [TALLY_FASTEST] = "fastest",
		[TALLY_LATEST] = "latest", [TALLY_NAME] = "name",
	};
	char *line;

	if (top->typing)
		line = xasprintf("filter: %s_", top->typed);
	else
		line = xasprintf("q quit  s %s  o order (%s)  f filter%s%s%s",
				 next[top->by], orders[top->order],
				 *top->filter ? " (" : "", top->filter,
				 *top->filter ? ")" : "");
	put_line(LINES - 1, top->typing ? A_BOLD : A_NORMAL, line);
	free(line);
}

/**
 * top_screen_draw - draws all
 * @top: what to draw; @top->scroll is kept within what there is
 *
 * The rows get half of the screen; if they need less, the events get the rest.
 */
void top_screen_draw(struct top *top)
{
	int y, end = LINES - 1, half = 4 + (LINES - 6) / 2;

	erase();
	draw_title(top);
	draw_counters(top);
	draw_notice(top);
	y = draw_rows(top, 3, half > 5 ? half : 5);
	draw_events(top, y + 1, end);
	draw_keys(top);
	refresh();
}
