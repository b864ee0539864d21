// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod_index.c - reads the index files that depmod writes.
 *
 * The text files, not the binary ones that modprobe uses: libkmod can look a
 * name up in those, but can list them only with several write(2) a line, and
 * dies of one that is cut short. tree_read() sees to it that both are there.
 */
#include <stdlib.h>
#include <string.h>

#include "tree/depmod_index.h"

/* What to do about any of it. */
#define WAY_OUT	"make the index anew: depmod"

/**
 * struct reader - where a reader of lines is
 * @rest: what comes after the line at hand
 * @end: the end of the text
 * @nul: the first NUL that the text had, or NULL: it is in no index
 * @line: its number, from 1
 * @path: the file, for messages
 * @diags: where a fault goes
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

	diag_error(r->diags, r->path, r->line, 0, "'%s': %s: " WAY_OUT,
		   esc_n(what, n > 80 ? 80 : n), why);
	return false;
}

/*
 * Cuts the next line out; NULL at the end. A last line without a newline was
 * cut short: it comes out as a fault, as does a NUL.
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
		*ok = fault(r, "the file is cut short", line);
		return NULL;
	}
	*newline = '\0';
	r->rest = newline + 1;
	if (r->nul && r->nul < newline) {
		*ok = fault(r, "a byte that is in no index", line);
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
		return fault(r, "no module's file", path);
	*id = tree_add_module(tree, name, path, builtin);
	return true;
}

/*
 * A first pass, "PATH:" of each line; the second looks the paths up that come
 * behind it.
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
			return fault(&r, "no line of a module and what it needs",
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
		return fault(r, "no module's file", path);
	need = tree_find(tree, name);
	if (need == NAME_NONE)
		return fault(r, "a module needs it, but no line has it", path);
	if (need == id)
		return fault(r, "a module that needs itself (a dependency cycle)",
			     path);
	if (ids_have(&tree->modules[need].needs, id))
		return fault(r, "two modules that need each other (a dependency cycle)",
			     path);
	if (!ids_have(&tree->modules[id].needs, need)) {
		tree_ids_add(tree, &tree->modules[id].needs, need);
		tree_ids_add(tree, &tree->modules[need].needed_by, id);
	}
	return true;
}

/**
 * index_dep - reads modules.dep
 * @tree: gets the modules and what they need
 * @text: the file, which must live as long as the tree; one byte behind it must
 *	be there too
 * @len: its length
 * @path: its path, for messages
 * @diags: gets the first fault
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

/* "alias ALIAS MODULE", but for those of modules that are not @wanted. */
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
			return fault(r, "no line of an alias and a module",
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
			return fault(r, "a lone bracket", alias);
	}
	return ok;
}

/**
 * index_aliases - reads modules.alias
 * @tree: gets the aliases; has the modules already
 * @text: the file, which must live as long as the tree; one byte behind it must
 *	be there too
 * @len: its length
 * @path: its path, for messages
 * @diags: gets the first fault
 *
 * Return: whether there was none.
 */
bool index_aliases(struct tree *tree, char *text, size_t len, const char *path,
		   struct diags *diags)
{
	struct reader r = reader_of(text, len, path, diags);

	/* About what a line takes. */
	name_index_reserve(&tree->by_alias[ALIAS_INDEX], len / 50);
	return add_lines(tree, &r, ALIAS_INDEX, NULL);
}

/**
 * index_symbols - reads modules.symbols, or what is wanted of it
 * @tree: gets the aliases; has the modules already
 * @text: the file, as for index_aliases()
 * @len: its length
 * @wanted: for each module whether its symbols are, NULL: all are
 * @path: its path, for messages
 * @diags: gets the first fault
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
 * index_builtin - reads modules.builtin
 * @tree: gets what the kernel has built in
 * @text: the file, which must live as long as the tree; one byte behind it must
 *	be there too
 * @len: its length
 * @path: its path, for messages
 * @diags: gets the first fault
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
 * index_modinfo - reads the aliases in modules.builtin.modinfo
 * @tree: gets them; has what is built in already
 * @text: the file, which must live as long as the tree: MODULE.KEY=VALUE, each
 *	ended by a NUL
 * @len: its length
 * @path: its path, for messages
 * @diags: gets the first fault
 *
 * A module there that modules.builtin lacks is passed over: the kernel's build
 * lists there what could never be a module.
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
			   "the file is cut short: install the kernel's package again");
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
