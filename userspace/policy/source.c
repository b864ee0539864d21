// SPDX-License-Identifier: GPL-2.0-only
/*
 * source.c - reads the policy files and compiles them for a kernel's modules.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/paths.h"
#include "policy/source.h"

/**
 * source_tree - the module tree that policies are compiled for
 * @diags: receives the reason if it can't be read
 *
 * It is large, and it does not change during one command, so it is read once and
 * kept until the program ends.
 *
 * Return: the tree, or NULL.
 */
struct tree *source_tree(struct diags *diags)
{
	static struct tree tree;
	static bool whole;
	char *dir;

	if (whole)
		return &tree;
	dir = path_modules(diags);
	whole = dir && tree_read(&tree, dir, diags);
	free(dir);
	if (whole)
		return &tree;
	tree_free(&tree);
	return NULL;
}

/* Whether a rule names the alias of a symbol, which any module may have. */
static bool names_symbol(const struct conf *conf)
{
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++)
		for (w = 0; w < conf->rules[r]->n_words; w++)
			if (name_is_symbol(conf->rules[r]->words[w].name))
				return true;
	return false;
}

/* Only for the modules about which a rule decides, unless one names a symbol. */
static bool read_symbols(struct source *src, struct tree *tree)
{
	bool *wanted = xcalloc(tree->n_modules, sizeof(*wanted));
	bool ok;
	size_t i;

	for (i = 0; i < tree->n_modules; i++)
		wanted[i] = closure_ruled(&src->closure, i);
	ok = tree_read_symbols(tree, names_symbol(&src->conf) ? NULL : wanted,
			       &src->diags);
	free(wanted);
	return ok;
}

/* A group that could be any of several directories is none of them. */
static bool groups_are_clear(struct source *src)
{
	size_t r, w, d;

	for (r = 0; r < src->conf.n_rules; r++) {
		const struct conf_rule *rule = src->conf.rules[r];

		for (w = 0; w < rule->n_words; w++) {
			const struct conf_word *word = &rule->words[w];
			const struct group *group;
			struct buf dirs = { 0 };

			if (word->kind != NAME_GROUP)
				continue;
			group = closure_group(&src->closure, word->name);
			for (d = 0; group->ambiguous && d < group->n; d++)
				buf_addf(&dirs, "%s@%s", d ? ", " : "",
					 group_dir(group, d));
			if (dirs.len)
				diag_error(&src->diags, rule->file->path,
					   word->line, word->col,
					   "'%s' could be any of several directories: name the one you mean: %s",
					   esc(word->name), esc(dirs.s));
			buf_free(&dirs);
		}
	}
	return !src->diags.errors;
}

/* @tree: NULL: it can't be read */
static bool make_closure(struct source *src, struct tree *tree)
{
	if (!tree)
		return false;
	closure_make(&src->closure, &src->conf, tree);
	return groups_are_clear(src);
}

static void compile(struct source *src, struct tree *tree)
{
	if (!make_closure(src, tree) || !read_symbols(src, tree))
		return;
	policy_compile(&src->policy, &src->closure, &src->diags);
	policy_text(&src->policy, &src->body);
}

/* The kernel module takes no more. */
static void check_rules(struct source *src)
{
	if (src->conf.n_rules > NFG_RULES_MAX)
		diag_error(&src->diags, "policy", 0, 0,
			   "%zu rules exceed the kernel module's limit of %d: put several names into one rule",
			   src->conf.n_rules, NFG_RULES_MAX);
}

/* @tree: what to compile for; NULL: source_tree() */
static bool compile_for(struct source *src, struct tree *tree)
{
	check_rules(src);
	if (!src->diags.errors)
		compile(src, tree ? tree : source_tree(&src->diags));
	return !src->diags.errors;
}

static bool compile_read(struct source *src)
{
	return compile_for(src, NULL);
}

/**
 * source_read - reads and compiles the policy files
 * @src: filled in; free it with source_free() even on failure
 * @candidate: content to use for one file instead of its own, or NULL
 *
 * Return: whether they have no errors and the kernel's modules could be read.
 */
bool source_read(struct source *src, const struct conf_candidate *candidate)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_ALL, candidate, &src->diags);
	return compile_read(src);
}

/**
 * source_read_rulings - reads the policy files and finds the ruling on each module
 * @src: filled in, but for the policy, which is not compiled; free it with
 *	source_free() even on failure
 *
 * The tree has no symbols yet: read those that matter with tree_read_symbols().
 *
 * Return: as source_read().
 */
bool source_read_rulings(struct source *src)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_ALL, NULL, &src->diags);
	check_rules(src);
	return !src->diags.errors && make_closure(src, source_tree(&src->diags));
}

/**
 * source_read_lasting - reads and compiles the policy files that survive a reboot
 * @src: filled in; free it with source_free() even on failure
 *
 * Return: as source_read().
 */
bool source_read_lasting(struct source *src)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_LASTING, NULL, &src->diags);
	return compile_read(src);
}

/**
 * source_read_for - reads and compiles the policy files that survive a reboot for
 * another kernel than source_tree()'s
 * @src: filled in; free it with source_free() even on failure, and before @tree
 * @tree: that kernel's modules
 *
 * Return: as source_read().
 */
bool source_read_for(struct source *src, struct tree *tree)
{
	*src = (struct source){ 0 };
	conf_read(&src->conf, CONF_LASTING, NULL, &src->diags);
	return compile_for(src, tree);
}

/**
 * source_read_text - compiles a text instead of the policy files
 * @src: zeroed; filled in; free it with source_free() even on failure
 * @path: what messages call it
 * @text: the text
 *
 * Return: as source_read().
 */
bool source_read_text(struct source *src, const char *path, const struct buf *text)
{
	conf_parse(&src->conf, path, text->s, text->len, &src->diags);
	return compile_read(src);
}

/**
 * source_read_file - reads and compiles one file instead of the policy files
 * @src: filled in; free it with source_free() even on failure
 * @path: the file, whoever owns it
 *
 * Return: as source_read().
 */
bool source_read_file(struct source *src, const char *path)
{
	struct buf b = { 0 };
	int err;

	*src = (struct source){ 0 };
	err = read_whole(path, NFG_TEXT_MAX, &b);
	if (err)
		diag_error(&src->diags, path, 0, 0, "%s", strerror(-err));
	else
		conf_parse(&src->conf, path, b.s, b.len, &src->diags);
	buf_free(&b);
	return compile_read(src);
}

void source_free(struct source *src)
{
	buf_free(&src->body);
	policy_free(&src->policy);
	closure_free(&src->closure);
	conf_free(&src->conf);
	diags_free(&src->diags);
}
