// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_need.c - the list of the denied modules that programs of this host need.
 */
#include <glob.h>
#include <stdlib.h>

#include "base/paths.h"
#include "doctor/impact_need.h"

/**
 * impact_need - notes that a program needs a module, if that is denied
 * @im: receives it
 * @program: the program
 * @module: the module's name; one that this kernel lacks, or has built in, is skipped
 * @word: the word that needs it, or NULL
 * @file: where that is, or NULL
 * @line: the line there
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
 * impact_unit_enabled - whether some target or unit wants a unit
 * @unit: its name, or a shell pattern
 *
 * systemctl enable makes such a link.
 */
bool impact_unit_enabled(const char *unit)
{
	static const char *const kinds[] = { "wants", "requires" };
	bool enabled = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds) && !enabled; i++) {
		char *links = xasprintf("/etc/systemd/system/*.%s/%s", kinds[i], unit);
		char *path = path_host(links);
		glob_t g;

		/* Of a dangling link too, as links in an image are. */
		enabled = !glob(path, 0, NULL, &g);
		if (enabled)
			globfree(&g);
		free(path);
		free(links);
	}
	return enabled;
}

void impacts_free(struct impacts *im)
{
	size_t i;

	for (i = 0; i < im->n; i++) {
		free(im->list[i].word);
		free(im->list[i].file);
	}
	free(im->list);
	*im = (struct impacts){ 0 };
}
