// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_index.c - a libFuzzer target: any bytes as the index files of a module tree. The
 * parts of the input are modules.dep, modules.builtin, modules.builtin.modinfo and
 * modules.alias; a byte of 0xff ends each.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz_cut.h"
#include "tree/depmod_index.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The tree is consistent: modules are found by name, and "needs" has its reverse. */
static void check_tree(const struct tree *tree)
{
	size_t i, k;

	for (i = 0; i < tree->n_modules; i++) {
		const struct tree_module *m = &tree->modules[i];

		if (tree_find(tree, m->name) != i)
			abort();
		for (k = 0; k < m->needs.n; k++)
			if (!ids_have(&tree->modules[m->needs.list[k]].needed_by,
				      i))
				abort();
	}
	for (i = 0; i < tree->n_aliases; i++) {
		struct ids targets = { 0 };

		tree_resolve(tree, tree->aliases[i].name, &targets);
		ids_free(&targets);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct diags diags = { 0 };
	struct tree tree = { 0 };
	char *text[4];
	size_t len[4];
	int i;

	for (i = 0; i < 4; i++)
		text[i] = cut(&data, &size, &len[i]);
	if (index_dep(&tree, text[0], len[0], "dep", &diags) &&
	    index_builtin(&tree, text[1], len[1], "builtin", &diags) &&
	    index_modinfo(&tree, text[2], len[2], "modinfo", &diags) &&
	    index_aliases(&tree, text[3], len[3], "alias", &diags))
		check_tree(&tree);
	else if (diags.errors != 1)
		abort();
	tree_free(&tree);
	for (i = 0; i < 4; i++)
		free(text[i]);
	diags_free(&diags);
	return 0;
}
