// SPDX-License-Identifier: GPL-2.0-only
/*
 * preset.c - finds the curated policy files that come with nfguard, and which of them
 * are enabled.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/paths.h"
#include "policy/preset.h"

/* Where make install puts them, and where packages do. */
static const char *const dirs[] = {
	"/usr/local/share/nfguard/presets", "/usr/share/nfguard/presets",
};

/**
 * preset_linked - which preset a policy file is a link to
 * @path: the file, with the root in front
 *
 * Wherever the preset was installed, and whether it still is.
 *
 * Return: its name, to be freed; NULL if it is no such link.
 */
char *preset_linked(const char *path)
{
	static const size_t skip = sizeof(NFG_PRESET_PREFIX) - 1;
	const char *file = strrchr(path, '/') + 1;
	char *dir = xstrndup(path, file - 1 - path), *real = path_followed(dir);
	char *at = xasprintf("%s/%s", real, file), *end, to[PATH_MAX], *name = NULL;
	ssize_t n = readlink(at, to, sizeof(to) - 1), k;

	if (n > 0 && drop_in_is_read(file) && !strncmp(file, NFG_PRESET_PREFIX, skip)) {
		end = xasprintf("/nfguard/presets/%s", file + skip);
		k = strlen(end);
		to[n] = '\0';
		if (n > k && !strcmp(to + n - k, end))
			name = xstrndup(file + skip, strlen(file + skip) - strlen(".conf"));
		free(end);
	}
	free(at);
	free(real);
	free(dir);
	return name;
}

static enum preset_state state_of(const char *path)
{
	char *name = preset_linked(path), *real = path_followed(path);
	enum preset_state state = PRESET_OWN;
	struct stat st;

	if (name)
		state = access(real, F_OK) ? PRESET_BROKEN : PRESET_ON;
	else if (lstat(path, &st))
		state = PRESET_OFF;
	free(real);
	free(name);
	return state;
}

/**
 * preset_read - read the file of a preset
 * @preset: the preset
 * @text: receives its content
 *
 * Return: 0, or a negative errno.
 */
int preset_read(const struct preset *preset, struct buf *text)
{
	char *real = path_followed(preset->path);
	int err = read_whole(real, NFG_TEXT_MAX, text);

	free(real);
	return err;
}

/* The first line of the heading that is not the licence. */
static char *about_of(const struct preset *preset)
{
	struct buf b = { 0 };
	char *text, *line, *about = NULL;

	if (!preset_read(preset, &b)) {
		text = b.s;
		while (!about && (line = next_line(&text)))
			if (!strncmp(line, "# ", 2) && !strstr(line, "SPDX"))
				about = xstrdup(line + 2);
	}
	buf_free(&b);
	return about ? about : xstrdup("");
}

static void scan(struct drop_ins *files, const char *dir, size_t index)
{
	char *link = path_conf(dir), *real = path_followed(link);
	DIR *open = opendir(real);

	if (open)
		drop_ins_scan(files, open, index);
	free(real);
	free(link);
}

/* Takes over @name and @path; @file: NULL: it is in none of the directories. */
static void add(struct presets *p, char *name, char *path, char *file)
{
	char *dir = path_conf(NFG_EDIT_DIR);
	struct preset *preset;

	p->list = xgrow(p->list, p->n, sizeof(*p->list));
	preset = &p->list[p->n++];
	*preset = (struct preset){
		.name = name, .path = path, .file = file,
		.link = xasprintf("%s/" NFG_PRESET_PREFIX "%s.conf", dir, name),
	};
	preset->about = about_of(preset);
	preset->state = state_of(preset->link);
	free(dir);
}

static void add_installed(struct presets *p)
{
	struct drop_ins files = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		scan(&files, dirs[i], i);
	for (i = 0; i < files.n; i++) {
		const struct drop_in *f = &files.list[i];
		char *dir = path_conf(dirs[f->dir]);

		add(p, xstrndup(f->name, strlen(f->name) - strlen(".conf")),
		    xasprintf("%s/%s", dir, f->name),
		    xasprintf("%s/%s", dirs[f->dir], f->name));
		free(dir);
	}
	drop_ins_free(&files);
}

/* A preset that is not installed any more has left its link. */
static void add_linked(struct presets *p)
{
	struct drop_ins files = { 0 };
	char *dir = path_conf(NFG_EDIT_DIR);
	size_t i;

	scan(&files, NFG_EDIT_DIR, 0);
	for (i = 0; i < files.n; i++) {
		char *path = xasprintf("%s/%s", dir, files.list[i].name);
		char *name = preset_linked(path);

		if (name && !presets_get(p, name)) {
			add(p, name, path, NULL);
			continue;
		}
		free(name);
		free(path);
	}
	drop_ins_free(&files);
	free(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct preset *)a)->name, ((const struct preset *)b)->name);
}

/**
 * presets_find - finds the presets that are installed, or still linked
 * @p: receives them; free with presets_free()
 */
void presets_find(struct presets *p)
{
	*p = (struct presets){ 0 };
	add_installed(p);
	add_linked(p);
	if (p->n)
		qsort(p->list, p->n, sizeof(*p->list), by_name);
}

/**
 * presets_get - finds a preset by its name
 * @p: the presets
 * @name: the name
 *
 * Return: the preset, or NULL.
 */
const struct preset *presets_get(const struct presets *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (!strcmp(p->list[i].name, name))
			return &p->list[i];
	return NULL;
}

void presets_free(struct presets *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].path);
		free(p->list[i].link);
		free(p->list[i].file);
		free(p->list[i].about);
	}
	free(p->list);
	*p = (struct presets){ 0 };
}

/**
 * preset_file - whether a policy file is a preset, by its place or the name of its link
 * @path: its path
 *
 * A preset is for all kernels, and each lacks some of what it names.
 */
bool preset_file(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && (!strncmp(name + 1, NFG_PRESET_PREFIX, strlen(NFG_PRESET_PREFIX)) ||
			strstr(path, "/nfguard/presets/"));
}
