// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify_line.c - what a kernel's next command line does to the guard, and to modules
 * that are to be out of reach.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/boot_loader.h"
#include "base/cmdline.h"
#include "base/host.h"
#include "doctor/checks.h"
#include "doctor/verify_next.h"
#include "force/carriers.h"
#include "force/stored_mode.h"
#include "tree/initcalls.h"

#define REMOVE	"remove it from the boot loader's configuration"

/**
 * struct line - a command line that the kernel may be given
 * @n: the kernel
 * @calls: the init functions of what is built into it
 * @carriers: what this host runs on
 * @file: the file that has it
 * @number: the line there, 0: the whole file
 * @words: its words
 * @mode_said: it was said that no option of a line decides the mode, and how it is wrong
 * @report: gets the findings
 */
struct line {
	const struct next *n;
	const struct initcalls *calls;
	const struct carriers *carriers;
	const char *file;
	unsigned int number;
	struct cmdline words;
	bool mode_said;
	struct report *report;
};

static void add(const struct line *l, const char *word, const char *effect)
{
	report_add(l->report, "command-line", l->file, l->number,
		   "%s on its command line keeps %s", word, effect);
	report_remedy(l->report, REMOVE);
}

/* Whether the kernel takes it for a boolean, as kstrtobool() (lib/kstrtox.c) does. */
static bool is_boolean(const char *value)
{
	return word_is_true(value) || strchr("0nNfF", *value) || !strncasecmp(value, "of", 2);
}

/* It refuses a module with a parameter that is none. */
static void check_boolean(const struct line *l, const char *key)
{
	const char *value;
	size_t at = 0;

	while ((value = cmdline_next_any(&l->words, key, &at))) {
		if (is_boolean(value))
			continue;
		report_add(l->report, "command-line", l->file, l->number,
			   "%s=%s on its command line is neither 1 nor 0, so the guard can't be loaded",
			   key, esc(value));
		report_remedy(l->report, REMOVE);
	}
}

/* What has the kernel refuse modules without a signature. */
static void check_signature(const struct line *l)
{
	const char *value, *word = NULL;
	size_t at = 0;

	while ((value = cmdline_next(&l->words, "module.sig_enforce", &at)))
		if (word_is_true(value))
			word = "module.sig_enforce=1";
	for (at = 0; (value = cmdline_next(&l->words, "lockdown", &at));)
		if (!strcmp(value, "integrity"))
			word = "lockdown=integrity";
		else if (!strcmp(value, "confidentiality"))
			word = "lockdown=confidentiality";
	if (word)
		doctor_signature(&l->n->tree, l->file, l->number, word, l->report);
}

/* What keeps the guard from being loaded, or the unit from being started. */
static void check_guard(const struct line *l)
{
	static const struct {
		const char *key;
		const char *item;
		const char *effect;
	} stops[] = {
		{ "module_blacklist", "nfguard", "the kernel from loading the guard" },
		{ "initcall_blacklist", "nfg_init", "the kernel from starting the guard" },
	};
	const char *unit;
	size_t at = 0, i;

	if (cmdline_true(&l->words, "nfguard.off"))
		add(l, "nfguard.off=1", "the guard off");
	check_boolean(l, "nfguard.off");
	check_boolean(l, "nfguard.strict");
	check_signature(l);
	for (i = 0; i < ARRAY_SIZE(stops); i++) {
		char *word = xasprintf("%s=%s", stops[i].key, stops[i].item);

		if (cmdline_lists(&l->words, stops[i].key, stops[i].item))
			add(l, word, stops[i].effect);
		free(word);
	}
	/* systemd takes what follows "--", too. */
	while ((unit = cmdline_next_any(&l->words, "systemd.mask", &at)))
		if (!strcmp(unit, "nfguard.service") || !strcmp(unit, "nfguard"))
			add(l, "systemd.mask=nfguard.service",
			    "the policy files from taking effect");
}

/* A mode that is stored outranks the option. That of modprobe.d is the same for all lines. */
static void check_mode(struct line *l, const struct stored_mode *stored)
{
	const char *value, *option = NULL, *next;
	bool stands, absent;
	size_t at = 0;

	while ((value = cmdline_next_any(&l->words, "nfguard.mode", &at)))
		option = value;
	stands = option && !stored->word && !stored->hidden;
	next = stands ? mode_word(option) : stored_mode_elsewhere(stored);
	absent = !stands && stored->hidden;
	if ((next && !strcmp(next, NFG_WORD_ENFORCING)) || (!stands && l->mode_said))
		return;
	report_add(l->report, "mode", stands ? l->file : stored->path,
		   stands ? l->number : 0, "%s",
		   absent ? "only root can read the mode of the next boot" :
		   next ? "the mode will be permissive, so nothing will be denied" :
		   "nfguard.mode= on its command line is no mode, so the guard can't be loaded");
	report_remedy(l->report, "%s", absent ? "run it as root" :
		      next ? "nfguard mode enforcing" : REMOVE);
	l->mode_said |= !stands;
}

static void check_load(const struct line *l, const char *key, const char *word)
{
	const struct tree *tree = &l->n->tree;
	struct ids targets = { 0 };
	struct name_fault fault;
	enum name_kind kind;
	size_t i;
	char *name;

	if (!name_normalise(word, strlen(word), true, &name, &kind, &fault))
		return;
	tree_resolve(tree, name, &targets);
	for (i = 0; i < targets.n; i++) {
		if (!ids_have(&l->n->modules, targets.list[i]))
			continue;
		report_add(l->report, "command-line", l->file, l->number,
			   "%s=%s on its command line loads %s", key, esc(word),
			   esc(tree->modules[targets.list[i]].name));
		report_remedy(l->report, REMOVE);
	}
	ids_free(&targets);
	free(name);
}

/* KEY=NAME,NAME: systemd loads them, in the initramfs if the key begins with "rd.". */
static void check_loads(const struct line *l, const char *key)
{
	const char *value;
	size_t at = 0;

	while ((value = cmdline_next_any(&l->words, key, &at))) {
		char *list = xstrdup(value), *rest = list, *word;

		while ((word = strsep(&rest, ",")))
			check_load(l, key, word);
		free(list);
	}
}

/* The init functions that the line does not leave out, with commas between. */
static char *missing_of(const struct line *l, const char *module)
{
	struct buf missing = { 0 };
	const char *function;
	size_t at = 0;

	while ((function = initcalls_next(l->calls, module, &at)))
		if (!cmdline_lists(&l->words, "initcall_blacklist", function))
			buf_addf(&missing, "%s%s", missing.len ? "," : "", function);
	return missing.s;
}

/* Without its init function the host would not come up. */
static void add_carrier(const struct line *l, const char *module,
			const struct carrier *carrier)
{
	report_add(l->report, "built-in", l->file, l->number,
		   "%s is built into this kernel, and carries %s", esc(module),
		   esc(carrier->what));
	report_remedy(l->report, "leave it out of the rule, or remove that kernel");
}

static void check_builtin(const struct line *l, size_t module)
{
	const struct tree *tree = &l->n->tree;
	const char *name = tree->modules[module].name;
	const struct carrier *carrier = carriers_of(l->carriers, tree, module);
	char *missing = missing_of(l, name), *add;

	if (missing && carrier) {
		add_carrier(l, name, carrier);
	} else if (missing) {
		report_add(l->report, "built-in", l->file, l->number,
			   "%s is built into this kernel, and its command line does not leave it out",
			   esc(name));
		add = boot_loader_add("initcall_blacklist", missing, l->n->k->here ? NULL :
				      l->n->k->release, &l->words);
		report_remedy(l->report, "%s", add);
		free(add);
	}
	free(missing);
}

static void check_line(struct line *l, const char *text, const struct stored_mode *stored)
{
	const struct next *n = l->n;
	size_t i;

	cmdline_parse(&l->words, text);
	check_guard(l);
	check_mode(l, stored);
	check_loads(l, "modules_load");
	check_loads(l, "rd.modules_load");
	for (i = 0; i < n->modules.n; i++)
		if (n->tree.modules[n->modules.list[i]].builtin)
			check_builtin(l, n->modules.list[i]);
	cmdline_free(&l->words);
}

/* What no command line changes about a module that is built in. */
static void check_functions(const struct next *n, const struct initcalls *calls,
			    struct report *report)
{
	size_t i, at;

	for (i = 0; i < n->modules.n; i++) {
		const struct tree_module *m = &n->tree.modules[n->modules.list[i]];

		at = 0;
		if (!m->builtin || initcalls_next(calls, m->name, &at))
			continue;
		report_add(report, "built-in", NULL, 0, "%s is built into this kernel%s",
			   esc(m->name), calls->known ?
			   ", and has no init function to leave out" :
			   ", whose symbols (System.map) do not name its init functions");
		report_remedy(report, "%s", calls->known ? "remove that kernel" :
			      "boot it, and run nfguard verify there");
	}
}

static void say_unknown(const char *file, unsigned int number, const char *why,
			struct report *report)
{
	report_add(report, "command-line", file, number,
		   "%s, so the command line of this kernel is not known", why);
	report_remedy(report, geteuid() ? "run it as root" :
		      "nfguard verify --next-cmdline FILE, where FILE has the command line that it will get: /proc/cmdline, if it is that of this boot");
}

static void check_lines(const struct next *n, struct line *l,
			const struct stored_mode *stored)
{
	const struct wanted *w = n->w;
	bool unknown = !n->entries.n;
	size_t i;

	for (i = 0; i < n->entries.n; i++) {
		const struct boot_entry *entry = &n->entries.list[i];

		l->file = entry->file;
		l->number = entry->line;
		if (entry->cmdline)
			check_line(l, entry->cmdline, stored);
		else if (!w->next_line)
			say_unknown(entry->file, entry->line, entry->why, l->report);
		unknown |= !entry->cmdline;
	}
	if (!n->entries.n && !w->next_line)
		say_unknown(NULL, 0,
			    "no boot loader's configuration that nfguard reads has an entry of it",
			    l->report);
	l->number = 0;
	l->file = w->next_file;
	if (unknown && w->next_line)
		check_line(l, w->next_line, stored);
	else if (unknown)
		check_mode(l, stored);
}

static bool needs_functions(const struct next *n)
{
	size_t i;

	for (i = 0; i < n->modules.n; i++)
		if (n->tree.modules[n->modules.list[i]].builtin)
			return true;
	return false;
}

/**
 * verify_lines - check the command lines that a kernel may be given, and the mode
 * @n: the kernel
 * @report: gets the findings
 */
void verify_lines(const struct next *n, struct report *report)
{
	struct stored_mode stored;
	struct initcalls calls = { 0 };
	struct carriers carriers = { 0 };
	struct line l = {
		.n = n, .calls = &calls, .carriers = &carriers, .report = report,
	};

	stored_mode_read(&stored);
	if (needs_functions(n)) {
		initcalls_read(&calls, n->k->tree_dir);
		carriers_find(&carriers);
	}
	check_functions(n, &calls, report);
	check_lines(n, &l, &stored);
	carriers_free(&carriers);
	initcalls_free(&calls);
	stored_mode_free(&stored);
}
