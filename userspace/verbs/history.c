// SPDX-License-Identifier: GPL-2.0-only
/*
 * history.c - shows who changed the policy, the mode and the lock.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diff.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/table.h"
#include "base/when.h"
#include "force/history.h"
#include "verbs/history.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ "N", "number", COLUMN_NUMBER },
	{ NULL, "time", COLUMN_NUMBER },
	{ "TIME", NULL, COLUMN_TIME },
	{ "WHO", "who", COLUMN_CUT },
	{ NULL, "uid", COLUMN_NUMBER },
	{ NULL, "sudo_user", COLUMN_TEXT },
	{ NULL, "tty", COLUMN_TEXT },
	{ NULL, "unit", COLUMN_TEXT },
	{ "COMMAND", "command", COLUMN_CUT | COLUMN_MAY_GO(1) },
	{ NULL, "kind", COLUMN_TEXT },
	{ NULL, "note", COLUMN_TEXT },
	{ "CHANGE", "change", COLUMN_CUT },
	{ NULL, "diff", COLUMN_TEXT },
};

/* A rule without blanks around it; NULL for a comment or an empty line. */
static char *rule_of(char *line)
{
	size_t n;

	line += strspn(line, " \t\r");
	for (n = strlen(line); n && strchr(" \t\r", line[n - 1]); n--)
		line[n - 1] = '\0';
	return *line && *line != '#' ? line : NULL;
}

static bool has_rule(const struct snapshot *s, const char *rule)
{
	bool found = false;
	size_t i;

	for (i = 0; i < s->n && !found; i++) {
		char *text = xstrdup(s->files[i].text), *rest = text, *line;

		while (!found && (line = next_line(&rest))) {
			line = rule_of(line);
			found = line && !strcmp(line, rule);
		}
		free(text);
	}
	return found;
}

/* Adds the rules of one that the other lacks. */
static void add_rules(struct buf *out, char sign, const struct snapshot *of,
		      const struct snapshot *other)
{
	size_t i;

	for (i = 0; i < of->n; i++) {
		char *text = xstrdup(of->files[i].text), *rest = text, *line;

		while ((line = next_line(&rest))) {
			line = rule_of(line);
			if (line && !has_rule(other, line))
				buf_addf(out, "%s%c%s", out->len ? ", " : "",
					 sign, line);
		}
		free(text);
	}
}

/* A change in one line; free it. */
static char *summary(const struct change *c)
{
	struct buf b = { 0 };
	size_t i;

	if (!strcmp(c->kind, HISTORY_MODE))
		return xasprintf("%s -> %s", c->mode_before ? c->mode_before : "unknown",
				 c->mode_after ? c->mode_after : "unknown");
	if (!strcmp(c->kind, HISTORY_LOCK))
		return xstrdup("locked until the reboot");
	if (c->omitted)
		return xstrdup("more than is kept");
	add_rules(&b, '-', &c->before, &c->after);
	add_rules(&b, '+', &c->after, &c->before);
	if (b.len)
		return b.s;
	/* No rule, so a comment, the order, or a name. */
	for (i = 0; i < c->after.n; i++)
		buf_addf(&b, "%s%s", b.len ? ", " : "", c->after.files[i].path);
	for (i = 0; i < c->before.n; i++)
		if (!snapshot_find(&c->after, c->before.files[i].path))
			buf_addf(&b, "%s%s", b.len ? ", " : "",
				 c->before.files[i].path);
	return b.s ? b.s : xstrdup("");
}

static const char *who(const struct change *c)
{
	if (c->login)
		return c->login;
	if (c->sudo_user)
		return c->sudo_user;
	return c->user ? c->user : "unknown";
}

/* With the place: a terminal says that it was a person. */
static char *who_and_where(const struct change *c)
{
	const char *where = c->tty ? c->tty : c->unit;

	return where ? xasprintf("%s (%s)", who(c), where) : xstrdup(who(c));
}

static void add_diff(struct buf *out, const struct snap_file *a,
		     const struct snap_file *b)
{
	const char *path = a ? a->path : b->path;

	if (a && b && (a->link || b->link))
		buf_addf(out, "%s: %s%s -> %s%s\n", esc(path),
			 a->link ? "link to " : "file", a->link ? a->link : "",
			 b->link ? "link to " : "file", b->link ? b->link : "");
	diff_text(path, a ? a->text : NULL, a ? a->len : 0, b ? b->text : NULL,
		  b ? b->len : 0, out);
}

/**
 * change_diff - how the policy files differ before and after a change
 * @c: the change
 * @out: receives the lines
 */
static void change_diff(const struct change *c, struct buf *out)
{
	size_t i;

	buf_add(out, "", 0);
	for (i = 0; i < c->before.n; i++)
		add_diff(out, &c->before.files[i],
			 snapshot_find(&c->after, c->before.files[i].path));
	for (i = 0; i < c->after.n; i++)
		if (!snapshot_find(&c->before, c->after.files[i].path))
			add_diff(out, NULL, &c->after.files[i]);
}

static void fill(struct table *t, const struct change *c, bool json)
{
	char *time = when_text(c->time), *where = who_and_where(c);
	char *change = summary(c);

	table_row(t);
	table_number(t, "number", c->number);
	table_number(t, "time", c->time);
	table_text(t, "TIME", time);
	table_text(t, "who", json ? who(c) : where);
	table_number(t, "uid", c->uid);
	table_text(t, "sudo_user", c->sudo_user);
	table_text(t, "tty", c->tty);
	table_text(t, "unit", c->unit);
	table_text(t, "command", c->command);
	table_text(t, "kind", c->kind);
	table_text(t, "note", c->note);
	table_text(t, "change", change);
	free(change);
	free(where);
	free(time);
}

static void print_change(const struct change *c)
{
	char *time = when_text(c->time), *where = who_and_where(c);
	char *change = summary(c);
	struct buf diff = { 0 };

	printf("change   %lu\n", c->number);
	printf("time     %s\n", time);
	printf("who      %s, as %s\n", esc(where), c->user ? esc(c->user) : "-");
	printf("command  %s\n", c->command ? esc(c->command) : "-");
	if (c->note)
		printf("note     %s\n", esc(c->note));
	printf("change   %s\n", esc(change));
	change_diff(c, &diff);
	if (diff.len)
		printf("\n%s", diff.s);
	buf_free(&diff);
	free(change);
	free(where);
	free(time);
}

static void print_json(const struct history *h, const struct change *only)
{
	struct table *t = table_new("history", columns, ARRAY_SIZE(columns), true);
	struct buf diff = { 0 };
	size_t i;

	for (i = h->n; i-- > 0;)
		if (!only || only == &h->list[i])
			fill(t, &h->list[i], true);
	if (only) {
		change_diff(only, &diff);
		table_lines(t, "diff", diff.s);
	}
	table_print(t);
	table_free(t);
	buf_free(&diff);
}

static void print_all(const struct history *h)
{
	struct table *t;
	size_t i;

	if (!h->n) {
		printf("no change was recorded yet\n");
		return;
	}
	t = table_new("history", columns, ARRAY_SIZE(columns), false);
	for (i = h->n; i-- > 0;)
		fill(t, &h->list[i], false);
	table_print(t);
	table_free(t);
}

/**
 * history_choose - the change that an argument names
 * @h: the history
 * @text: the argument: its number
 *
 * Return: the change, or NULL after an error message.
 */
const struct change *history_choose(const struct history *h, const char *text)
{
	const struct change *c;
	unsigned long number;
	char *end;

	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end) {
		msg_err("'%s': not the number of a change: nfguard history lists them",
			esc(text));
		return NULL;
	}
	c = history_find(h, number);
	if (!c && h->n)
		msg_err("there is no change %lu: there are %lu to %lu: nfguard history lists them",
			number, h->list[0].number, h->list[h->n - 1].number);
	else if (!c)
		msg_err("there is no change %lu: no change was recorded yet", number);
	return c;
}

/**
 * history_get - reads the history
 * @h: receives it; free it with history_free()
 *
 * Return: whether it could be read; if not, that was reported.
 */
bool history_get(struct history *h)
{
	int err = history_read(h);

	if (err)
		msg_err("%s: cannot be read: %s%s", NFG_HISTORY_DIR, strerror(-err),
			err == -EACCES ? ": run it as root" : "");
	return !err;
}

int cmd_history(const struct invocation *inv)
{
	const struct change *only = NULL;
	struct history h;
	int err = NFG_EXIT_WHOLE;

	if (!history_get(&h)) {
		history_free(&h);
		return NFG_EXIT_FAILED;
	}
	if (inv->argc) {
		only = history_choose(&h, inv->argv[0]);
		err = only ? NFG_EXIT_WHOLE : NFG_EXIT_BAD_INPUT;
	}
	if (!err && given(inv, OPT_JSON))
		print_json(&h, only);
	else if (!err && only)
		print_change(only);
	else if (!err)
		print_all(&h);
	history_free(&h);
	return err;
}
