/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stored_mode.h - the mode as a setting of the host: stored for each boot, or chosen
 * for this boot only.
 */
#ifndef NFGUARD_STORED_MODE_H
#define NFGUARD_STORED_MODE_H

#include <stdbool.h>

#include "base/save.h"

/* In /etc/nfguard.d for each boot; in /run/nfguard until the host reboots. */
#define NFG_STORED_MODE		"mode"

/* The remedy for any problem of the file: each replaces it. */
#define STORED_MODE_REMEDY	"nfguard mode enforcing, or nfguard mode permissive"

/**
 * struct stored_mode - what the file says
 * @path: the file
 * @word: NFG_WORD_ENFORCING or NFG_WORD_PERMISSIVE; NULL: no mode is stored
 * @hidden: there is a file that only root may read
 * @problem: why the file can't be used, or NULL; if it can't, @word is permissive
 */
struct stored_mode {
	char *path;
	const char *word;
	bool hidden;
	char *problem;
};

const char *mode_word(const char *text);
void stored_mode_read(struct stored_mode *stored);
void stored_mode_free(struct stored_mode *stored);
bool stored_mode_is(const struct stored_mode *stored, const char *word);
bool stored_mode_say(const struct stored_mode *stored);
const char *stored_mode_next(const struct stored_mode *stored);
const char *stored_mode_elsewhere(const struct stored_mode *stored);
bool stored_mode_digest(char *digest);
int stored_mode_begin(struct save *save, const char *word);

const char *boot_mode_read(void);
void boot_mode_set(const char *word);

#endif /* NFGUARD_STORED_MODE_H */
