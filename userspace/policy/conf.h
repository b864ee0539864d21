/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf.h - the policy files: finding, reading and parsing them.
 */
#ifndef NFGUARD_CONF_H
#define NFGUARD_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/msg.h"
#include "tree/names.h"

enum verdict {
	VERDICT_ALLOW,
	VERDICT_DENY,
};

enum scope {
	SCOPE_ANY,
	SCOPE_UNPRIVILEGED,
	SCOPES,
};

const char *verdict_word(enum verdict v);
const char *scope_word(enum scope s);
bool verdict_parse(const char *s, size_t n, enum verdict *v);

/**
 * struct conf_word - a name in a rule
 * @name: normalised; of a group, with its '@'
 * @kind: name, pattern or group
 * @alias: written as alias:NAME
 * @line: where it stands
 * @col: byte from 1
 * @start: offset of its first byte in the file
 * @end: offset behind its last
 */
struct conf_word {
	char *name;
	enum name_kind kind;
	bool alias;
	unsigned int line;
	unsigned int col;
	size_t start;
	size_t end;
};

/**
 * struct conf_rule - a logical line with a verdict
 * @file: where it stands
 * @line: its first line
 * @text: without comment, blanks folded
 * @verdict: allow or deny
 * @scope: for whom
 * @words: what it names
 * @n_words: how many
 * @start: offset of the line in the file
 * @end: offset behind its newline
 * @before: offset where the words before the first name end
 */
struct conf_rule {
	const struct conf_file *file;
	unsigned int line;
	char *text;
	enum verdict verdict;
	enum scope scope;
	struct conf_word *words;
	size_t n_words;
	size_t start;
	size_t end;
	size_t before;
};

/**
 * struct conf_file - a policy file
 * @path: where it lies
 * @text: what it holds
 * @len: bytes of @text
 * @first: offset of the first line that says anything, @len if none does
 */
struct conf_file {
	char *path;
	char *text;
	size_t len;
	size_t first;
};

/**
 * struct conf - all that the policy files say
 * @files: the files in their order
 * @n_files: how many
 * @rules: the rules in their order
 * @n_rules: how many
 * @dflt: the default verdict
 * @dflt_file: the file that states it, NULL: none does
 * @dflt_line: the line that states it
 */
struct conf {
	struct conf_file **files;
	size_t n_files;
	struct conf_rule **rules;
	size_t n_rules;
	enum verdict dflt;
	const struct conf_file *dflt_file;
	unsigned int dflt_line;
};

/**
 * struct conf_candidate - content that a file is to have, before it has it
 * @dir: directory, of nfg_conf_dirs
 * @name: file name in it
 * @text: the content, NULL: as if the file were not there
 * @len: its length
 */
struct conf_candidate {
	const char *dir;
	const char *name;
	const char *text;
	size_t len;
};

enum conf_which {
	CONF_ALL,
	CONF_LASTING,	/* without those of /run */
};

void conf_parse(struct conf *conf, const char *path, const char *text,
		size_t len, struct diags *diags);
void conf_read(struct conf *conf, enum conf_which which,
	       const struct conf_candidate *candidate, struct diags *diags);
int conf_read_file(int dirfd, const char *dir, const char *name, char **text,
		   size_t *len, struct diags *diags);
int conf_open_dir(const char *dir, struct diags *diags);
const struct conf_file *conf_find_file(const struct conf *conf,
				       const char *path);
void conf_free(struct conf *conf);

#endif /* NFGUARD_CONF_H */
