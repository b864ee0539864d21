// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod_index.c - reads the index files that depmod writes.
 *
 * It reads the text files, not the binary ones that modprobe uses: libkmod can
 * look a name up in those, but needs several write(2) a line to list them, and
 * crashes on a truncated one. tree_read() checks that both are present.
 */
#include <stdlib.h>
#include <string.h>

#include "tree/depmod_index.h"

/* Whatever is wrong. */
#define REMEDY	"rebuild the index: depmod"

/**
 * struct reader - the position of a line reader
 * @rest: what follows the current line
 * @end: the end of the text
 * @nul: the first NUL that the text had, which no index has; or NULL
 * @line: the number of the current line, from 1
 * @path: the file, for messages
 * @diags: receives the fault
 */
struct reader {
	char *rest;
	char *end;
	const char *nul;
	unsigned int line;
	const char *path;
	struct diags *diags;
};

static bool fault(const struct reader *r, const char *why, const char *what)
{
	size_t n = strlen(what);

	diag_error(r->diags, r->path, r->line, 0, "'%s': %s: " REMEDY,
		   esc_n(what, n > 80 ? 80 : n), why);
	return false;
}

/*
 * Cuts the next line out; NULL at the end. A last line without a newline was
 * truncated: that is a fault, as is a NUL.
 */
static char *cut_line(struct reader *r, bool *ok)
{
	char *line = r->rest, *newline;

	*ok = true;
	if (line == r->end)
		return NULL;
	r->line++;
	newline = memchr(line, '\n', r->end - line);
	if (!newline) {
		*r->end = '\0';
		*ok = fault(r, "the file is truncated", line);
		return NULL;
	}
	*newline = '\0';
	r->rest = newline + 1;
	if (r->nul && r->nul < newline) {
		*ok = fault(r, "a NUL byte", line);
		return NULL;
	}
	return line;
}

static struct reader reader_of(char *text, size_t len, const char *path,
			       struct diags *diags)
{
	return (struct reader){
		.rest = text, .end = text + len, .nul = memchr(text, '\0', len),
		.path = path, .diags = diags,
	};
}

static bool add_file(struct tree *tree, const struct reader *r,
		     const char *path, bool builtin, size_t *id)
{
	char name[256];

	if (!name_of_file(path, name, sizeof(name)))
		return fault(r, "not a module file", path);
	*id = tree_add_module(tree, name, path, builtin);
	return true;
}

/*
 * The first pass: "PATH:" of each line. The second looks up the paths that
 * follow it.
 */
static bool add_modules(struct tree *tree, struct reader r, struct ids *ids,
			struct ids *needs)
{
	char *line, *text = r.rest;
	bool ok;

	while ((line = cut_line(&r, &ok))) {
		char *colon = strchr(line, ':');
		size_t id;

		if (!colon)
			return fault(&r, "not a line \"MODULE: WHAT IT NEEDS\"",
				     line);
		*colon = '\0';
		if (!add_file(tree, &r, line, false, &id))
			return false;
		ids_add(ids, id);
		ids_add(needs, colon + 1 - text);
	}
	return ok;
}

static bool add_need(struct tree *tree, const struct reader *r, size_t id,
		     const char *path)
{
	char name[256];
	size_t need;

	if (!name_of_file(path, name, sizeof(name)))
		return fault(r, "not a module file", path);
	need = tree_find(tree, name);
	if (need == NAME_NONE)
		return fault(r, "a module needs it, but it has no line of its own",
			     path);
	if (need == id)
		return fault(r, "the module needs itself (a dependency cycle)",
			     path);
	if (ids_have(&tree->modules[need].needs, id))
		return fault(r, "two modules need each other (a dependency cycle)",
			     path);
	if (!ids_have(&tree->modules[id].needs, need)) {
		tree_ids_add(tree, &tree->modules[id].needs, need);
		tree_ids_add(tree, &tree->modules[need].needed_by, id);
	}
	return true;
}

/**
 * index_dep - read modules.dep
 * @tree: receives the modules and what they need
 * @text: the file's content, with a writable byte after it; must live as long as
 *	the tree
 * @len: its length
 * @path: its path, for messages
 * @diags: receives the first fault
 *
 * Return: whether there was none.
 */
bool index_dep(struct tree *tree, char *text, size_t len, const char *path,
	       struct diags *diags)
{
	struct reader r = reader_of(text, len, path, diags);
	struct ids ids = { 0 }, needs = { 0 };
	bool ok = add_modules(tree, r, &ids, &needs);
	size_t i;

	for (i = 0; ok && i < ids.n; i++) {
		char *word, *save;

		r.line++;
		for (word = strtok_r(text + needs.list[i], " \t", &save);
		     ok && word; word = strtok_r(NULL, " \t", &save))
			ok = add_need(tree, &r, ids.list[i], word);
	}
	ids_free(&ids);
	ids_free(&needs);
	return ok;
}

/* "alias ALIAS MODULE", except those of modules that are not @wanted. */
static bool add_lines(struct tree *tree, struct reader *r,
		      enum alias_source source, const bool *wanted)
{
	static const char word[] = "alias ";
	char *line, *alias, *name, *last = NULL;
	size_t module = NAME_NONE;
	bool ok;

	while ((line = cut_line(r, &ok))) {
		if (*line == '#')
			continue;
		alias = line + strlen(word);
		name = memrchr(line, ' ', r->rest - line);
		if (!name || name <= alias || memcmp(line, word, strlen(word)))
			return fault(r, "not a line \"alias ALIAS MODULE\"",
				     line);
		*name++ = '\0';
		/* The aliases of one module follow one another. */
		if (!last || strcmp(name, last))
			module = tree_find(tree, name);
		last = name;
		if (module == NAME_NONE)
			return fault(r, "an alias names it, but modules.dep has no such module",
				     name);
		if (wanted && !wanted[module])
			continue;
		if (!tree_add_alias(tree, alias, source, module))
			return fault(r, "an unmatched bracket", alias);
	}
	return ok;
}

/**
 * index_aliases - read modules.alias
 * @tree: receives the aliases; must have the modules already
 * @text: the file's content, as for index_dep()
 * @len: its length
 * @path: its path, for messages
 * @diags: receives the first fault
 *
 * Return: whether there was none.
 */
bool index_aliases(struct tree *tree, char *text, size_t len, const char *path,
		   struct diags *diags)
{
	struct reader r = reader_of(text, len, path, diags);

	/* About the length of a line. */
	name_index_reserve(&tree->by_alias[ALIAS_INDEX], len / 50);
	return add_lines(tree, &r, ALIAS_INDEX, NULL);
}

/**
 * index_symbols - read modules.symbols, or a part of it
 * @tree: receives the aliases; must have the modules already
 * @text: the file's content, as for index_dep()
 * @len: its length
 * @wanted: for each module whether its symbols are wanted; NULL: all are
 * @path: its path, for messages
 * @diags: receives the first fault
 *
 * Return: whether there was none.
 */
bool index_symbols(struct tree *tree, char *text, size_t len,
		   const bool *wanted, const char *path, struct diags *diags)
{
	struct reader r = reader_of(text, len, path, diags);

	return add_lines(tree, &r, ALIAS_SYMBOL, wanted);
}

/**
 * index_builtin - read modules.builtin
 * @tree: receives what is built into the kernel
 * @text: the file's content, as for index_dep()
 * @len: its length
 * @path: its path, for messages
 * @diags: receives the first fault
 *
 * Return: whether there was none.
 */
bool index_builtin(struct tree *tree, char *text, size_t len, const char *path,
		   struct diags *diags)
{
	struct reader r = reader_of(text, len, path, diags);
	char *line;
	size_t id;
	bool ok;

	while ((line = cut_line(&r, &ok)))
		if (!add_file(tree, &r, line, true, &id))
			return false;
	return ok;
}

/**
 * index_modinfo - read the aliases in modules.builtin.modinfo
 * @tree: receives them; must have what is built in already
 * @text: the file's content, MODULE.KEY=VALUE, each ended by a NUL; must live as
 *	long as the tree
 * @len: its length
 * @path: its path, for messages
 * @diags: receives the first fault
 *
 * A module that modules.builtin lacks is skipped: the kernel's build also lists
 * here what could never be a module.
 *
 * Return: whether there was none.
 */
bool index_modinfo(struct tree *tree, char *text, size_t len,
		   const char *path, struct diags *diags)
{
	static const char key[] = ".alias=";
	char *end = text + len, *at;

	if (len && text[len - 1]) {
		diag_error(diags, path, 0, 0,
			   "the file is truncated: reinstall the kernel's package");
		return false;
	}
	for (; text < end; text += strlen(text) + 1) {
		size_t module;
		char *name;

		at = strstr(text, key);
		if (!at || memchr(text, '=', at - text))
			continue;
		name = xstrndup(text, at - text);
		module = tree_find(tree, name);
		free(name);
		if (module != NAME_NONE)
			tree_add_alias(tree, at + strlen(key), ALIAS_BUILTIN,
				       module);
	}
	return true;
}
