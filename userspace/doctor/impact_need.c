// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_need.c - the list of the denied modules that programs of this host need.
 */
#include <stdlib.h>

#include "abi/abi.h"
#include "base/paths.h"
#include "doctor/impact_need.h"

/**
 * impact_need - notes that a program needs a module, if that is denied
 * @im: receives it
 * @program: the program
 * @module: the module's name; one that this kernel lacks, or has built in, is skipped
 * @word: the word that needs it, or NULL
 * @file: where that is, or NULL
 * @line: the line there, or 0
 */
void impact_need(struct impacts *im, const struct program *program,
		 const char *module, const char *word, const char *file,
		 unsigned int line)
{
	const struct closure *c = &im->src->closure;
	size_t id = tree_find(c->tree, module), i;

	if (id == NAME_NONE || c->tree->modules[id].builtin ||
	    c->modules[SCOPE_ANY][id].verdict != VERDICT_DENY)
		return;
	for (i = 0; i < im->n; i++) {
		if (im->list[i].program == program && im->list[i].module == id) {
			im->list[i].more++;
			return;
		}
	}
	im->list = xgrow(im->list, im->n, sizeof(*im->list));
	im->list[im->n++] = (struct impact){
		.program = program, .module = id, .line = line,
		.word = word ? xstrdup(word) : NULL,
		.file = file ? xstrdup(file) : NULL,
	};
}

/**
 * impact_need_name - the same by any name
 * @im: receives it
 * @program: the program
 * @name: a module, or an alias: then of all that it leads to
 * @word: as for impact_need()
 * @file: likewise
 * @line: likewise
 */
void impact_need_name(struct impacts *im, const struct program *program,
		      const char *name, const char *word, const char *file,
		      unsigned int line)
{
	const struct tree *tree = im->src->closure.tree;
	char *plain = xstrdup(name);
	struct ids targets = { 0 };
	size_t i;

	name_underscore(plain);
	tree_resolve(tree, plain, &targets);
	for (i = 0; i < targets.n; i++)
		impact_need(im, program, tree->modules[targets.list[i]].name, word,
			    file, line);
	ids_free(&targets);
	free(plain);
}

/**
 * impact_read - reads a file of the host's configuration
 * @path: its path, as from path_host(); in an image its links stay there
 * @text: receives it; free it also on failure
 *
 * Return: whether it could be read.
 */
bool impact_read(const char *path, struct buf *text)
{
	char *real = path_followed(path);
	bool ok = !read_whole(real, NFG_TEXT_MAX, text);

	free(real);
	return ok;
}

void impacts_free(struct impacts *im)
{
	size_t i;

	for (i = 0; i < im->n; i++) {
		free(im->list[i].word);
		free(im->list[i].file);
	}
	free(im->list);
	for (i = 0; i < im->n_started; i++) {
		free(im->started[i].unit);
		free(im->started[i].link);
	}
	free(im->started);
	*im = (struct impacts){ 0 };
}
