// SPDX-License-Identifier: GPL-2.0-only
/*
 * globs.c - compares the kernel's glob_match(), through the module nfguard_glob, with
 * fnmatch(3) as the nfguard command calls it.
 *
 * globs FILE: matches each line that has a wildcard against every line. Prints a line
 * for each pair on which the two differ, and at the end "PATTERNS patterns, NAMES names,
 * MATCHES matches, DIFFERENCES differences". Exits 0 if there are no differences.
 */
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX	65536

static char *lines[MAX];
static unsigned char kernel[MAX];

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static char *read_all(const char *path, size_t *len)
{
	char *text = malloc(1 << 20);
	FILE *f = fopen(path, "r");

	if (!text || !f)
		die(path);
	*len = fread(text, 1, (1 << 20) - 1, f);
	text[*len] = '\0';
	fclose(f);
	return text;
}

static void put(int fd, const char *text, size_t len)
{
	if (write(fd, text, len) != (ssize_t)len)
		die("/proc/nfguard_glob");
}

/* Asks the kernel which lines a pattern matches. */
static void ask(const char *pattern)
{
	FILE *f = fopen("/proc/nfguard_glob", "r+");
	char question[4096];
	unsigned int n;
	int len;

	if (!f)
		die("/proc/nfguard_glob");
	len = snprintf(question, sizeof(question), "?%s", pattern);
	put(fileno(f), question, len);
	memset(kernel, 0, sizeof(kernel));
	while (fscanf(f, "%u", &n) == 1)
		kernel[n % MAX] = 1;
	fclose(f);
}

int main(int argc, char **argv)
{
	unsigned long matches = 0, differences = 0;
	size_t len, n = 0, patterns = 0, i, k;
	char *text, *line;
	int fd;

	if (argc != 2)
		return 2;
	text = read_all(argv[1], &len);
	fd = open("/proc/nfguard_glob", O_WRONLY);
	if (fd < 0)
		die("/proc/nfguard_glob");
	put(fd, text, len);
	close(fd);
	for (line = strtok(text, "\n"); line && n < MAX; line = strtok(NULL, "\n"))
		lines[n++] = line;
	for (i = 0; i < n; i++) {
		if (!strpbrk(lines[i], "*?["))
			continue;
		patterns++;
		ask(lines[i]);
		for (k = 0; k < n; k++) {
			int match = !fnmatch(lines[i], lines[k], FNM_NOESCAPE);

			matches += match;
			if (match == kernel[k])
				continue;
			differences++;
			printf("%s %s: fnmatch %d, glob_match %d\n", lines[i],
			       lines[k], match, kernel[k]);
		}
	}
	printf("%zu patterns, %zu names, %lu matches, %lu differences\n", patterns, n,
	       matches, differences);
	return differences ? 1 : 0;
}
