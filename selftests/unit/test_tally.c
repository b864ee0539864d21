// SPDX-License-Identifier: GPL-2.0-only
/* Tests of userspace/guard/tally.c: what nfguard top shows, without a terminal. */
#include <string.h>

#include "tap.h"
#undef ARRAY_SIZE
#undef __printf
#include "guard/tally.h"

static void line(struct tally *t, double time, const char *verdict,
		 const char *name, const char *comm, const char *path)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "seq=1 time=%.6f %s load name=%s rule=\"deny %s\" pid=7 comm=%s uid=0 cgroup_path=\"%s\"",
		 time, verdict, name, name, comm, path);
	tally_line(t, text);
}

static const struct tally_row *find(const struct tally *t, enum tally_by by,
				    const char *label)
{
	const struct tally_row **view, *row = NULL;
	size_t i, n = tally_view(t, by, TALLY_MOST, NULL, &view);

	for (i = 0; i < n; i++)
		if (!strcmp(view[i]->label, label))
			row = view[i];
	free(view);
	return row;
}

/* The labels in the view's order, each followed by a blank. */
static const char *labels(const struct tally *t, enum tally_by by,
			  enum tally_order order, const char *filter)
{
	static char text[512];
	const struct tally_row **view;
	size_t i, n = tally_view(t, by, order, filter, &view);

	*text = '\0';
	for (i = 0; i < n; i++) {
		strcat(text, view[i]->label);
		strcat(text, " ");
	}
	free(view);
	return text;
}

static void test_events(void)
{
	static struct tally t;
	const struct tally_row *row;

	tally_begin(&t, 1000.5);
	line(&t, 1000.4, "deny", "a", "one", "/system.slice/web.service");
	line(&t, 1000.5, "deny", "b", "one", "/");
	line(&t, 1003, "would-deny", "c", "two", "/");
	line(&t, 1004, "allow", "d", "three", "/");
	row = find(&t, TALLY_PROGRAM, "one");
	point(row && row->total == 2 && row->fresh == 1,
	      "what happened before the start is in the total alone");
	point(row && !strcmp(row->last_name, "b") && row->last == 1000 &&
	      !strcmp(row->last_who, "(host)"), "the last event is remembered");
	row = find(&t, TALLY_CONTAINER, "web.service");
	point(row && row->total == 1 && !row->fresh &&
	      !strcmp(row->last_who, "one"), "a container is a row");
	point(!find(&t, TALLY_PROGRAM, "three"), "what was allowed is no denial");
	point(t.n_events == 4 && !strcmp(tally_event_at(&t, 0)->name, "d") &&
	      !strcmp(tally_event_at(&t, 3)->who, "one[7]") &&
	      !tally_event_at(&t, 4), "the newest event is the first");
	point(tally_event_wanted(tally_event_at(&t, 3), "web") &&
	      !tally_event_wanted(tally_event_at(&t, 0), "web"),
	      "events are filtered");
	tally_free(&t);
}

/* One line of the kernel's can be many verdicts; not each is a denial. */
static void test_counts(void)
{
	static struct tally t;
	const struct tally_row *row;

	tally_begin(&t, 1000);
	line(&t, 999, "deny", "a", "one", "/");
	line(&t, 1001, "deny", "a", "one",
	     "/\" count=7000 first=1000.100000 more=\"");
	line(&t, 1002, "unenforced", "a", "one", "/");
	line(&t, 1003, "unjudged", "a", "one", "/");
	row = find(&t, TALLY_PROGRAM, "one");
	point(row && row->total == 7001 && row->fresh == 7000,
	      "each of equal verdicts counts");
	point(row->last == 1001 && t.n_events == 4,
	      "what may have gone through is shown, but no denial");
	point(tally_event_at(&t, 2)->count == 7000 &&
	      tally_event_at(&t, 0)->count == 1, "events have their count");
	tally_free(&t);
}

static void test_order_and_filter(void)
{
	static struct tally t;
	int i;

	tally_begin(&t, 100);
	for (i = 0; i < 9; i++)
		line(&t, 101, "deny", "x", "often", "/");
	tally_tick(&t, 30);
	for (i = 0; i < 2; i++)
		line(&t, 130, "deny", "y", "late", "/");
	line(&t, 90, "deny", "z", "before", "/");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_MOST, ""),
		      "often late before "), "by count");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_FASTEST, ""),
		      "late often before "), "by rate");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_LATEST, ""),
		      "late often before "), "by time");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_NAME, ""),
		      "before late often "), "by name");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_NAME, "fte"), "often "),
	      "a part of the label");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_NAME, "y"), "late "),
	      "a part of the name");
	point(!strcmp(labels(&t, TALLY_PROGRAM, TALLY_NAME, "[bl]*"),
		      "before late "), "a pattern");
	tally_free(&t);
}

static void test_rates(void)
{
	static struct tally t;
	const struct tally_row *row;
	int s, i;

	tally_begin(&t, 0);
	for (s = 1; s <= 20; s++) {
		for (i = 0; i < 5; i++)
			line(&t, s, "deny", "x", "p", "/");
		if (s == 1)
			point(tally_rate(&t, find(&t, TALLY_PROGRAM, "p")) == 5,
			      "a rate in the first second");
		tally_tick(&t, s);
	}
	row = find(&t, TALLY_PROGRAM, "p");
	point(tally_average(&t, row) == 5 && tally_rate(&t, row) == 5,
	      "a constant rate");
	tally_tick(&t, 40);
	point(tally_average(&t, row) == 2.5 && !tally_rate(&t, row),
	      "once it is over, the average falls and the rate is 0");
	tally_free(&t);
}

static void rules(struct tally *t, const char *text, unsigned long long requests,
		  unsigned long long loads)
{
	char *name = strdup("n"), *comm = strdup("c"), *copy = strdup(text);
	struct kif_rule rule = {
		.number = 1, .request_denied = requests, .load_would_deny = loads,
		.last = requests, .name = name, .comm = comm, .text = copy,
	};
	struct kif_rules list = { .list = &rule, .n = 1 };

	tally_rules(t, &list);
	free(name);
	free(comm);
	free(copy);
}

static void test_rules(void)
{
	static struct tally t;
	const struct tally_row *row;

	tally_begin(&t, 0);
	rules(&t, "deny a", 10, 5);
	row = find(&t, TALLY_RULE, "deny a");
	point(row && row->total == 15 && !row->fresh,
	      "what a rule denied before the start is not fresh");
	rules(&t, "deny a", 11, 7);
	row = find(&t, TALLY_RULE, "deny a");
	point(row->total == 18 && row->fresh == 3, "what it denied since is");
	rules(&t, "deny b", 4, 0);
	point(!strcmp(labels(&t, TALLY_RULE, TALLY_NAME, ""), "deny b "),
	      "a rule that is no longer in force is not shown");
	row = find(&t, TALLY_RULE, "deny b");
	point(row->fresh == 4, "all that a new rule denied is fresh");
	rules(&t, "deny a", 1, 0);
	row = find(&t, TALLY_RULE, "deny a");
	point(row->total == 1 && row->fresh == 4,
	      "a rule that came back counts from 0");
	tally_free(&t);
}

/* Names that askers choose don't fill the memory. */
static void test_bounds(void)
{
	static struct tally t;
	char comm[16], lost[] = "lost=3", junk[] = "junk", empty[] = "";
	int i;

	tally_begin(&t, 0);
	for (i = 0; i < 2 * TALLY_ROWS; i++) {
		snprintf(comm, sizeof(comm), "p%d", i);
		line(&t, 1, "deny", comm, comm, "/");
	}
	tally_line(&t, lost);
	tally_line(&t, junk);
	tally_line(&t, empty);
	point(t.rows[TALLY_PROGRAM].n == TALLY_ROWS + 1 &&
	      find(&t, TALLY_PROGRAM, "(others)")->total == TALLY_ROWS,
	      "more programs than rows share one");
	point(t.n_events == 2 * TALLY_ROWS &&
	      !strcmp(tally_event_at(&t, 0)->name, "p1999") &&
	      !strcmp(tally_event_at(&t, TALLY_EVENTS - 1)->name, "p1000") &&
	      !tally_event_at(&t, TALLY_EVENTS), "the last events are kept");
	point(t.lost == 3, "lost events are counted, and what is no event is not");
	tally_free(&t);
}

int main(void)
{
	tap_begin();
	test_events();
	test_counts();
	test_order_and_filter();
	test_rates();
	test_rules();
	test_bounds();
	return tap_end();
}
