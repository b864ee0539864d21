// SPDX-License-Identifier: GPL-2.0-only
/*
 * complete.c - what a shell may offer for an argument. Errors are not reported at
 * this point: there is then nothing to offer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "policy/preset.h"
#include "policy/source.h"
#include "verbs/complete.h"

/* Each directory of the tree that holds a module. */
static void print_groups(const struct tree *tree)
{
	struct name_index seen = { 0 };
	char **names = xcalloc(tree->n_modules, sizeof(*names));
	size_t i, n = 0;

	for (i = 0; i < tree->n_modules; i++) {
		const char *path = tree->modules[i].path;
		const char *end = strrchr(path, '/'), *begin = end;

		while (begin && begin > path && begin[-1] != '/')
			begin--;
		if (!begin)
			continue;
		names[n] = xstrndup(begin, end - begin);
		if (name_index_find(&seen, names[n]) == NAME_NONE) {
			printf("@%s\n", names[n]);
			name_index_add(&seen, names[n], n);
		}
		n++;
	}
	name_index_free(&seen);
	while (n)
		free(names[--n]);
	free(names);
}

static void print_modules(void)
{
	const struct tree *tree;
	struct diags diags = { 0 };
	size_t i;

	tree = source_tree(&diags);
	for (i = 0; tree && i < tree->n_modules; i++)
		puts(tree->modules[i].name);
	if (tree)
		print_groups(tree);
	diags_free(&diags);
}

static void print_named(void)
{
	struct diags diags = { 0 };
	struct conf conf = { 0 };
	size_t r, w;

	conf_read(&conf, CONF_ALL, NULL, &diags);
	for (r = 0; r < conf.n_rules; r++)
		for (w = 0; w < conf.rules[r]->n_words; w++)
			printf("%s%s\n", conf.rules[r]->words[w].alias ? "alias:" : "",
			       conf.rules[r]->words[w].name);
	conf_free(&conf);
	diags_free(&diags);
}

static void print_presets(void)
{
	struct presets presets;
	size_t i;

	presets_find(&presets);
	for (i = 0; i < presets.n; i++)
		puts(presets.list[i].name);
	presets_free(&presets);
}

/**
 * complete_operand - prints what a shell may offer, one per line
 * @operand: what is wanted
 */
void complete_operand(enum operand operand)
{
	switch (operand) {
	case OPERAND_NAMES:
		print_modules();
		break;
	case OPERAND_NAMED:
		print_named();
		break;
	case OPERAND_MODE:
		puts(NFG_WORD_ENFORCING "\n" NFG_WORD_PERMISSIVE);
		break;
	case OPERAND_SWITCH:
		puts("on\noff");
		break;
	case OPERAND_PRESET:
		puts("list\nshow\nenable\ndisable");
		print_presets();
		break;
	case OPERAND_NONE:
	case OPERAND_FILE:
	case OPERAND_VERB:
		break;
	}
}
