// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_read.c - reads what history.c recorded.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/history.h"

static void take_word(struct change *c, const char *key, const char *word)
{
	const struct {
		const char *key;
		char **to;
	} words[] = {
		{ "user", &c->user }, { "login", &c->login },
		{ "sudo_user", &c->sudo_user }, { "tty", &c->tty },
		{ "unit", &c->unit }, { "command", &c->command },
		{ "kind", &c->kind }, { "note", &c->note },
		{ "mode_before", &c->mode_before },
		{ "mode_after", &c->mode_after },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].key, key))
			continue;
		free(*words[i].to);
		*words[i].to = word_decode(word);
	}
	if (!strcmp(key, "time"))
		c->time = strtoull(word, NULL, 10);
	else if (!strcmp(key, "uid"))
		c->uid = strtoul(word, NULL, 10);
	else if (!strcmp(key, "boot"))
		c->boot = true;
	else if (!strcmp(key, "omitted"))
		c->omitted = true;
}

/* Takes "KEY BYTES" and the files that follow. */
static bool take_files(struct snapshot *s, const char *word, const char **at,
		       const char *end)
{
	size_t n = strtoul(word, NULL, 10);

	if (n > (size_t)(end - *at))
		return false;
	snapshot_free(s);
	if (!snapshot_parse(s, *at, n))
		return false;
	*at += n;
	return true;
}

static bool parse(struct change *c, const struct buf *text)
{
	const char *at = text->s, *end = text->s + text->len;
	bool ok = text->len && !strncmp(at, HISTORY_FORMAT, strlen(HISTORY_FORMAT));

	if (ok)
		at += strlen(HISTORY_FORMAT);
	while (ok && at < end) {
		const char *eol = memchr(at, '\n', end - at);
		char *line, *word;

		if (!eol)
			return false;
		line = xstrndup(at, eol - at);
		word = strchr(line, ' ');
		at = eol + 1;
		if (!word) {
			ok = !strcmp(line, "end");
			free(line);
			return ok && c->kind;
		}
		*word++ = '\0';
		if (!strcmp(line, "before"))
			ok = take_files(&c->before, word, &at, end);
		else if (!strcmp(line, "after"))
			ok = take_files(&c->after, word, &at, end);
		else
			take_word(c, line, word);
		free(line);
	}
	return false;
}

static void change_free(struct change *c)
{
	free(c->user);
	free(c->login);
	free(c->sudo_user);
	free(c->tty);
	free(c->unit);
	free(c->command);
	free(c->kind);
	free(c->note);
	free(c->mode_before);
	free(c->mode_after);
	snapshot_free(&c->before);
	snapshot_free(&c->after);
}

static void read_change(struct history *h, const char *path, unsigned long number)
{
	struct change c = { .number = number };
	struct buf text = { 0 };

	if (read_whole(path, HISTORY_BYTES_MAX, &text) || !parse(&c, &text)) {
		msg_warn("%s: not a whole record of a change, so it is not shown: remove it",
			 esc(path));
		change_free(&c);
	} else {
		h->list = xgrow(h->list, h->n, sizeof(*h->list));
		h->list[h->n++] = c;
	}
	buf_free(&text);
}

/**
 * history_read - reads the changes that are kept
 * @h: receives them; free it with history_free() in any case
 *
 * Return: 0, also if there are none, or a negative errno.
 */
int history_read(struct history *h)
{
	char *dir = path_conf(NFG_HISTORY_DIR);
	unsigned long *numbers;
	size_t i, n;
	int fd;

	*h = (struct history){ 0 };
	fd = history_open(dir);
	if (fd >= 0) {
		n = history_list(dir, &numbers);
		for (i = 0; i < n; i++) {
			char *path = xasprintf("%s/%lu", dir, numbers[i]);

			read_change(h, path, numbers[i]);
			free(path);
		}
		free(numbers);
		close(fd);
	}
	free(dir);
	return fd >= 0 || fd == -ENOENT ? 0 : fd;
}

const struct change *history_find(const struct history *h, unsigned long number)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->list[i].number == number)
			return &h->list[i];
	return NULL;
}

void history_free(struct history *h)
{
	while (h->n)
		change_free(&h->list[--h->n]);
	free(h->list);
	*h = (struct history){ 0 };
}
