// SPDX-License-Identifier: GPL-2.0-only
/*
 * name_slips.c - arguments that are not the name of anything.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "base/near.h"
#include "base/paths.h"
#include "base/util.h"
#include "policy/preset.h"
#include "verbs/name_slips.h"

#define OF_PRESET \
	", a preset: nfguard %s %s%s%s decides before it, or nfguard preset disable %s%s"

static const char *number(size_t n)
{
	static const char *const words[] = { "no", "one", "two", "three" };

	return n < ARRAY_SIZE(words) ? words[n] : "several";
}

#define BLANKS	" \t\n\r"

/* Several names in one argument: a list with commas, a quoted one, or lines of a file. */
static bool say_several(const char *word)
{
	static const char between[] = BLANKS ",";
	char *copy = xstrdup(word), *save, *one;
	struct buf names = { 0 };
	size_t n = 0;

	buf_adds(&names, "");
	for (one = strtok_r(copy, between, &save); one;
	     one = strtok_r(NULL, between, &save), n++)
		buf_addf(&names, "%s%s", n ? " " : "", esc(one));
	if (n > 1)
		msg_err("'%s' is %s names: give each as an argument of its own: %s",
			esc(word), number(n), names.s);
	else if (n)
		msg_err("'%s' has a %s at its end or beginning: write %s", esc(word),
			strchr(word, ',') ? "comma" : "blank", names.s);
	buf_free(&names);
	free(copy);
	return n;
}

/**
 * name_say_faulty - report an argument that is not a name
 * @word: the argument
 * @fault: what is wrong with it
 */
void name_say_faulty(const char *word, const struct name_fault *fault)
{
	if (strpbrk(word, BLANKS) && say_several(word))
		return;
	msg_err("'%s': %s", esc(word), fault->why);
}

/* Some aliases have commas: of a cipher in parentheses, of a device after a colon. */
static bool is_list(const char *word)
{
	return strchr(word, ',') && !strpbrk(word, "(:[");
}

/**
 * name_say_slip - report an argument that could be a name, but hardly is meant as one
 * @word: the argument
 *
 * Return: whether it is a list with commas, or a module's file, and that was reported.
 */
bool name_say_slip(const char *word)
{
	char name[256];

	if (is_list(word) && say_several(word))
		return true;
	/* Of one without a slash it may be what was meant, too. */
	if (*word == '@' || !strstr(word, ".ko") || !name_of_file(word, name, sizeof(name)))
		return false;
	msg_err("'%s' is the name of a file: write %s", esc(word), esc(name));
	return true;
}

/**
 * name_say_unnamed - report a name that no rule has
 * @conf: the rules
 * @edit: what was to be removed
 * @i: which of its names
 */
void name_say_unnamed(const struct conf *conf, const struct edit *edit, size_t i)
{
	struct near near = { .wanted = edit->names[i] };
	const char *of = edit->any_scope ? "" : "unprivileged ";
	size_t r, w;

	for (r = 0; r < conf->n_rules; r++)
		for (w = 0; w < conf->rules[r]->n_words; w++)
			if (edit->any_scope ||
			    conf->rules[r]->scope == edit->scope)
				near_try(&near, conf->rules[r]->words[w].name);
	if (near.best)
		msg_err("no %srule names %s: did you mean %s?", of,
			esc(edit->words[i]), esc(near.best));
	else
		msg_err("no %srule names %s: nfguard list shows the rules", of,
			esc(edit->words[i]));
}

static bool is_file(const struct conf_rule *rule, const char *end)
{
	size_t n = strlen(rule->file->path), k = strlen(end);

	return n >= k && !strcmp(rule->file->path + n - k, end);
}

/* What a package brought is replaced by the next version of it. */
static bool is_packages(const struct conf_rule *rule)
{
	char *dir = path_conf("/usr/lib/nfguard.d");
	size_t n = strlen(dir);
	bool is = !strncmp(rule->file->path, dir, n) && rule->file->path[n] == '/';

	free(dir);
	return is;
}

/* What to do about a rule in a file that remove does not edit. */
static char *undo(const char *name, const struct conf_rule *rule, const char *where)
{
	const char *apply = paths_elsewhere() ? "nfguard apply --store" : "nfguard apply";
	char *preset = preset_linked(rule->file->path), *text;

	if (is_file(rule, NFG_RUNTIME_DIR "/" NFG_RUNTIME_FILE))
		text = xasprintf(": nfguard remove --runtime %s", name);
	else if (is_file(rule, NFG_EDIT_DIR "/" NFG_EDIT_FILE))
		text = xasprintf(": nfguard remove %s%s", name, where);
	else if (preset)
		text = xasprintf(OF_PRESET,
				 verdict_word(rule->verdict == VERDICT_DENY ?
					      VERDICT_ALLOW : VERDICT_DENY),
				 rule->scope == SCOPE_ANY ? "" : NFG_WORD_UNPRIVILEGED " ",
				 name, where, esc(preset), where);
	else if (is_packages(rule))
		text = xasprintf(", which the next version of its package replaces: copy it to "
				 NFG_EDIT_DIR " and edit the copy, then %s%s", apply, where);
	else
		text = xasprintf(", which this command does not edit: edit that file, then %s%s",
				 apply, where);
	free(preset);
	return text;
}

/**
 * name_say_elsewhere - report a name to remove that another file has
 * @word: the name as written
 * @rule: the rule that has it
 */
void name_say_elsewhere(const char *word, const struct conf_rule *rule)
{
	char *where = paths_options(), *remedy = undo(esc(word), rule, esc(where));

	msg_err("%s is named by %s:%u%s", esc(word), esc(rule->file->path), rule->line,
		remedy);
	free(remedy);
	free(where);
}
