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

/**
 * cmdline_parse - cut a command line into words
 * @c: filled in; free it with cmdline_free()
 * @line: the line
 */
void cmdline_parse(struct cmdline *c, const char *line)
{
	char *word, *next;

	*c = (struct cmdline){ .text = xstrdup(line) };
	for (word = c->text; *word; word = next) {
		next = end_of_word(word);
		if (!strcmp(word, "--"))
			break;
		if (!*word)
			continue;
		c->words = xgrow(c->words, c->n, sizeof(*c->words));
		c->words[c->n++] = word;
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

/**
 * cmdline_next - find the next word "KEY=VALUE" or "KEY"
 * @c: the command line
 * @key: the key
 * @at: where to go on; 0 at first
 *
 * Return: its value, "" if it has none; NULL if there is no further one.
 */
const char *cmdline_next(const struct cmdline *c, const char *key, size_t *at)
{
	while (*at < c->n) {
		const char *word = c->words[(*at)++];

		if (is_key(word, key))
			return word[strlen(key)] ? word + strlen(key) + 1 : "";
	}
	return NULL;
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
 * cmdline_true - whether a parameter is set, as kstrtobool() (lib/kstrtox.c) has it
 * @c: the command line
 * @key: the parameter; of several the last one counts
 */
bool cmdline_true(const struct cmdline *c, const char *key)
{
	const char *value;
	bool is_true = false;
	size_t at = 0;

	while ((value = cmdline_next(c, key, &at)))
		is_true = !*value || strchr("1yYtT", *value) ||
			  !strncasecmp(value, "on", 2);
	return is_true;
}

void cmdline_free(struct cmdline *c)
{
	free(c->words);
	free(c->text);
	*c = (struct cmdline){ 0 };
}
