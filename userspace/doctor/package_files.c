// SPDX-License-Identifier: GPL-2.0-only
/*
 * package_files.c - which files came with the distribution.
 *
 * dpkg lists the files of each package in a file of its own, with the names that the
 * package gave them: /lib may be a link to /usr/lib since.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/util.h"
#include "doctor/package_files.h"

#define DPKG_LISTS	"/var/lib/dpkg/info"
#define LIST_MAX	(64u << 20)

static const char *without_usr(const char *path)
{
	return strncmp(path, "/usr/lib/", 9) ? path : path + 4;
}

/* Whether a line of the list is that path. */
static bool lists(const char *file, const char *path)
{
	struct buf text = { 0 };
	char *rest, *line;
	bool found = false;

	if (!read_whole(file, LIST_MAX, &text) && strstr(text.s, without_usr(path))) {
		rest = text.s;
		while (!found && (line = next_line(&rest)))
			found = !strcmp(without_usr(line), without_usr(path));
	}
	buf_free(&text);
	return found;
}

static bool is_list(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, ".list");
}

/**
 * package_has - whether a file came with a package
 * @path: the file, without the root
 *
 * Where dpkg keeps no lists, all below /usr/lib and /lib counts as a package's.
 *
 * Return: whether it did; it may have been edited since.
 */
bool package_has(const char *path)
{
	char *dir = path_host(DPKG_LISTS);
	struct dirent *entry;
	DIR *d = opendir(dir);
	bool found = false;

	if (!d)
		found = !strncmp(without_usr(path), "/lib/", 5);
	while (d && !found && (entry = readdir(d))) {
		char *file = xasprintf("%s/%s", dir, entry->d_name);

		found = is_list(entry->d_name) && lists(file, path);
		free(file);
	}
	if (d)
		closedir(d);
	free(dir);
	return found;
}
