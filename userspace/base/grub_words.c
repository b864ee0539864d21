// SPDX-License-Identifier: GPL-2.0-only
/*
 * grub_words.c - what GRUB makes of a line: its quotes and variables. The variables
 * are those of grubenv, and those that grub.cfg sets to one value.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grub_words.h"
#include "base/paths.h"

#define CONFIG_MAX	(4u << 20)

/**
 * struct reader - a line that is read
 * @vars: the variables
 * @at: what remains of it
 * @unknown: the first variable that is not known, or NULL; to be freed
 */
struct reader {
	const struct grub_vars *vars;
	const char *at;
	char *unknown;
};

static const char *get(const struct grub_vars *vars, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < vars->n; i++)
		if (strlen(vars->list[i].name) == n &&
		    !strncmp(vars->list[i].name, name, n))
			return vars->list[i].value;
	return NULL;
}

/* What a variable's name is made of. */
static const char letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_?";

/* Reads "NAME" or "{NAME}" after a dollar sign; another character stands for itself. */
static void take_variable(struct reader *r, struct buf *out)
{
	bool braced = *r->at == '{';
	const char *name = r->at + braced, *value;
	size_t n = strspn(name, letters);

	if (!n || (braced && name[n] != '}')) {
		buf_adds(out, "$");
		return;
	}
	r->at = name + n + braced;
	value = get(r->vars, name, n);
	if (value)
		buf_adds(out, value);
	else if (!r->unknown)
		r->unknown = xstrndup(name, n);
}

/* Reads up to the closing quote. */
static void take_quoted(struct reader *r, char quote, struct buf *out)
{
	while (*r->at && *r->at != quote) {
		char c = *r->at++;

		if (quote == '"' && c == '$') {
			take_variable(r, out);
			continue;
		}
		if (quote == '"' && c == '\\' && *r->at && strchr("$\"\\", *r->at))
			c = *r->at++;
		buf_add(out, &c, 1);
	}
	r->at += *r->at == quote;
}

/* Reads a word, without its quotes; returns whether a blank is part of it. */
static bool take_word(struct reader *r, struct buf *word)
{
	bool quote = false;

	buf_adds(word, "");
	while (*r->at && !strchr(" \t;", *r->at)) {
		char c = *r->at++;
		size_t from = word->len;

		if (c == '"' || c == '\'') {
			take_quoted(r, c, word);
			quote |= !!strpbrk(word->s + from, " \t");
		} else if (c == '$') {
			take_variable(r, word);
		} else {
			if (c == '\\' && *r->at)
				c = *r->at++;
			quote |= c == ' ';
			buf_add(word, &c, 1);
		}
	}
	return quote;
}

/**
 * grub_words - what a command of grub.cfg is given
 * @vars: the variables
 * @line: what follows the command
 * @unknown: receives the first variable whose value is not known, or NULL; free it
 *
 * Return: the words as a kernel command line, to be freed.
 */
char *grub_words(const struct grub_vars *vars, const char *line, char **unknown)
{
	struct reader r = { .vars = vars, .at = line };
	struct buf out = { 0 };

	buf_adds(&out, "");
	while (*(r.at += strspn(r.at, " \t")) && !strchr(";#", *r.at)) {
		struct buf word = { 0 };
		/* GRUB hands it to the kernel in quotes then. */
		const char *quote = take_word(&r, &word) ? "\"" : "";

		buf_addf(&out, "%s%s%s%s", out.len ? " " : "", quote, word.s, quote);
		buf_free(&word);
	}
	*unknown = r.unknown;
	return out.s;
}

/**
 * grub_variables - a line with the values of variables in place of their names
 * @vars: the variables
 * @line: the line, whose quotes the kernel reads
 * @unknown: as for grub_words()
 *
 * Return: the line, to be freed.
 */
char *grub_variables(const struct grub_vars *vars, const char *line, char **unknown)
{
	struct reader r = { .vars = vars, .at = line };
	struct buf out = { 0 };

	buf_adds(&out, "");
	while (*r.at) {
		char c = *r.at++;

		if (c == '$')
			take_variable(&r, &out);
		else
			buf_add(&out, &c, 1);
	}
	*unknown = r.unknown;
	return out.s;
}

/* Of several values it may have any; an empty one says that it is not used then. */
static void add_var(struct grub_vars *vars, const char *name, size_t n, char *value)
{
	size_t i;

	for (i = 0; i < vars->n; i++) {
		struct grub_var *var = &vars->list[i];

		if (strlen(var->name) != n || strncmp(var->name, name, n))
			continue;
		if (var->value && value && !*var->value) {
			free(var->value);
			var->value = value;
		} else if (var->value && (!value || (*value && strcmp(var->value, value)))) {
			free(var->value);
			free(value);
			var->value = NULL;
		} else {
			free(value);
		}
		return;
	}
	vars->list = xgrow(vars->list, vars->n, sizeof(*vars->list));
	vars->list[vars->n++] = (struct grub_var){ xstrndup(name, n), value };
}

/* NAME=VALUE of grubenv, where a backslash is before what would end the value. */
static void add_saved(struct grub_vars *vars, const char *line)
{
	const char *equals = strchr(line, '='), *at;
	struct buf value = { 0 };

	if (*line == '#' || !equals)
		return;
	buf_adds(&value, "");
	for (at = equals + 1; *at; at++) {
		at += *at == '\\' && at[1];
		buf_add(&value, at, 1);
	}
	add_var(vars, line, equals - line, value.s);
}

/* "[set] NAME=VALUE" of grub.cfg; what grubenv has is loaded over such a default. */
static void add_set(struct grub_vars *vars, size_t saved, const char *line)
{
	const struct grub_vars known = { vars->list, saved };
	struct reader r = { .vars = vars };
	struct buf value = { 0 };
	size_t n;

	line += strspn(line, " \t");
	if (!strncmp(line, "set", 3) && line[3] && strchr(" \t", line[3]))
		line += 3 + strspn(line + 3, " \t");
	n = strspn(line, letters);
	if (!n || line[n] != '=' || get(&known, line, n))
		return;
	r.at = line + n + 1;
	take_word(&r, &value);
	if (r.unknown)
		buf_free(&value);
	free(r.unknown);
	add_var(vars, line, n, value.s);
}

static void read_file(struct grub_vars *vars, const char *name, size_t saved)
{
	char *at = path_host(name), *path = path_followed(at), *text, *line;
	struct buf b = { 0 };

	if (!read_whole(path, CONFIG_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			if (saved == SIZE_MAX)
				add_saved(vars, line);
			else
				add_set(vars, saved, line);
		}
	}
	buf_free(&b);
	free(path);
	free(at);
}

/**
 * grub_vars_read - read the variables
 * @vars: filled in; free it with grub_vars_free()
 */
void grub_vars_read(struct grub_vars *vars)
{
	size_t saved;

	*vars = (struct grub_vars){ 0 };
	read_file(vars, "/boot/grub2/grubenv", SIZE_MAX);
	read_file(vars, "/boot/grub/grubenv", SIZE_MAX);
	saved = vars->n;
	read_file(vars, "/boot/grub2/grub.cfg", saved);
	read_file(vars, "/boot/grub/grub.cfg", saved);
}

void grub_vars_free(struct grub_vars *vars)
{
	size_t i;

	for (i = 0; i < vars->n; i++) {
		free(vars->list[i].name);
		free(vars->list[i].value);
	}
	free(vars->list);
	*vars = (struct grub_vars){ 0 };
}
