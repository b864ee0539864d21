// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact.c - what on this host needs a module that the policy denies.
 *
 * What starts at boot is looked at, and what is set then. A ruleset that does not load
 * leaves a host open, or unreachable, and nothing else says beforehand that it won't.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/msg.h"
#include "base/paths.h"
#include "doctor/impact.h"
#include "doctor/impact_loads.h"
#include "doctor/impact_scan.h"
#include "doctor/impact_units.h"
#include "policy/preset.h"

#define ALLOW_IN_FILE \
	"put 'allow %s' into " NFG_EDIT_DIR "/" NFG_EDIT_FILE "%s"

/* The value on a line KEY=VALUE, as a shell reads it; NULL if it sets another key. */
static char *value_of(char *line, const char *key, size_t n)
{
	char *value;

	line += strspn(line, " \t");
	if (strncmp(line, key, n))
		return NULL;
	line += n;
	line += strspn(line, " \t");
	if (*line != '=')
		return NULL;
	value = line + 1 + strspn(line + 1, " \t");
	if (*value == '"' || *value == '\'') {
		value++;
		value[strcspn(value, "\"'")] = '\0';
	} else {
		value[strcspn(value, " \t\r#")] = '\0';
	}
	return value;
}

/*
 * KEY=VALUE: the last line that sets it, if it does so; WORD: the first line that begins
 * so. 0: there is none.
 */
static unsigned int line_of(const char *file, const char *setting)
{
	const char *wanted = strchr(setting, '=');
	size_t n = strcspn(setting, "=");
	char *text, *line, *value;
	unsigned int at = 0, number = 0;
	struct buf b = { 0 };

	text = impact_read(file, &b) ? b.s : NULL;
	while ((line = next_line(&text))) {
		number++;
		if (wanted) {
			value = value_of(line, setting, n);
			if (value)
				at = strcasecmp(value, wanted + 1) ? 0 : number;
		} else {
			line += strspn(line, " \t");
			if (!at && !strncmp(line, setting, n) && strchr(" \t\r", line[n]))
				at = number;
		}
	}
	buf_free(&b);
	return at;
}

/**
 * struct place - what makes a program of this host need something
 * @file: its setting, what starts it, or the program itself
 * @line: the line there, or 0
 */
struct place {
	char *file;
	unsigned int line;
};

/* Whether a program is there, and set so; then the place's file is to be freed. */
static bool is_here(const struct impacts *im, const struct program *p, struct place *at)
{
	char *setting = p->setting_file ? path_host(p->setting_file) : NULL;
	unsigned int line = setting ? line_of(setting, p->setting) : 0;
	const char *link = p->binary ? NULL : impact_unit_link(im, p->unit);
	bool there = p->binary ? path_is_there(p->binary) : !!link;

	there &= !setting || !line == p->unless;
	*at = (struct place){ .line = line };
	if (there && line)
		at->file = xstrdup(setting);
	else if (there)
		at->file = link ? xstrdup(link) : path_host(p->binary);
	free(setting);
	return there;
}

/**
 * impacts_find - finds what needs a denied module
 * @im: filled in; free it with impacts_free()
 * @src: the policy; must outlive @im
 */
void impacts_find(struct impacts *im, const struct source *src)
{
	const struct program *p;
	struct place at;
	size_t k;

	*im = (struct impacts){ .src = src };
	impact_units_started(im);
	for (p = impact_programs; p->unit; p++) {
		if (!is_here(im, p, &at))
			continue;
		for (k = 0; k < PROGRAM_NEEDS && p->needs[k]; k++)
			impact_need(im, p, p->needs[k], NULL, at.file, at.line);
		if (p->iptables)
			impact_iptables(im, p, at.file, at.line);
		impact_scan(im, p);
		free(at.file);
	}
	impact_loads(im);
	impact_units(im);
}

static const struct ruling *ruling_of(const struct impacts *im,
				      const struct impact *i)
{
	return &im->src->closure.modules[SCOPE_ANY][i->module];
}

static const struct conf_rule *rule_of(const struct impacts *im,
				       const struct impact *i)
{
	return closure_rule(&im->src->closure, ruling_of(im, i));
}

/* The name in the rule that denies the module, or what that needs, as written. */
static char *name_in_rule(const struct impacts *im, const struct impact *i,
			  const struct conf_word **word)
{
	const struct conf_rule *rule = rule_of(im, i);
	size_t via = ruling_of(im, i)->via, w;

	if (via == NAME_NONE)
		via = i->module;
	for (w = 0; w < rule->n_words; w++)
		if (word_names(&im->src->closure, &rule->words[w], via))
			break;
	*word = &rule->words[w < rule->n_words ? w : 0];
	return xstrndup(rule->file->text + (*word)->start,
			(*word)->end - (*word)->start);
}

/* As the policy files are called: links of the directory are not resolved. */
static bool is_file(const char *path, const char *dir, const char *file)
{
	char *top = path_conf(dir), *wanted = xasprintf("%s/%s", top, file);
	bool is = !strcmp(path, wanted);

	free(wanted);
	free(top);
	return is;
}

/*
 * The preset whose link a policy file is, or is about to be; NULL if it is another file.
 * What the link leads to is the package's: to edit that would be in vain.
 */
static char *enabled_preset(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(NFG_PRESET_PREFIX);
	struct stat st;

	if (strncmp(name, NFG_PRESET_PREFIX, n) || !drop_in_is_read(name) ||
	    (!lstat(path, &st) && !S_ISLNK(st.st_mode)))
		return NULL;
	return xstrndup(name + n, strlen(name + n) - strlen(".conf"));
}

/* The command that takes names back out of a file, or NULL if none does. */
static char *command_to_undo(const char *path, const char *names)
{
	char *options = paths_options(), *text = NULL;
	char *preset = enabled_preset(path);

	if (preset)
		text = xasprintf("nfguard preset disable %s%s", esc(preset), esc(options));
	else if (is_file(path, NFG_EDIT_DIR, NFG_EDIT_FILE))
		text = xasprintf("nfguard remove %s%s", esc(names), esc(options));
	else if (is_file(path, NFG_RUNTIME_DIR, NFG_RUNTIME_FILE))
		text = xasprintf("nfguard remove --runtime %s%s", esc(names), esc(options));
	free(preset);
	free(options);
	return text;
}

/* How to take back the denial; @locked: on a host whose policy is locked. */
static char *undo(const struct impacts *im, const struct impact *i, bool locked)
{
	const char *module = im->src->closure.tree->modules[i->module].name;
	const char *apply = locked ? ", nfguard apply --store, then reboot" :
			    paths_elsewhere() ? "" : ", then nfguard apply";
	const struct conf_rule *rule = rule_of(im, i);
	char *options = paths_options(), *name, *text;
	const struct conf_word *word;

	if (!rule) {
		text = locked ? xasprintf(ALLOW_IN_FILE, module, apply) :
				xasprintf("nfguard allow %s%s", module, esc(options));
		free(options);
		return text;
	}
	name = name_in_rule(im, i, &word);
	text = locked ? NULL : command_to_undo(rule->file->path, name);
	if (!text)
		text = xasprintf("take %s out of %s:%u%s", esc(name),
				 esc(rule->file->path), word->line, apply);
	free(options);
	free(name);
	return text;
}

static char *denied_by(const struct impacts *im, const struct impact *i)
{
	const struct conf_rule *rule = rule_of(im, i);

	return !rule ? xstrdup("'" NFG_WORD_DEFAULT " " NFG_WORD_DENY "'") :
	       xasprintf("'%s' at %s:%u", esc(rule->text), esc(rule->file->path),
			 rule->line);
}

static void report_one(const struct impacts *im, const struct impact *i,
		       const struct kif_status *st, struct report *report)
{
	char *by = denied_by(im, i), *remedy = undo(im, i, st->locked);
	char *word = i->word ? xasprintf(" for '%s'", esc(i->word)) : xstrdup("");
	char *more = !i->more ? xstrdup("") :
		xasprintf(" (and on %u more line%s)", i->more, PLURAL(i->more));

	report_add(report, "impact", i->file, i->line,
		   "%s needs %s%s%s, which %s denies: %s", i->program->unit,
		   im->src->closure.tree->modules[i->module].name, word, more,
		   by, i->program->consequence);
	report_remedy(report, "%s%s", remedy,
		      i->line ? ", or do without it there" : "");
	free(more);
	free(word);
	free(remedy);
	free(by);
}

/**
 * impacts_report - adds a finding for each
 * @im: what was found
 * @st: the guard's status
 * @report: gets the findings
 */
void impacts_report(const struct impacts *im, const struct kif_status *st,
		    struct report *report)
{
	size_t k;

	for (k = 0; k < im->n; k++)
		if (!im->list[k].program->told)
			report_one(im, &im->list[k], st, report);
}

/* Whether a rule is in the file and names one of the names. */
static bool is_about(const struct conf_rule *rule, const char *path,
		     char *const *names, size_t n_names)
{
	size_t w, k;

	if (!rule || strcmp(rule->file->path, path))
		return false;
	if (!names)
		return true;
	for (w = 0; w < rule->n_words; w++)
		for (k = 0; k < n_names; k++)
			if (!strcmp(rule->words[w].name, names[k]))
				return true;
	return false;
}

/**
 * struct warning - of a program, on account of a new denial
 * @program: the program
 * @modules: what it needs
 * @names: the names in the edited file that deny these
 * @path: that file
 * @dry_run: nothing is changed
 */
struct warning {
	const struct program *program;
	struct ids modules;
	struct buf names;
	const char *path;
	bool dry_run;
};

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; words && *words; words += strcspn(words, " "), words += *words == ' ')
		if (!strncmp(words, word, n) && (!words[n] || words[n] == ' '))
			return true;
	return false;
}

static void add_to_warning(struct warning *w, const struct impacts *im,
			   const struct impact *i)
{
	const struct conf_word *word;
	char *name = name_in_rule(im, i, &word);

	w->program = i->program;
	ids_add(&w->modules, i->module);
	if (!has_word(w->names.s, name))
		buf_addf(&w->names, "%s%s", w->names.len ? " " : "", name);
	free(name);
}

static char *join(const struct tree *tree, const struct ids *modules, const char *by)
{
	struct buf b = { 0 };
	size_t k;

	for (k = 0; k < modules->n; k++)
		buf_addf(&b, "%s%s", k ? by : "", tree->modules[modules->list[k]].name);
	return b.s;
}

/* Of what is not done there is nothing to undo, and check does not know of it. */
static void print_warning(const struct warning *w, const struct tree *tree)
{
	char *needs = join(tree, &w->modules, ", "), *modules = join(tree, &w->modules, " ");
	char *options = paths_options(), *remedy = command_to_undo(w->path, w->names.s);
	const struct program *p = w->program;

	if (w->dry_run)
		msg_warn("%s needs %s: %s (nfguard impact %s%s says where)", p->unit, needs,
			 p->consequence, modules, esc(options));
	else
		msg_warn("%s needs %s: %s (nfguard check%s says where): to undo this: %s",
			 p->unit, needs, p->consequence, esc(options), remedy);
	free(remedy);
	free(options);
	free(modules);
	free(needs);
}

/**
 * impacts_warn - prints one line for each program that a new denial concerns
 * @src: the policy as it would be
 * @path: the policy file that is edited
 * @names: the names that it is to deny, normalised; of all that it denies, NULL
 * @n_names: how many
 * @dry_run: whether nothing is changed
 */
void impacts_warn(const struct source *src, const char *path,
		  char *const *names, size_t n_names, bool dry_run)
{
	const struct tree *tree = src->closure.tree;
	struct warning w = { .path = path, .dry_run = dry_run };
	struct impacts im;
	size_t k;

	impacts_find(&im, src);
	for (k = 0; k < im.n; k++) {
		const struct impact *i = &im.list[k];

		if (is_about(rule_of(&im, i), path, names, n_names))
			add_to_warning(&w, &im, i);
		/* The last one of its program. */
		if (w.program && (k + 1 == im.n || i[1].program != i->program)) {
			print_warning(&w, tree);
			ids_free(&w.modules);
			buf_free(&w.names);
			w.program = NULL;
		}
	}
	impacts_free(&im);
}
