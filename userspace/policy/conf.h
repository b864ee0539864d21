/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf.h - finds, reads and parses the policy files.
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
 * @name: normalised; a group keeps its '@'
 * @kind: name, pattern or group
 * @alias: written as alias:NAME
 * @line: its line
 * @col: its column, in bytes from 1
 * @start: offset of its first byte in the file
 * @end: offset just past its last byte
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
 * @file: the file that it is in
 * @line: its first line
 * @text: its text without the comment, blanks folded
 * @verdict: allow or deny
 * @scope: the askers that it applies to
 * @words: what it names
 * @n_words: how many
 * @start: offset of the line in the file
 * @end: offset just past its newline
 * @before: offset just past the last word before the first name
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
 * @path: its path
 * @text: its content
 * @len: bytes of @text
 * @first: offset of the first line that is not empty, comments aside; @len if
 *	there is none
 */
struct conf_file {
	char *path;
	char *text;
	size_t len;
	size_t first;
};

/**
 * struct conf - what the policy files say
 * @files: the files in their order
 * @n_files: how many
 * @rules: the rules in their order
 * @n_rules: how many
 * @dflt: the default verdict
 * @dflt_file: the file that states it, or NULL
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
 * struct conf_candidate - content that a file is to have but has not yet
 * @dir: its directory, one of nfg_conf_dirs
 * @name: its name there
 * @text: the content, or NULL as if the file did not exist
 * @len: its length
 * @next: another one, or NULL
 */
struct conf_candidate {
	const char *dir;
	const char *name;
	const char *text;
	size_t len;
	const struct conf_candidate *next;
};

enum conf_which {
	CONF_ALL,
	CONF_LASTING,	/* without those in /run */
};

const char *conf_keyword_fault(const char *word, size_t len);
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
