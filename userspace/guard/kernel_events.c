// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_events.c - reads the kernel module's events files.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/paths.h"
#include "guard/kernel_if.h"

/* The kernel's ring, twice: it is read as a whole before anything is made of it. */
#define EVENTS_PIECE	(2u << 20)

static int open_file(const char *file)
{
	char *path = path_debugfs(file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fd = -errno;
	free(path);
	return fd;
}

/* Fills the buffer from @used on, as far as the file goes; -errno, or the length. */
static ssize_t fill(int fd, char *text, size_t used)
{
	ssize_t n = 1;

	while (n && used < EVENTS_PIECE) {
		n = read(fd, text + used, EVENTS_PIECE - used);
		if (n < 0 && errno != EINTR)
			return -errno;
		used += n > 0 ? n : 0;
	}
	text[used] = '\0';
	return used;
}

/**
 * kif_open_events - open the events that the kernel keeps at present
 *
 * Return: a descriptor or a negative errno; -ENOENT without debugfs.
 */
int kif_open_events(void)
{
	return open_file(NFG_DEBUGFS_DIR "/" NFG_EVENTS_FILE);
}

/**
 * kif_each_event - read the events that the kernel keeps at present
 * @fd: what kif_open_events() returned; closed here
 * @each: called for each line, oldest first; may cut it up
 * @data: passed on to @each
 *
 * However many there are, the memory for them does not grow.
 *
 * Return: 0 or a negative errno, @fd if that is one.
 */
int kif_each_event(int fd, void (*each)(char *line, void *data), void *data)
{
	char *text, *rest, *line;
	ssize_t n;

	if (fd < 0)
		return fd;
	text = xcalloc(1, EVENTS_PIECE + 1);
	rest = text;
	while ((n = fill(fd, text, strlen(rest))) > 0) {
		char *end = n == EVENTS_PIECE ? strrchr(text, '\n') : NULL;

		/* The last line of a full buffer goes on in the next one. */
		if (end)
			*end = '\0';
		for (rest = text; (line = next_line(&rest));)
			each(line, data);
		rest = memmove(text, end ? end + 1 : "", end ? text + n - end : 1);
	}
	free(text);
	close(fd);
	return n;
}

/**
 * kif_open_events_pipe - open the events file whose reader waits for the next
 *
 * Return: a descriptor or a negative errno; -ENOENT without debugfs.
 */
int kif_open_events_pipe(void)
{
	return open_file(NFG_DEBUGFS_DIR "/" NFG_EVENTS_PIPE_FILE);
}
