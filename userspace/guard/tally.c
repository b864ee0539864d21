// SPDX-License-Identifier: GPL-2.0-only
/*
 * tally.c - counts denials by rule, program and container while they happen.
 * The counts by rule are the kernel's own; the others are made from events.
 */
#include <stdlib.h>
#include <string.h>

#include "guard/event_filter.h"
#include "guard/tally.h"

#define OTHERS		"(others)"
#define NO_CONTAINER	"(host)"

/* Empty; events from @now on are fresh. */
void tally_begin(struct tally *t, double now)
{
	*t = (struct tally){ .start = now };
}

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = xstrdup(value);
}

static struct tally_row *find_row(struct tally *t, enum tally_by by,
				  const char *label)
{
	struct tally_rows *rows = &t->rows[by];
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (!strcmp(rows->list[i].label, label))
			return &rows->list[i];
	/* Whoever asks chooses these names, and there may be any number. */
	if (by != TALLY_RULE && rows->n >= TALLY_ROWS && strcmp(label, OTHERS))
		return find_row(t, by, OTHERS);
	rows->list = xgrow(rows->list, rows->n, sizeof(*rows->list));
	rows->list[rows->n] = (struct tally_row){ .label = xstrdup(label) };
	return &rows->list[rows->n++];
}

static void count(struct tally *t, enum tally_by by, const char *label,
		  const struct tally_event *e, const char *who, bool fresh)
{
	struct tally_row *row = find_row(t, by, label);

	row->total += e->count;
	row->fresh += fresh ? e->count : 0;
	row->last = e->time;
	set_text(&row->last_name, e->name);
	set_text(&row->last_who, who);
}

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

static void free_event(struct tally_event *e)
{
	free(e->verdict);
	free(e->gate);
	free(e->name);
	free(e->who);
	free(e->container);
	free(e->rule);
}

static struct tally_event *keep(struct tally *t, const struct event *e)
{
	const char *container = event_who(e, "container");
	struct tally_event *kept = &t->events[t->n_events++ % TALLY_EVENTS];

	free_event(kept);
	*kept = (struct tally_event){
		.time = event_seconds(e),
		.count = event_count(e),
		.verdict = xstrdup(event_get(e, "verdict")),
		.gate = xstrdup(event_get(e, "gate")),
		.name = xstrdup(event_get(e, "name")),
		.who = xasprintf("%s[%s]", or_dash(event_who(e, "comm")),
				 or_dash(event_who(e, "pid"))),
		.container = xstrdup(container ? container : NO_CONTAINER),
		.rule = xstrdup(event_get(e, "rule")),
	};
	return kept;
}

static void add_event(struct tally *t, const struct event *e)
{
	const struct tally_event *kept = keep(t, e);
	const char *comm = or_dash(event_who(e, "comm"));
	const char *time = event_get(e, "time");
	bool fresh = time && strtod(time, NULL) >= t->start;

	if (!event_denies(e))
		return;
	count(t, TALLY_PROGRAM, comm, kept, kept->container, fresh);
	count(t, TALLY_CONTAINER, kept->container, kept, comm, fresh);
}

/**
 * tally_line - counts an event
 * @t: the tally
 * @line: a line of the events files; it is cut up
 *
 * A line that is not understood is left out.
 */
void tally_line(struct tally *t, char *line)
{
	struct event e;

	if (event_parse(&e, line)) {
		if (e.lost)
			t->lost += e.lost;
		else
			add_event(t, &e);
	}
	event_free(&e);
}

static void take_rule(struct tally *t, const struct kif_rule *rule)
{
	unsigned long long total = rule->request_denied + rule->load_denied +
				   rule->request_would_deny +
				   rule->load_would_deny;
	struct tally_row *row = find_row(t, TALLY_RULE, rule->text);

	row->gone = false;
	/* One that was gone in between counts from 0 again. */
	if (t->has_rules)
		row->fresh += total < row->total ? total : total - row->total;
	row->total = total;
	row->last = rule->last;
	if (!rule->last)
		return;
	set_text(&row->last_name, rule->name);
	set_text(&row->last_who, rule->comm);
}

/**
 * tally_rules - takes over the counts by rule
 * @t: the tally
 * @rules: the rules in force; what they have denied when this is first called is
 *	not fresh
 */
void tally_rules(struct tally *t, const struct kif_rules *rules)
{
	size_t i;

	for (i = 0; i < t->rows[TALLY_RULE].n; i++)
		t->rows[TALLY_RULE].list[i].gone = true;
	for (i = 0; i < rules->n; i++)
		take_rule(t, &rules->list[i]);
	t->has_rules = true;
}

/**
 * tally_tick - notes that time went by
 * @t: the tally
 * @seconds: the seconds since the start
 */
void tally_tick(struct tally *t, unsigned long seconds)
{
	size_t by, i;

	while (t->seconds < seconds) {
		t->seconds++;
		for (by = 0; by < TALLY_BYS; by++)
			for (i = 0; i < t->rows[by].n; i++) {
				struct tally_row *row = &t->rows[by].list[i];

				row->past[t->seconds % TALLY_WINDOW] = row->fresh;
			}
	}
}

/* Denials of a row per second since the start. */
double tally_average(const struct tally *t, const struct tally_row *row)
{
	return (double)row->fresh / (t->seconds ? t->seconds : 1);
}

/* The same, in the last seconds. */
double tally_rate(const struct tally *t, const struct tally_row *row)
{
	unsigned long span = t->seconds < TALLY_WINDOW - 1 ? t->seconds :
			     TALLY_WINDOW - 1;
	unsigned long long then =
		row->past[(t->seconds - span) % TALLY_WINDOW];

	return (double)(row->fresh - then) / (span ? span : 1);
}

static bool any_matches(const char *filter, const char *const *texts, size_t n)
{
	size_t i;

	if (!filter || !*filter)
		return true;
	for (i = 0; i < n; i++)
		if (event_text_matches(filter, texts[i]))
			return true;
	return false;
}

static bool row_wanted(const struct tally_row *row, const char *filter)
{
	const char *const texts[] = { row->label, row->last_name, row->last_who };

	return !row->gone && any_matches(filter, texts, ARRAY_SIZE(texts));
}

/* Whether an event passes a filter: a shell pattern, or a part of a text. */
bool tally_event_wanted(const struct tally_event *e, const char *filter)
{
	const char *const texts[] = {
		e->verdict, e->gate, e->name, e->who, e->container, e->rule,
	};

	return any_matches(filter, texts, ARRAY_SIZE(texts));
}

/**
 * struct sorting - what to sort rows by
 */
struct sorting {
	const struct tally *t;
	enum tally_order order;
};

static int more(double a, double b)
{
	return (a < b) - (a > b);
}

/* Equal rows come in the order of their totals, then of their names. */
static int compare(const void *a, const void *b, void *data)
{
	const struct tally_row *x = *(const struct tally_row *const *)a;
	const struct tally_row *y = *(const struct tally_row *const *)b;
	const struct sorting *s = data;
	int c = 0;

	switch (s->order) {
	case TALLY_MOST:
		c = more(x->fresh, y->fresh);
		break;
	case TALLY_FASTEST:
		c = more(tally_rate(s->t, x), tally_rate(s->t, y));
		break;
	case TALLY_LATEST:
		c = more(x->last, y->last);
		break;
	case TALLY_NAME:
	case TALLY_ORDERS:
		return strcmp(x->label, y->label);
	}
	if (!c)
		c = more(x->total, y->total);
	return c ? c : strcmp(x->label, y->label);
}

/**
 * tally_view - the rows to show
 * @t: the tally
 * @by: the grouping
 * @order: their order
 * @filter: a shell pattern for a row's texts, or a part of one; "" or NULL: all
 * @view: gets an array of them, to be freed
 *
 * Return: how many.
 */
size_t tally_view(const struct tally *t, enum tally_by by, enum tally_order order,
		  const char *filter, const struct tally_row ***view)
{
	struct sorting sorting = { .t = t, .order = order };
	const struct tally_rows *rows = &t->rows[by];
	size_t i, n = 0;

	*view = xcalloc(rows->n + 1, sizeof(**view));
	for (i = 0; i < rows->n; i++)
		if (row_wanted(&rows->list[i], filter))
			(*view)[n++] = &rows->list[i];
	qsort_r(*view, n, sizeof(**view), compare, &sorting);
	return n;
}

/* The newest event has age 0; NULL: there is none of that age. */
const struct tally_event *tally_event_at(const struct tally *t, size_t age)
{
	if (age >= t->n_events || age >= TALLY_EVENTS)
		return NULL;
	return &t->events[(t->n_events - 1 - age) % TALLY_EVENTS];
}

void tally_free(struct tally *t)
{
	size_t by, i;

	for (by = 0; by < TALLY_BYS; by++) {
		for (i = 0; i < t->rows[by].n; i++) {
			free(t->rows[by].list[i].label);
			free(t->rows[by].list[i].last_name);
			free(t->rows[by].list[i].last_who);
		}
		free(t->rows[by].list);
	}
	for (i = 0; i < TALLY_EVENTS; i++)
		free_event(&t->events[i]);
}
