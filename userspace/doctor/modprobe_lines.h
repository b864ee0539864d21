/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modprobe_lines.h - the lines of modprobe.d with their places, which libkmod
 * does not give.
 */
#ifndef NFGUARD_MODPROBE_LINES_H
#define NFGUARD_MODPROBE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/**
 * struct modprobe_line - a line of modprobe.d
 * @file: the file it is in
 * @line: the number of its first line there
 * @command: "blacklist", "install", "alias", "softdep" ...
 * @name: the module or alias that it is about, normalised; empty if there is none
 * @rest: what follows, with single blanks; may be empty
 */
struct modprobe_line {
	char *file;
	unsigned int line;
	char *command;
	char *name;
	char *rest;
};

/**
 * struct modprobe_lines - all of them, in the order in which modprobe reads them
 * @list: the lines
 * @n: how many
 */
struct modprobe_lines {
	struct modprobe_line *list;
	size_t n;
};

static inline bool line_is(const struct modprobe_line *line, const char *command)
{
	return !strcmp(line->command, command);
}

/* libkmod takes the third word, whatever follows it. */
static inline bool line_is_off(const struct modprobe_line *line)
{
	return line_is(line, "alias") && !strncmp(line->rest, "off", 3) &&
	       (!line->rest[3] || line->rest[3] == ' ');
}

void modprobe_lines_read(struct modprobe_lines *lines);
int modprobe_lines_add(struct modprobe_lines *lines, const char *path);
void modprobe_lines_free(struct modprobe_lines *lines);

#endif /* NFGUARD_MODPROBE_LINES_H */
