// SPDX-License-Identifier: GPL-2.0-only
/*
 * record.c - stands in for modprobe: appends the requested name to a file next to
 * itself, PROGRAM.log, and loads nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char text[4096];
	int fd, n;

	if (argc < 2 || snprintf(text, sizeof(text), "%s.log", argv[0]) >=
	    (int)sizeof(text))
		return 1;
	fd = open(text, O_WRONLY | O_APPEND | O_CREAT, 0600);
	n = snprintf(text, sizeof(text), "%s\n", argv[argc - 1]);
	if (fd < 0 || n >= (int)sizeof(text) || write(fd, text, n) != n)
		return 1;
	return 0;
}
