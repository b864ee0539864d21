// SPDX-License-Identifier: GPL-2.0-only
/*
 * in_root.c - resolves links as the system below a directory would: an absolute one
 * begins at that directory, and none leaves it.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/in_root.h"
#include "base/util.h"

/* As the kernel has it: more are a circle. */
#define LINKS_MAX	40

/**
 * struct walk - a path on its way
 * @at: what was walked, the root included
 * @root: how much of it is the root
 * @rest: what remains
 * @links: how many links were followed
 * @last: also follow a link at the end
 */
struct walk {
	struct buf at;
	size_t root;
	char *rest;
	unsigned int links;
	bool last;
};

static void cut(struct walk *w, size_t len)
{
	w->at.len = len;
	w->at.s[len] = '\0';
}

/* Cuts the last component off, but nothing of the root. */
static void go_up(struct walk *w)
{
	size_t len = w->at.len;

	while (len > w->root && w->at.s[--len] != '/')
		;
	cut(w, len);
}

/* If what was walked ends at a link, its target is to be walked next. */
static void follow(struct walk *w)
{
	char target[PATH_MAX], *joined;
	ssize_t n;

	n = w->links < LINKS_MAX ? readlink(w->at.s, target, sizeof(target) - 1) : -1;
	if (n < 0)
		return;
	target[n] = '\0';
	w->links++;
	joined = xasprintf("%s%s", target, w->rest);
	free(w->rest);
	w->rest = joined;
	if (*target == '/')
		cut(w, w->root);
	else
		go_up(w);
}

static void step(struct walk *w)
{
	char *name = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(name, "/");
	char *rest = xstrdup(name + n);

	if (n == 2 && !strncmp(name, "..", n))
		go_up(w);
	else if (n && !(n == 1 && *name == '.'))
		buf_addf(&w->at, "/%.*s", (int)n, name);
	else
		n = 0;
	free(w->rest);
	w->rest = rest;
	if (n && w->at.len > w->root && (w->last || w->rest[strspn(w->rest, "/")]))
		follow(w);
}

/**
 * in_root - where a path of the system below a directory leads
 * @root: the directory
 * @path: the path there
 * @last: whether to follow a link at its end, too
 *
 * What does not exist is left as it stands: it may be about to be made. A link to
 * /dev/null stays that, as images have no devices.
 *
 * Return: the path from outside; free it.
 */
char *in_root(const char *root, const char *path, bool last)
{
	struct walk w = { .rest = xstrdup(path), .last = last };

	buf_adds(&w.at, root);
	while (w.at.len && w.at.s[w.at.len - 1] == '/')
		cut(&w, w.at.len - 1);
	w.root = w.at.len;
	while (*w.rest) {
		step(&w);
		if (w.links && !strcmp(w.rest, "/dev/null") && w.at.len == w.root)
			cut(&w, w.root = 0);
	}
	free(w.rest);
	if (!w.at.len)
		buf_adds(&w.at, "/");
	return w.at.s;
}
