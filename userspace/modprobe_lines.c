// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_lines.c - the lines of modprobe.d with their places, which libkmod
 * does not tell. As modprobe.d(5) has it: a file shadows those of its name in
 * later directories, and all are read in the order of their names.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "modprobe_lines.h"
#include "name_index.h"
#include "paths.h"
#include "util.h"

/* A file name, and the directory that has it first. */
struct found {
	char *name;
	const char *dir;
};

static int found_compare(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name,
		      ((const struct found *)b)->name);
}

static size_t scan(const char *dir, struct found **found, size_t n,
		   struct name_index *seen)
{
	char *path = path_host(dir);
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || len <= 5 ||
		    strcmp(entry->d_name + len - 5, ".conf") ||
		    name_index_find(seen, entry->d_name) != NAME_NONE)
			continue;
		*found = xgrow(*found, n, sizeof(**found));
		(*found)[n] = (struct found){ xstrdup(entry->d_name), dir };
		name_index_add(seen, (*found)[n].name, n);
		n++;
	}
	if (d)
		closedir(d);
	free(path);
	return n;
}

static void normalise(char *name)
{
	for (; *name && *name != '['; name++)
		if (*name == '-')
			*name = '_';
}

static void add_line(struct modprobe_lines *lines, const char *file,
		     unsigned int number, char *text)
{
	char *save, *command, *name, *word;
	struct buf rest = { 0 };

	command = strtok_r(text, " \t", &save);
	name = command ? strtok_r(NULL, " \t", &save) : NULL;
	if (!name || *command == '#')
		return;
	buf_adds(&rest, "");
	while ((word = strtok_r(NULL, " \t", &save)))
		buf_addf(&rest, "%s%s", rest.len ? " " : "", word);
	lines->list = xgrow(lines->list, lines->n, sizeof(*lines->list));
	lines->list[lines->n] = (struct modprobe_line){
		.file = xstrdup(file), .line = number,
		.command = xstrdup(command), .name = xstrdup(name),
		.rest = rest.s,
	};
	normalise(lines->list[lines->n++].name);
}

/* A backslash at the end of a line joins the next to it. */
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
 * modprobe_lines_read - reads all files of modprobe.d
 * @lines: gets their lines, to be freed with modprobe_lines_free()
 */
void modprobe_lines_read(struct modprobe_lines *lines)
{
	struct name_index seen = { 0 };
	struct found *found = NULL;
	size_t i, n = 0;

	*lines = (struct modprobe_lines){ 0 };
	for (i = 0; i < NFG_MODPROBE_DIRS; i++)
		n = scan(nfg_modprobe_dirs[i], &found, n, &seen);
	name_index_free(&seen);
	if (n)
		qsort(found, n, sizeof(*found), found_compare);
	for (i = 0; i < n; i++) {
		char *dir = path_host(found[i].dir);
		char *path = xasprintf("%s/%s", dir, found[i].name);
		struct buf b = { 0 };

		if (!read_whole(path, NFG_TEXT_MAX, &b))
			read_text(lines, path, b.s);
		buf_free(&b);
		free(path);
		free(dir);
		free(found[i].name);
	}
	free(found);
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
