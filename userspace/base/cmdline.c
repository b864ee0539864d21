// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - the words of a kernel command line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cmdline.h"
#include "base/paths.h"
#include "base/util.h"

/* As next_arg(), lib/cmdline.c: a quoted part may have blanks. Ends @word in place. */
static char *end_of_word(char *word)
{
	bool quoted = false;

	for (; *word; word++) {
		if (*word == '"')
			quoted = !quoted;
		else if (!quoted && strchr(" \t\n", *word))
			break;
	}
	if (*word)
		*word++ = '\0';
	return word;
}

static void cut_quote(char *word)
{
	size_t n = strlen(word);

	if (n && word[n - 1] == '"')
		word[n - 1] = '\0';
}

/* The same: quotes around the whole, or around its value, are no part of it. */
static char *unquote(char *word)
{
	char *value = strchr(word, '=');

	if (*word == '"') {
		cut_quote(word + 1);
		return word + 1;
	}
	if (value && value[1] == '"') {
		cut_quote(value + 2);
		memmove(value + 1, value + 2, strlen(value + 2) + 1);
	}
	return word;
}

/**
 * cmdline_parse - cut a command line into words
 * @c: filled in; free it with cmdline_free()
 * @line: the line
 */
void cmdline_parse(struct cmdline *c, const char *line)
{
	bool ended = false;
	char *word, *next;

	*c = (struct cmdline){ .text = xstrdup(line) };
	for (word = c->text; *word; word = next) {
		next = end_of_word(word);
		if (!strcmp(word, "--")) {
			ended = true;
		} else if (*word) {
			c->words = xgrow(c->words, c->all, sizeof(*c->words));
			c->words[c->all++] = unquote(word);
			c->n += !ended;
		}
	}
}

/**
 * cmdline_read - read the command line of the running kernel
 * @c: filled in; free it with cmdline_free() in any case
 *
 * Return: whether it could be read; if not, it has no words.
 */
bool cmdline_read(struct cmdline *c)
{
	char *path = path_proc("cmdline");
	struct buf b = { 0 };
	bool ok = !read_whole(path, 1 << 16, &b);

	cmdline_parse(c, ok ? b.s : "");
	buf_free(&b);
	free(path);
	return ok;
}

static bool same_letter(char a, char b)
{
	return a == b || (strchr("-_", a) && strchr("-_", b));
}

/* As parameqn(), kernel/params.c: '-' and '_' are the same. */
static bool is_key(const char *word, const char *key)
{
	while (*key && *word && same_letter(*word, *key)) {
		word++;
		key++;
	}
	return !*key && (!*word || *word == '=');
}

static const char *next_of(const struct cmdline *c, size_t n, const char *key, size_t *at)
{
	while (*at < n) {
		const char *word = c->words[(*at)++];

		if (is_key(word, key))
			return word[strlen(key)] ? word + strlen(key) + 1 : "";
	}
	return NULL;
}

/**
 * cmdline_next - find the next word "KEY=VALUE" or "KEY" of the kernel's
 * @c: the command line
 * @key: the key
 * @at: where to go on; 0 at first
 *
 * Return: its value, "" if it has none; NULL if there is no further one.
 */
const char *cmdline_next(const struct cmdline *c, const char *key, size_t *at)
{
	return next_of(c, c->n, key, at);
}

/**
 * cmdline_next_any - find the next word "KEY=VALUE" or "KEY", after "--" too
 * @c: the command line
 * @key: the key; one that modprobe or systemd reads
 * @at: where to go on; 0 at first
 *
 * Return: as cmdline_next().
 */
const char *cmdline_next_any(const struct cmdline *c, const char *key, size_t *at)
{
	return next_of(c, c->all, key, at);
}

/* Whether one of the values of "KEY=VALUE,VALUE" is @item, in any of such words. */
bool cmdline_lists(const struct cmdline *c, const char *key, const char *item)
{
	size_t n = strlen(item), at = 0, len;
	const char *value;

	while ((value = cmdline_next(c, key, &at))) {
		for (; *value; value += len + (value[len] == ',')) {
			len = strcspn(value, ",");
			if (len == n && !strncmp(value, item, n))
				return true;
		}
	}
	return false;
}

/**
 * word_is_true - whether kstrtobool() (lib/kstrtox.c) takes a value for true
 * @value: the value; none is true
 */
bool word_is_true(const char *value)
{
	return !*value || strchr("1yYtT", *value) || !strncasecmp(value, "on", 2);
}

/**
 * cmdline_true - whether a parameter of a module is set to true
 * @c: the command line
 * @key: the parameter, MODULE.NAME; of several the last one counts, as for modprobe
 */
bool cmdline_true(const struct cmdline *c, const char *key)
{
	const char *value;
	bool is_true = false;
	size_t at = 0;

	while ((value = cmdline_next_any(c, key, &at)))
		is_true = word_is_true(value);
	return is_true;
}

void cmdline_free(struct cmdline *c)
{
	free(c->words);
	free(c->text);
	*c = (struct cmdline){ 0 };
}
