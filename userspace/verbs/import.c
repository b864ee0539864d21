// SPDX-License-Identifier: GPL-2.0-only
/*
 * import.c - prints rules in place of lines that were to keep modules out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/save.h"
#include "base/table.h"
#include "doctor/imports.h"
#include "policy/source.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "line", COLUMN_NUMBER },
	{ NULL, "text", COLUMN_TEXT },
	{ NULL, "kept", COLUMN_TEXT },
	{ NULL, "note", COLUMN_TEXT },
};

static void print_json(const struct imports *im)
{
	struct table *t = table_new("imports", columns, ARRAY_SIZE(columns), true);
	size_t i;

	for (i = 0; i < im->n; i++) {
		const struct import *one = &im->list[i];

		table_row(t);
		table_text(t, "rule", one->rule);
		table_text(t, "file", one->file);
		table_number(t, "line", one->line);
		table_text(t, "text", one->text);
		table_text(t, "kept", one->kept);
		table_text(t, "note", one->note);
	}
	table_print(t);
	table_free(t);
}

/* A policy file; what each line did is a comment above its rule. */
static void make_text(const struct imports *im, struct buf *text)
{
	size_t i;

	buf_adds(text,
		 "# Made by nfguard import. Above each rule: the line that it stands for, and what\n");
	buf_adds(text, "# that kept out until now.\n");
	for (i = 0; i < im->n; i++) {
		const struct import *one = &im->list[i];

		buf_addf(text, "\n# %s:%u:", esc(one->file), one->line);
		buf_addf(text, " %s\n", esc(one->text));
		buf_addf(text, one->rule ? "#   kept out: %s\n" : "#   %s\n",
			 esc(one->note));
		if (one->rule)
			buf_addf(text, "%s%s\n", one->again ? "# as above: " : "",
				 one->rule);
	}
}

static int write_file(const char *path, const struct imports *im, const struct buf *text)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrndup(path, slash - path + (slash == path)) :
			    xstrdup(".");
	int err = 0;

	/* It is not created here: nothing would read what was meant for another one. */
	if (access(dir, F_OK))
		err = -errno;
	if (!err)
		err = save_whole(dir, slash ? slash + 1 : path, text->s, text->len, 0644);
	if (err == -ENOENT)
		msg_err("%s: there is no directory %s: correct the name, or make it first",
			esc(path), esc(dir));
	else if (err)
		save_say_failed(path, err);
	else
		say("%s written, %zu rule%s\n", esc(path), im->rules, PLURAL(im->rules));
	free(dir);
	return err ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
}

static int print(const struct invocation *inv, const struct imports *im)
{
	struct buf text = { 0 };
	int err = NFG_EXIT_WHOLE;

	if (im->strange && !im->rules) {
		msg_err("import: none of %zu lines is one of modprobe.d or a name: nothing is imported",
			im->strange);
		return NFG_EXIT_BAD_INPUT;
	}
	if (im->strange)
		msg_warn("%zu line%s not understood: see the comments", im->strange,
			 im->strange == 1 ? " is" : "s are");
	if (im->dos)
		msg_warn("%zu line%s in CR LF, and modprobe takes the CR for a part of the name or command: read here as meant",
			 im->dos, im->dos == 1 ? " ends" : "s end");
	if (!im->rules)
		msg_warn("there is nothing to import");
	make_text(im, &text);
	if (given(inv, OPT_JSON))
		print_json(im);
	else if (given(inv, OPT_OUTPUT))
		err = write_file(inv->values[OPT_OUTPUT], im, &text);
	else
		fputs(text.s, stdout);
	buf_free(&text);
	return err;
}

int cmd_import(const struct invocation *inv)
{
	struct diags diags = { 0 };
	const struct tree *tree = source_tree(&diags);
	struct imports im = { 0 };
	int err = NFG_EXIT_BAD_INPUT;

	diags_print(&diags);
	if (!tree)
		goto out;
	if (!inv->argc)
		imports_of_host(&im, tree);
	else if (!imports_of_files(&im, tree, inv->argv, inv->argc))
		goto out;
	err = print(inv, &im);
out:
	imports_free(&im);
	diags_free(&diags);
	return err;
}
