/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * impact_need.h - the programs of this host, and the denied modules that they need.
 */
#ifndef NFGUARD_IMPACT_NEED_H
#define NFGUARD_IMPACT_NEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "policy/source.h"

/**
 * enum scan - how to read a program's configuration
 * @SCAN_NONE: there is nothing to read
 * @SCAN_NFT: rules of nft, with the files that they include
 * @SCAN_IPTABLES: rules of iptables-restore
 */
enum scan {
	SCAN_NONE,
	SCAN_NFT,
	SCAN_IPTABLES,
};

#define PROGRAM_FILES	8
#define PROGRAM_NEEDS	8

/**
 * struct program - a program that needs modules
 * @unit: its unit, or a shell pattern for it, or what messages call it
 * @binary: it is there if this file is; NULL: if its unit starts
 * @setting_file: a file with a setting on which it depends, or NULL
 * @setting: that setting, as KEY=VALUE, or the word that begins its line
 * @unless: whether it is this program only without that setting
 * @files: what to scan
 * @scan: how
 * @needs: the modules that it needs in any case
 * @iptables: it needs those of iptables too, whichever that is
 * @consequence: what happens without them
 * @told: another check of doctor reports it
 */
struct program {
	const char *unit;
	const char *binary;
	const char *setting_file;
	const char *setting;
	bool unless;
	const char *files[PROGRAM_FILES];
	enum scan scan;
	const char *needs[PROGRAM_NEEDS];
	bool iptables;
	const char *consequence;
	bool told;
};

/* All of them; the last has no unit. */
extern const struct program impact_programs[];

/**
 * struct impact - a module that a program needs, and that is denied
 * @program: the program
 * @module: index of the module in the tree
 * @word: the word in the file that needs it, or NULL
 * @file: the first place that needs it, or that starts or has the program; or NULL
 * @line: its line; 0: all of it
 * @more: how many more places there are
 */
struct impact {
	const struct program *program;
	size_t module;
	char *word;
	char *file;
	unsigned int line;
	unsigned int more;
};

/**
 * struct started - a unit that starts
 * @unit: its name
 * @link: the link by which a target wants it, or a unit that starts it
 */
struct started {
	char *unit;
	char *link;
};

/**
 * struct impacts - all of them
 * @src: the policy
 * @list: those of a program follow each other
 * @n: how many
 * @started: the units that start
 * @n_started: how many
 */
struct impacts {
	const struct source *src;
	struct impact *list;
	size_t n;
	struct started *started;
	size_t n_started;
};

void impact_need(struct impacts *im, const struct program *program,
		 const char *module, const char *word, const char *file,
		 unsigned int line);
void impact_need_name(struct impacts *im, const struct program *program,
		      const char *name, const char *word, const char *file,
		      unsigned int line);
bool impact_read(const char *path, struct buf *text);
void impacts_free(struct impacts *im);

#endif /* NFGUARD_IMPACT_NEED_H */
