// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify_boot.c - whether modules are out of reach after the next boot of a kernel: the
 * guard can be loaded there and finds its policy, and nothing comes before it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/boot_loader.h"
#include "base/cmdline.h"
#include "doctor/checks.h"
#include "doctor/verify.h"
#include "force/store.h"
#include "force/stored_mode.h"
#include "tree/initcalls.h"

/**
 * struct next - a kernel that may be booted next
 * @k: the kernel
 * @w: what is to be out of reach
 * @tree: its modules
 * @src: the policy files, compiled for them
 * @modules: those that are to be out of reach
 * @line: its command line
 */
struct next {
	const struct kernel *k;
	const struct wanted *w;
	struct tree tree;
	struct source src;
	struct ids modules;
	struct cmdline line;
};

static void find_modules(struct next *n)
{
	size_t i;

	wanted_modules(n->w, &n->tree, &n->modules);
	for (i = 0; !n->w->n && i < n->tree.n_modules; i++)
		if (ruling_denies_by_rule(&n->src.closure.modules[SCOPE_ANY][i]))
			ids_add(&n->modules, i);
}

/* As for the running kernel if no boot loader's configuration tells another. */
static void read_line(struct next *n)
{
	char *line = boot_loader_cmdline(n->k->release);

	if (line)
		cmdline_parse(&n->line, line);
	else
		cmdline_read(&n->line);
	free(line);
}

/* Whether the kernel will leave the module's init functions out; else says so. */
static void check_builtin(const struct next *n, const struct initcalls *calls,
			  const char *name, struct report *report)
{
	struct buf missing = { 0 };
	const char *function;
	bool any = false;
	size_t at = 0;
	char *add;

	while ((function = initcalls_next(calls, name, &at))) {
		any = true;
		if (!cmdline_lists(&n->line, "initcall_blacklist", function))
			buf_addf(&missing, "%s%s", missing.len ? "," : "", function);
	}
	if (any && !missing.len)
		return;
	report_add(report, "built-in", NULL, 0, "%s is built into this kernel%s", esc(name),
		   any ? ", and its command line does not leave it out" :
		   calls->known ? ", and has no init function to leave out" :
		   ", whose symbols (System.map) do not name its init functions");
	if (any) {
		add = boot_loader_add("initcall_blacklist", missing.s);
		report_remedy(report, "%s", add);
		free(add);
	} else {
		report_remedy(report, "%s", calls->known ? "remove that kernel" :
			      "boot it, and run nfguard verify there");
	}
	buf_free(&missing);
}

static void check_rules(const struct next *n, struct report *report)
{
	const struct closure *c = &n->src.closure;
	struct initcalls calls = { 0 };
	bool read = false;
	size_t i;

	for (i = 0; i < n->modules.n; i++) {
		const struct tree_module *m = &n->tree.modules[n->modules.list[i]];

		if (m->builtin) {
			if (!read)
				initcalls_read(&calls, n->k->tree_dir);
			read = true;
			check_builtin(n, &calls, m->name, report);
		} else if (c->modules[SCOPE_ANY][n->modules.list[i]].verdict != VERDICT_DENY) {
			report_add(report, "policy", NULL, 0,
				   "%s is not denied to all by the policy files that last",
				   esc(m->name));
			report_remedy(report, "nfguard deny %s", esc(m->name));
			report_many(report, esc(m->name), "nfguard deny %s",
				    "%%s are not denied to all by the policy files that last");
		}
	}
	initcalls_free(&calls);
}

/* Whether the stored policy denies all that the policy files do. */
static bool stored_denies(const struct next *n, const char *body)
{
	struct policy policy = { 0 };
	bool denies = !policy_parse(&policy, body);
	size_t i;

	for (i = 0; denies && i < n->modules.n; i++) {
		size_t m = n->modules.list[i];

		denies = n->tree.modules[m].builtin ||
			 n->src.closure.modules[SCOPE_ANY][m].verdict != VERDICT_DENY ||
			 policy_denies(&policy, SCOPE_ANY, n->tree.modules[m].name);
	}
	policy_free(&policy);
	return denies;
}

/* It need not be up to date, as boot then compiles the files; but until then it rules. */
static void check_stored(const struct next *n, struct report *report)
{
	struct diags diags = { 0 };
	struct stored stored;
	const char *text = NULL;
	int err = store_read(n->k->tree_dir, &stored, &diags);

	if (err == -EACCES)
		text = "only root can read the policy that is stored for this kernel";
	else if (err == -ENOENT)
		text = "no policy is stored for this kernel, so an initramfs can't have it";
	else if (err)
		text = "the policy that is stored for this kernel can't be used";
	else if (!stored_denies(n, stored.body))
		text = "the policy that is stored for this kernel is older, and lacks some of it";
	if (text) {
		report_add(report, "stored", NULL, 0, "%s", text);
		if (err == -EACCES)
			report_remedy(report, "run it as root");
		else
			report_remedy(report, "nfguard apply --store --kernel %s",
				      esc(n->k->release));
	}
	stored_free(&stored);
	diags_free(&diags);
}

static void check_mode(const struct next *n, struct report *report)
{
	const char *next, *option = NULL, *value;
	struct stored_mode stored;
	size_t at = 0;

	stored_mode_read(&stored);
	next = stored_mode_next(&stored);
	while ((value = cmdline_next(&n->line, "nfguard.mode", &at)))
		option = value;
	/* A mode that is stored outranks it. */
	if (option && !stored.word && !stored.hidden)
		next = mode_word(option);
	if (!next || strcmp(next, NFG_WORD_ENFORCING)) {
		report_add(report, "mode", stored.path, 0, "%s", next ?
			   "the mode will be permissive, so nothing will be denied" :
			   "only root can read the mode of the next boot");
		report_remedy(report, "%s", next ? "nfguard mode enforcing" : "run it as root");
	}
	stored_mode_free(&stored);
}

static void check_load(const struct next *n, const char *key, const char *word,
		       struct report *report)
{
	struct ids targets = { 0 };
	struct name_fault fault;
	enum name_kind kind;
	size_t i;
	char *name;

	if (!name_normalise(word, strlen(word), true, &name, &kind, &fault))
		return;
	tree_resolve(&n->tree, name, &targets);
	for (i = 0; i < targets.n; i++) {
		if (!ids_have(&n->modules, targets.list[i]))
			continue;
		report_add(report, "command-line", NULL, 0,
			   "%s=%s on its command line loads %s", key, esc(word),
			   esc(n->tree.modules[targets.list[i]].name));
		report_remedy(report, "remove it from the boot loader's configuration");
	}
	ids_free(&targets);
	free(name);
}

/* KEY=NAME,NAME: systemd loads them, in the initramfs if the key begins with "rd.". */
static void check_loads(const struct next *n, const char *key, struct report *report)
{
	const char *value;
	size_t at = 0;

	while ((value = cmdline_next(&n->line, key, &at))) {
		char *list = xstrdup(value), *rest = list, *word;

		while ((word = strsep(&rest, ",")))
			check_load(n, key, word, report);
		free(list);
	}
}

static void check_line(const struct next *n, struct report *report)
{
	bool off = cmdline_true(&n->line, "nfguard.off");

	if (off) {
		report_add(report, "command-line", NULL, 0,
			   "nfguard.off=1 on its command line keeps the guard off");
		report_remedy(report, "remove it from the boot loader's configuration");
	}
	check_loads(n, "modules_load", report);
	check_loads(n, "rd.modules_load", report);
}

static bool keep(const char *name, void *data)
{
	const struct next *n = data;

	return wanted_keeps(name, n->w, &n->tree);
}

static void check_all(struct next *n, struct report *report)
{
	size_t from;

	find_modules(n);
	read_line(n);
	check_rules(n, report);
	doctor_loadable(&n->src, report);
	doctor_boot(report);
	check_stored(n, report);
	check_mode(n, report);
	check_line(n, report);
	from = report->n;
	doctor_initramfs(&n->src, n->w->n, report);
	report_keep(report, from, keep, n);
	cmdline_free(&n->line);
	ids_free(&n->modules);
}

/**
 * verify_boot - check whether modules are out of reach once a kernel is booted
 * @k: the kernel
 * @w: the modules
 * @report: gets a finding for each thing that will not hold
 */
void verify_boot(const struct kernel *k, const struct wanted *w, struct report *report)
{
	struct next n = { .k = k, .w = w };
	struct diags diags = { 0 };
	const char *remedy;
	char *text = kernel_unguarded(k, &remedy);

	if (text) {
		report_add(report, "guard", k->tree_dir, 0, "%s", text);
		report_remedy(report, "%s", remedy);
		free(text);
		return;
	}
	if (tree_read(&n.tree, k->tree_dir, &diags) && source_read_for(&n.src, &n.tree))
		check_all(&n, report);
	else
		report_diags(report, diags.errors ? &diags : &n.src.diags);
	source_free(&n.src);
	tree_free(&n.tree);
	diags_free(&diags);
}
