// SPDX-License-Identifier: GPL-2.0-only
/*
 * mirror_file.c - the file of modprobe.d that nfguard writes: how it is known.
 */
#include <string.h>

#include "base/paths.h"
#include "base/util.h"
#include "tree/mirror_file.h"

/* More than all modules of a kernel could need. */
#define TEXT_MAX	(4u << 20)

/**
 * mirror_file_is_ours - whether nfguard wrote a file
 * @path: a file of modprobe.d
 *
 * Return: whether it has the mirror's name and first line.
 */
bool mirror_file_is_ours(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf text = { 0 };
	bool ours;

	if (strcmp(slash ? slash + 1 : path, NFG_MIRROR_FILE))
		return false;
	ours = !read_whole(path, TEXT_MAX, &text) &&
	       !strncmp(text.s, MIRROR_FIRST_LINE, strlen(MIRROR_FIRST_LINE));
	buf_free(&text);
	return ours;
}
