// SPDX-License-Identifier: GPL-2.0-only
/*
 * drop_ins.c - the *.conf files of several directories. A file shadows files of
 * the same name in later directories, and all are read in the order of their
 * names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/drop_ins.h"
#include "base/paths.h"
#include "base/util.h"

/**
 * drop_in_is_read - whether a file is read, by its name
 * @name: its name
 *
 * Return: whether it ends in ".conf" and does not begin with a dot.
 */
bool drop_in_is_read(const char *name)
{
	static const char suffix[] = ".conf";
	size_t n = strlen(name), k = strlen(suffix);

	return name[0] != '.' && n > k && !strcmp(name + n - k, suffix);
}

/**
 * drop_ins_add - add a file, unless an earlier directory has one of the same name
 * @d: the list
 * @name: the file's name; copied
 * @dir: the index of its directory
 */
void drop_ins_add(struct drop_ins *d, const char *name, size_t dir)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!strcmp(d->list[i].name, name))
			return;
	d->list = xgrow(d->list, d->n, sizeof(*d->list));
	d->list[d->n++] = (struct drop_in){ xstrdup(name), dir };
}

/**
 * drop_ins_scan - add the files of an open directory
 * @d: the list
 * @open: the directory; closed here
 * @dir: its index
 *
 * Return: 0, or the negative errno that ended it early.
 */
int drop_ins_scan(struct drop_ins *d, DIR *open, size_t dir)
{
	struct dirent *entry;
	int err;

	while ((errno = 0, entry = readdir(open)))
		if (drop_in_is_read(entry->d_name))
			drop_ins_add(d, entry->d_name, dir);
	err = -errno;
	closedir(open);
	return err;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct drop_in *)a)->name,
		      ((const struct drop_in *)b)->name);
}

/* Sorts the files into the order in which they are read. */
void drop_ins_sort(struct drop_ins *d)
{
	if (d->n)
		qsort(d->list, d->n, sizeof(*d->list), compare);
}

/**
 * drop_ins_find - find the files in a host's directories, sorted
 * @d: receives them; free with drop_ins_free()
 * @dirs: the directories, first wins; one that can't be read counts as empty
 * @n: how many
 */
void drop_ins_find(struct drop_ins *d, const char *const *dirs, size_t n)
{
	size_t i;

	*d = (struct drop_ins){ 0 };
	for (i = 0; i < n; i++) {
		char *path = path_host(dirs[i]), *real = path_followed(path);
		DIR *open = opendir(real);

		if (open)
			drop_ins_scan(d, open, i);
		free(real);
		free(path);
	}
	drop_ins_sort(d);
}

/**
 * drop_ins_path - the path of a file that drop_ins_find() found
 * @file: the file
 * @dirs: the directories passed to drop_ins_find()
 *
 * Return: the path; free it.
 */
char *drop_ins_path(const struct drop_in *file, const char *const *dirs)
{
	char *link = path_host(dirs[file->dir]), *dir = path_followed(link);
	char *path = xasprintf("%s/%s", dir, file->name);

	free(dir);
	free(link);
	return path;
}

void drop_ins_free(struct drop_ins *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		free(d->list[i].name);
	free(d->list);
	*d = (struct drop_ins){ 0 };
}
