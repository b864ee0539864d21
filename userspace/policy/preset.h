/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * preset.h - the curated policy files that come with nfguard.
 */
#ifndef NFGUARD_PRESET_H
#define NFGUARD_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/* An enabled one is a link of this name in /etc/nfguard.d. */
#define NFG_PRESET_PREFIX	"50-preset-"

/**
 * enum preset_state - whether a preset is read
 * @PRESET_OFF: it is not
 * @PRESET_ON: by a link, so that an update of it is read too
 * @PRESET_OWN: there is another file of its name in /etc/nfguard.d in its place
 * @PRESET_BROKEN: its link leads to no file, so no policy can be applied
 */
enum preset_state {
	PRESET_OFF,
	PRESET_ON,
	PRESET_OWN,
	PRESET_BROKEN,
};

/**
 * struct preset - a preset
 * @name: its name
 * @path: its file, with the root in front; its link, if it is not installed
 * @file: the same, as the system below that root has it; NULL if it is not installed
 * @link: its link, with the root in front
 * @about: the first line of its heading
 * @state: whether it is read
 */
struct preset {
	char *name;
	char *path;
	char *file;
	char *link;
	char *about;
	enum preset_state state;
};

/**
 * struct presets - all of them, in the order of their names
 */
struct presets {
	struct preset *list;
	size_t n;
};

void presets_find(struct presets *p);
int preset_read(const struct preset *preset, struct buf *text);
const struct preset *presets_get(const struct presets *p, const char *name);
char *preset_linked(const char *path);
void presets_free(struct presets *p);
bool preset_file(const char *path);

#endif /* NFGUARD_PRESET_H */
