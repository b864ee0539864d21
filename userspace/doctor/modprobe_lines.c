// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_lines.c - the lines of modprobe.d with their places, which libkmod
 * does not give.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "base/util.h"
#include "doctor/modprobe_lines.h"
#include "tree/names.h"

static void add_line(struct modprobe_lines *lines, const char *file,
		     unsigned int number, char *text)
{
	char *save, *command, *name, *word;
	struct buf rest = { 0 };

	command = strtok_r(text, " \t", &save);
	name = command ? strtok_r(NULL, " \t", &save) : NULL;
	if (!command || *command == '#')
		return;
	buf_adds(&rest, "");
	while ((word = strtok_r(NULL, " \t", &save)))
		buf_addf(&rest, "%s%s", rest.len ? " " : "", word);
	lines->list = xgrow(lines->list, lines->n, sizeof(*lines->list));
	lines->list[lines->n] = (struct modprobe_line){
		.file = xstrdup(file), .line = number,
		.command = xstrdup(command), .name = xstrdup(name ? name : ""),
		.rest = rest.s,
	};
	name_underscore(lines->list[lines->n++].name);
}

/* A backslash at the end of a line joins it with the next. */
static void read_text(struct modprobe_lines *lines, const char *file, char *text)
{
	struct buf joined = { 0 };
	unsigned int number = 0, first = 1;
	char *line;

	while ((line = next_line(&text))) {
		size_t len = strlen(line);

		number++;
		if (len && line[len - 1] == '\\') {
			buf_add(&joined, line, len - 1);
			buf_adds(&joined, " ");
			continue;
		}
		buf_adds(&joined, line);
		add_line(lines, file, first, joined.s);
		buf_free(&joined);
		first = number + 1;
	}
	buf_free(&joined);
}

/**
 * modprobe_lines_add - reads one file
 * @lines: gets its lines after those that it has
 * @path: the file
 *
 * Return: 0, or a negative errno.
 */
int modprobe_lines_add(struct modprobe_lines *lines, const char *path)
{
	char *real = path_followed(path);
	struct buf b = { 0 };
	int err = read_whole(real, NFG_TEXT_MAX, &b);

	if (!err)
		read_text(lines, path, b.s);
	buf_free(&b);
	free(real);
	return err;
}

/**
 * modprobe_lines_read - reads all files of modprobe.d
 * @lines: gets their lines, to be freed with modprobe_lines_free()
 */
void modprobe_lines_read(struct modprobe_lines *lines)
{
	struct drop_ins files;
	size_t i;

	*lines = (struct modprobe_lines){ 0 };
	drop_ins_find(&files, nfg_modprobe_dirs, NFG_MODPROBE_DIRS);
	for (i = 0; i < files.n; i++) {
		char *path = drop_ins_path(&files.list[i], nfg_modprobe_dirs);

		modprobe_lines_add(lines, path);
		free(path);
	}
	drop_ins_free(&files);
}

void modprobe_lines_free(struct modprobe_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->n; i++) {
		free(lines->list[i].file);
		free(lines->list[i].command);
		free(lines->list[i].name);
		free(lines->list[i].rest);
	}
	free(lines->list);
	*lines = (struct modprobe_lines){ 0 };
}
