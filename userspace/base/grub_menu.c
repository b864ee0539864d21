// SPDX-License-Identifier: GPL-2.0-only
/*
 * grub_menu.c - which of the entries in a grub.cfg GRUB boots if nobody chooses another:
 * its default, which grub-reboot(8) and grub-set-default(8) put into grubenv.
 */
#include <stdlib.h>
#include <string.h>

#include "base/grub_menu.h"
#include "base/util.h"

/* The words of a line, without their quotes; *unknown: it has a variable without value. */
static void read_words(const struct grub_menu *menu, const char *line,
		       struct cmdline *words, bool *unknown)
{
	char *variable, *text = grub_words(menu->vars, line, &variable);

	cmdline_parse(words, text);
	*unknown = variable;
	free(variable);
	free(text);
}

/* "set default=VALUE": of several any may count, as conditions are not evaluated. */
static void take_default(struct grub_menu *menu, const char *rest)
{
	struct cmdline words;
	const char *value;
	size_t at = 0;
	bool unknown;

	read_words(menu, rest, &words, &unknown);
	value = unknown ? NULL : cmdline_next(&words, "default", &at);
	if (value && *value) {
		menu->defaults = xgrow(menu->defaults, menu->n, sizeof(*menu->defaults));
		menu->defaults[menu->n++] = xstrdup(value);
	}
	cmdline_free(&words);
}

static void begin(struct grub_menu *menu, const char *rest)
{
	unsigned int number = 0;
	struct grub_level *level;
	bool unknown;

	if (menu->depth <= GRUB_DEPTH)
		number = menu->levels[menu->depth].next++;
	if (++menu->depth > GRUB_DEPTH)
		return;
	level = &menu->levels[menu->depth];
	cmdline_free(&level->words);
	*level = (struct grub_level){ .number = number };
	read_words(menu, rest, &level->words, &unknown);
}

/**
 * grub_menu_line - go on to the next line
 * @menu: the place in the file; at first only its variables are set
 * @command: the first word of the line, or NULL
 * @rest: what follows it, or NULL
 *
 * Return: whether an entry or a submenu begins.
 */
bool grub_menu_line(struct grub_menu *menu, const char *command, const char *rest)
{
	if (!command)
		return false;
	if (*command == '}' && menu->depth)
		menu->depth--;
	if (!rest)
		return false;
	if (!strcmp(command, "set"))
		take_default(menu, rest);
	if (strcmp(command, "menuentry") && strcmp(command, "submenu"))
		return false;
	begin(menu, rest);
	return true;
}

/* What follows a title or id at the beginning of a path, in which it has ">>" for ">". */
static const char *after_name(const char *path, const char *name)
{
	for (; *name; name++, path++) {
		if (*path == '>' && *++path != '>')
			return NULL;
		if (*path != *name)
			return NULL;
	}
	return *path && (*path != '>' || path[1] == '>') ? NULL : path;
}

/* What follows the level at the beginning of a path, or NULL: it leads to another. */
static const char *after_level(const char *path, const struct grub_level *level)
{
	char *number = xasprintf("%u", level->number);
	/* A path that ends at a submenu means the first entry in it. */
	const char *rest = after_name(*path ? path : "0", number);
	size_t i;

	free(number);
	if (rest && !*path)
		rest = path;
	for (i = 0; !rest && *path && i < level->words.all; i++)
		rest = after_name(path, level->words.words[i]);
	return rest && *rest == '>' ? rest + 1 : rest;
}

/* Whether the default may be the entry that the place is in; GRUB ignores what follows. */
bool grub_menu_is_default(const struct grub_menu *menu)
{
	size_t i, d;

	if (!menu->depth || menu->depth > GRUB_DEPTH)
		return false;
	for (i = 0; i < menu->n; i++) {
		const char *path = menu->defaults[i];

		for (d = 1; path && d <= menu->depth; d++)
			path = after_level(path, &menu->levels[d]);
		if (path)
			return true;
	}
	return false;
}

/**
 * grub_menu_free - free what is in it
 * @menu: the place in the file
 */
void grub_menu_free(struct grub_menu *menu)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(menu->levels); i++)
		cmdline_free(&menu->levels[i].words);
	for (i = 0; i < menu->n; i++)
		free(menu->defaults[i]);
	free(menu->defaults);
}
