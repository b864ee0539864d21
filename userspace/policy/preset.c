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

/* Whether a text is the path of the preset, wherever it was installed. */
static bool leads_to(const char *text, const struct preset *preset)
{
	char *end = xasprintf("/nfguard/presets/%s.conf", preset->name);
	size_t n = strlen(text), k = strlen(end);
	bool is = n > k && !strcmp(text + n - k, end);

	free(end);
	return is;
}

/* Where make install puts them, and where packages do. */
static const char *const dirs[] = {
	"/usr/local/share/nfguard/presets", "/usr/share/nfguard/presets",
};

static enum preset_state state_of(const struct preset *preset)
{
	char *link = path_conf(NFG_EDIT_DIR), *dir = path_followed(link);
	char *path = xasprintf("%s/%s", dir, preset->link), to[PATH_MAX];
	enum preset_state state = PRESET_OWN;
	struct stat st;
	ssize_t n;

	n = readlink(path, to, sizeof(to) - 1);
	if (n >= 0) {
		to[n] = '\0';
		if (leads_to(to, preset))
			state = PRESET_ON;
	} else if (lstat(path, &st)) {
		state = PRESET_OFF;
	}
	free(path);
	free(dir);
	free(link);
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

/**
 * presets_find - finds the presets
 * @p: receives them; free with presets_free()
 */
void presets_find(struct presets *p)
{
	struct drop_ins files = { 0 };
	size_t i;

	*p = (struct presets){ 0 };
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *link = path_conf(dirs[i]), *dir = path_followed(link);
		DIR *open = opendir(dir);

		if (open)
			drop_ins_scan(&files, open, i);
		free(dir);
		free(link);
	}
	drop_ins_sort(&files);
	for (i = 0; i < files.n; i++) {
		const struct drop_in *f = &files.list[i];
		char *dir = path_conf(dirs[f->dir]);
		struct preset *preset;

		p->list = xgrow(p->list, p->n, sizeof(*p->list));
		preset = &p->list[p->n++];
		*preset = (struct preset){
			.name = xstrndup(f->name, strlen(f->name) - strlen(".conf")),
			.path = xasprintf("%s/%s", dir, f->name),
			.link = xasprintf(NFG_PRESET_PREFIX "%s", f->name),
			.file = xasprintf("%s/%s", dirs[f->dir], f->name),
		};
		preset->about = about_of(preset);
		preset->state = state_of(preset);
		free(dir);
	}
	drop_ins_free(&files);
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
