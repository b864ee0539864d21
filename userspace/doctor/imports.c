// SPDX-License-Identifier: GPL-2.0-only
/*
 * imports.c - rules from lines that were to keep modules out, and what those did:
 * lines of modprobe.d, parameters of the kernel command line, names in a list.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/paths.h"
#include "doctor/imports.h"
#include "doctor/modprobe_view.h"
#include "doctor/package_files.h"
#include "policy/conf.h"
#include "tree/mirror_file.h"

#define CR_NAME \
	"that name alone, by accident: it ends in a carriage return, and there is no such module"

#define CR_COMMAND \
	"what modprobe loads, by accident: it ends in a carriage return, and there is no such command"

#define CR_NOTHING \
	"nothing: it ends in a carriage return, which modprobe takes for a part of the name"

/**
 * struct importer - what is imported, and what it is judged by
 * @im: the result
 * @view: modprobe.d: this host's, or the files that were named
 * @tree: the modules
 * @lists: a word alone in a line is a name
 */
struct importer {
	struct imports *im;
	struct modprobe_view view;
	const struct tree *tree;
	bool lists;
};

static char *line_text(const struct modprobe_line *line)
{
	return xasprintf("%s%s%s%s%s", line->command, *line->name ? " " : "",
			 line->name, *line->rest ? " " : "", line->rest);
}

/* Takes over @text and @note. */
static void add(struct importer *in, const struct modprobe_line *line, char *text,
		const char *rule, const char *kept, char *note)
{
	struct imports *im = in->im;
	bool again = false;
	size_t i;

	for (i = 0; rule && !again && i < im->n; i++)
		again = im->list[i].rule && !strcmp(im->list[i].rule, rule);
	im->rules += rule && !again;
	im->list = xgrow(im->list, im->n, sizeof(*im->list));
	im->list[im->n++] = (struct import){
		.file = xstrdup(line->file), .line = line->line, .text = text,
		.rule = rule ? xstrdup(rule) : NULL, .kept = kept, .note = note,
		.again = again,
	};
}

static void add_nothing(struct importer *in, const struct modprobe_line *line,
			const char *note)
{
	add(in, line, line_text(line), NULL, "nothing", xstrdup(note));
}

static bool is_alias(const struct tree *tree, const char *name)
{
	struct ids targets = { 0 };
	bool is;

	tree_resolve(tree, name, &targets);
	is = targets.n;
	ids_free(&targets);
	return is;
}

/* Whether a policy file may have the rule, and it then says what modprobe.d meant. */
static bool is_rule(const char *rule, bool alias)
{
	struct diags diags = { 0 };
	struct conf conf = { 0 };
	bool is;

	conf_parse(&conf, "", rule, strlen(rule), &diags);
	is = !diags.errors && conf.n_rules == 1 && conf.rules[0]->n_words == 1 &&
	     conf.rules[0]->words[0].kind != NAME_GROUP &&
	     conf.rules[0]->words[0].alias == alias;
	conf_free(&conf);
	diags_free(&diags);
	return is;
}

/* "deny NAME", or "deny alias:NAME" for what only is the name of a request; or NULL. */
static char *rule_for(const struct importer *in, const char *name)
{
	bool alias = tree_find(in->tree, name) == NAME_NONE &&
		     !strpbrk(name, "*?[") && is_alias(in->tree, name);
	char *rule = xasprintf("deny %s%s", alias ? "alias:" : "", name);

	if (is_rule(rule, alias))
		return rule;
	free(rule);
	return NULL;
}

/* What an "install NAME /bin/false" did. */
static char *judge_install(struct importer *in, const struct modprobe_line *line,
			   size_t module, const char **kept)
{
	const struct modprobe_line *first;

	*kept = "nothing";
	for (first = in->view.lines.list; first < line; first++)
		if (line_is(first, "install") && *first->rest &&
		    !install_refuses(first->rest) &&
		    name_matches(first->name, line->name))
			return xasprintf("nothing: %s:%u comes first, and modprobe runs that",
					 first->file, first->line);
	if (module == NAME_NONE) {
		*kept = "modprobe";
		return xstrdup("that name alone; there is no such module in this kernel");
	}
	if (!modprobe_refuses(&in->view, module))
		return xstrdup("nothing: modprobe ignores install lines beside a soft dependency");
	*kept = "modprobe";
	return xstrdup("what modprobe loads, by any name, and all that needs it; not insmod");
}

static char *judge_others(struct importer *in, const struct modprobe_line *line,
			  size_t module, const char **kept)
{
	struct open_ways ways;
	bool off = line_is_off(line);
	char *note;

	if (module == NAME_NONE) {
		*kept = off && is_alias(in->tree, line->name) ? "name" : "nothing";
		return xstrdup(off ? "that name alone" :
			       "nothing: there is no such module in this kernel");
	}
	ways = modprobe_ways(&in->view, module);
	if (!ways.open) {
		*kept = "modprobe";
		note = xstrdup("with other lines, what modprobe loads, by any name; not insmod");
	} else if (off) {
		*kept = "name";
		note = xasprintf("that name alone: %zu of %zu names still brought it in",
				 ways.open, ways.all);
	} else {
		*kept = ways.aliases ? "aliases" : "nothing";
		note = xasprintf("its %zu alias%s alone: modprobe by its name went through%s",
				 ways.aliases, ways.aliases == 1 ? "" : "es",
				 ways.needed ? ", and so did all that needs it" : "");
	}
	buf_free(&ways.some);
	return note;
}

/* A distribution hides from aliases what it does not want to be denied. */
static bool is_packages(const char *file)
{
	char *root = path_host("");
	size_t n = strlen(root);
	bool is = !strncmp(file, root, n) && package_has(file + n);

	free(root);
	return is;
}

static void import_line(struct importer *in, const struct modprobe_line *line)
{
	bool install = line_is(line, "install");
	size_t module = tree_find(in->tree, line->name);
	const char *kept;
	char *rule, *note;

	if (!*line->name || (install && !*line->rest)) {
		add_nothing(in, line, *line->name ?
			    "its command is missing, so modprobe ignores it" :
			    "its name is missing, so modprobe ignores it");
		return;
	}
	if (install && !install_refuses(line->rest)) {
		add_nothing(in, line, "it runs a command, which no rule does");
		return;
	}
	if (!in->lists && is_packages(line->file)) {
		add_nothing(in, line,
			    "not imported, as it came with a package: add the rule if you mean it");
		return;
	}
	rule = rule_for(in, line->name);
	if (rule)
		note = install ? judge_install(in, line, module, &kept) :
				 judge_others(in, line, module, &kept);
	if (rule)
		add(in, line, line_text(line), rule, kept, note);
	else
		add_nothing(in, line, "no rule can name that");
	free(rule);
}

/* What separates parameters, also where they are the value of another program's setting. */
#define BETWEEN	" \t\n\"'"

static const struct parameter {
	const char *key, *kept, *note;
} parameters[] = {
	{ "module_blacklist=", "everything",
	  "every way in, insmod too, as long as that command line is booted" },
	{ "modprobe.blacklist=", "aliases",
	  "its aliases alone, as long as that command line is booted" },
};

/* "a,b": each a rule. */
static void import_value(struct importer *in, const struct modprobe_line *line,
			 const struct parameter *p, const char *value, size_t n)
{
	char *copy = xstrndup(value, n), *names = copy, *name, *rule;

	while ((name = strsep(&names, ","))) {
		char *text = xasprintf("%s%s", p->key, name);

		name_underscore(name);
		rule = *name ? rule_for(in, name) : NULL;
		if (rule)
			add(in, line, text, rule, p->kept, xstrdup(p->note));
		else
			free(text);
		free(rule);
	}
	free(copy);
}

/* What a kernel command line says, or a line of a boot loader's configuration. */
static bool import_parameters(struct importer *in, const struct modprobe_line *line,
			      const char *text)
{
	bool any = false;
	size_t i, n;

	for (; *text; text += strcspn(text, BETWEEN)) {
		text += strspn(text, BETWEEN);
		for (i = 0; i < ARRAY_SIZE(parameters); i++) {
			n = strlen(parameters[i].key);
			if (strncmp(text, parameters[i].key, n))
				continue;
			text += n + strspn(text + n, "\"'");
			import_value(in, line, &parameters[i], text, strcspn(text, BETWEEN));
			any = true;
			break;
		}
	}
	return any;
}

static bool is_name(const char *word)
{
	const char *c = word;

	while (isalnum((unsigned char)*c) || *c == '_' || *c == '-')
		c++;
	return *word && !*c;
}

static bool is_known(const struct importer *in, const char *word)
{
	char *name = xstrdup(word);
	bool is;

	name_underscore(name);
	is = tree_find(in->tree, name) != NAME_NONE || is_alias(in->tree, name);
	free(name);
	return is;
}

/* Cuts the next name out of a list; NULL at its end. */
static char *next_name(char **list, const char *between)
{
	char *name;

	do {
		name = strsep(list, between);
	} while (name && !*name);
	return name;
}

/*
 * How many names a line has: one, several with commas, or several words that are modules
 * or aliases, as other words are prose. 0: it is none of these.
 */
static size_t count_names(const struct importer *in, const char *text)
{
	bool listed = strchr(text, ','), all = true;
	char *copy = xstrdup(text), *rest = copy, *part, *word;
	size_t n = 0, blanks = 0, unknown = 0, before;

	while ((part = next_name(&rest, ","))) {
		for (before = n; (word = next_name(&part, " \t")); n++) {
			blanks += n > before;
			all &= is_name(word);
			unknown += !listed && !is_known(in, word);
		}
	}
	free(copy);
	return all && (!blanks || (!listed && !unknown)) ? n : 0;
}

static void import_name(struct importer *in, const struct modprobe_line *line,
			const char *word)
{
	char *name = xstrdup(word), *rule;

	name_underscore(name);
	rule = rule_for(in, name);
	if (rule)
		add(in, line, xstrdup(word), rule, "nothing",
		    xstrdup("nothing: it is a name in a list"));
	else
		add_nothing(in, line, "no rule can name that");
	free(rule);
	free(name);
}

/* A line that is none of modprobe.d's, nor has parameters: a name, or several. */
static void import_other(struct importer *in, const struct modprobe_line *line)
{
	char *text = line_text(line), *rest = text, *word;

	text[strcspn(text, "#")] = '\0';
	if (count_names(in, text)) {
		while ((word = next_name(&rest, ", \t")))
			import_name(in, line, word);
	} else {
		in->im->strange++;
		add_nothing(in, line, "not understood: neither a line of modprobe.d nor a name");
	}
	free(text);
}

static bool imports_parameters(struct importer *in, const struct modprobe_line *line)
{
	char *text = line_text(line);
	bool any = in->lists && import_parameters(in, line, text);

	free(text);
	return any;
}

/* As the line was meant, for what a file from another system says. */
static bool cut_carriage_return(struct modprobe_line *line)
{
	char *last = *line->rest ? line->rest : *line->name ? line->name : line->command;
	size_t n = strlen(last);

	if (!n || last[n - 1] != '\r')
		return false;
	last[n - 1] = '\0';
	return true;
}

/* modprobe takes the carriage return for a part of the last word. */
static void import_dos_line(struct importer *in, const struct modprobe_line *line)
{
	struct imports *im = in->im;
	size_t before = im->n;
	struct import *one;

	im->dos++;
	import_line(in, line);
	one = im->n > before ? &im->list[before] : NULL;
	if (!one || !one->rule)
		return;
	free(one->note);
	if (line_is(line, "blacklist")) {
		one->kept = "nothing";
		one->note = xstrdup(CR_NOTHING);
	} else if (line_is(line, "install")) {
		one->note = xstrdup(CR_COMMAND);
		one->kept = "modprobe";
	} else {
		one->note = xstrdup(CR_NAME);
		one->kept = "name";
	}
}

static bool is_silent(const struct modprobe_line *line)
{
	static const char *const silent[] = {
		"config", "include", "options", "remove", "softdep", "weakdep",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(silent); i++)
		if (line_is(line, silent[i]))
			return true;
	return false;
}

static void import_lines(struct importer *in)
{
	size_t i;

	for (i = 0; i < in->view.lines.n; i++) {
		struct modprobe_line *line = &in->view.lines.list[i];
		bool dos = cut_carriage_return(line);

		if (!*line->command || imports_parameters(in, line) ||
		    is_silent(line) || mirror_file_is_ours(line->file))
			continue;
		if (line_is(line, "install") || line_is(line, "blacklist") ||
		    line_is_off(line)) {
			if (dos)
				import_dos_line(in, line);
			else
				import_line(in, line);
		} else if (in->lists && !line_is(line, "alias")) {
			in->im->dos += dos;
			import_other(in, line);
		}
	}
}

/**
 * imports_of_host - import this host's modprobe.d and kernel command line
 * @im: receives the rules; free it with imports_free()
 * @tree: the modules
 *
 * The command line is that of the kernel that runs, not of a system below --root.
 */
void imports_of_host(struct imports *im, const struct tree *tree)
{
	struct importer in = { .im = im, .tree = tree };
	char *path = path_proc("cmdline");
	const struct modprobe_line cmdline = { .file = path, .line = 1 };
	struct buf text = { 0 };

	*im = (struct imports){ 0 };
	modprobe_view_read(&in.view, tree);
	import_lines(&in);
	if (!paths_elsewhere() && !read_whole(path, 1 << 16, &text))
		import_parameters(&in, &cmdline, text.s);
	modprobe_view_free(&in.view);
	buf_free(&text);
	free(path);
}

/**
 * imports_of_files - import files, as if modprobe.d had them and no other
 * @im: receives the rules; free it with imports_free()
 * @tree: the modules
 * @files: the files: of modprobe.d, or lists with a name a line
 * @n: how many
 *
 * Return: whether all could be read; if not, the reason was printed.
 */
bool imports_of_files(struct imports *im, const struct tree *tree, char **files,
		      size_t n)
{
	struct importer in = { .im = im, .tree = tree, .lists = true };
	bool ok;

	*im = (struct imports){ 0 };
	ok = modprobe_view_read_files(&in.view, tree, files, n);
	if (ok)
		import_lines(&in);
	modprobe_view_free(&in.view);
	return ok;
}

void imports_free(struct imports *im)
{
	size_t i;

	for (i = 0; i < im->n; i++) {
		free(im->list[i].file);
		free(im->list[i].text);
		free(im->list[i].rule);
		free(im->list[i].note);
	}
	free(im->list);
	*im = (struct imports){ 0 };
}
