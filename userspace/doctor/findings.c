// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings.c - what a policy does not do, although its author may think so.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "base/exit.h"
#include "doctor/findings.h"

/*
 * Reports an allow that a denial of something the module needs defeats. Only for
 * names: a pattern or group is expected to have exceptions.
 */
static bool defeated(const struct source *src, const struct conf_rule *rule,
		     const struct conf_word *word)
{
	const struct closure *c = &src->closure;
	size_t module = tree_find(c->tree, word->name);
	const struct conf_rule *by;
	struct ruling r;

	if (word->kind != NAME_EXACT || rule->verdict != VERDICT_ALLOW)
		return false;
	r = closure_name(c, word->name, rule->scope);
	by = closure_rule(&src->closure, &r);
	if (r.verdict != VERDICT_DENY || !by || by == rule)
		return false;
	if (module != NAME_NONE && r.via == NAME_NONE)
		return false;	/* an earlier rule decides: the compiler reports it */
	msg_err("%s:%u:%u: '%s' stays denied: it needs %s, which '%s' at %s:%u denies: change one of these rules",
		esc(rule->file->path), word->line, word->col, esc(word->name),
		r.via == NAME_NONE ? "what it leads to" :
		esc(c->tree->modules[r.via].name), esc(by->text),
		esc(by->file->path), by->line);
	return true;
}

/**
 * findings_defeated - reports the allow rules that are defeated
 * @src: the policy
 *
 * Return: NFG_EXIT_WHOLE if there is none, else NFG_EXIT_NOT_HELD.
 */
int findings_defeated(const struct source *src)
{
	int worst = NFG_EXIT_WHOLE;
	size_t r, w;

	for (r = 0; r < src->conf.n_rules; r++) {
		const struct conf_rule *rule = src->conf.rules[r];

		for (w = 0; w < rule->n_words; w++)
			if (defeated(src, rule, &rule->words[w]))
				worst = NFG_EXIT_NOT_HELD;
	}
	return worst;
}

/**
 * findings_shared - reports the aliases that are left to the load gate
 * @src: the policy
 *
 * They lead to several modules, of which only some are denied.
 */
void findings_shared(const struct source *src)
{
	const struct tree *tree = src->closure.tree;
	size_t i, t;

	for (i = 0; i < tree->n_aliases; i++) {
		const struct tree_alias *a = &tree->aliases[i];
		struct buf denied = { 0 }, allowed = { 0 };

		for (t = 0; t < a->targets.n; t++) {
			size_t m = a->targets.list[t];
			const struct ruling *r;
			struct buf *list;

			r = &src->closure.modules[SCOPE_ANY][m];
			list = r->verdict == VERDICT_DENY ? &denied : &allowed;
			buf_addf(list, "%s%s", list->len ? ", " : "",
				 tree->modules[m].name);
		}
		if (denied.len && allowed.len)
			msg_warn("a request for %s is let through, as it also leads to %s; the load gate denies %s",
				 esc(a->name), esc(allowed.s), esc(denied.s));
		buf_free(&denied);
		buf_free(&allowed);
	}
}

static void say_softdep(const struct source *src, const struct softdep *s,
			size_t target)
{
	const struct tree *tree = src->closure.tree;
	const char *user = esc(tree->modules[s->module].name);
	const char *name = esc(tree->modules[target].name);
	const struct ruling *any = &src->closure.modules[SCOPE_ANY][target];
	const struct ruling *own;

	if (any->verdict == VERDICT_DENY) {
		own = &src->closure.modules[SCOPE_ANY][s->module];
		if (own->verdict == VERDICT_ALLOW)
			msg_warn("%s is a soft dependency of %s, which is allowed: modprobe will try it, and the load gate will deny it",
				 name, user);
		return;
	}
	own = &src->closure.modules[SCOPE_UNPRIVILEGED][s->module];
	if (own->verdict == VERDICT_ALLOW)
		msg_warn("stays open to unprivileged askers: %s, as a soft dependency of %s, which they may request",
			 name, user);
}

/**
 * findings_softdeps - reports the soft dependencies that lead to a denied module
 * @src: the policy
 *
 * They do not spread a denial. When an unprivileged asker requests an allowed
 * module, root's modprobe brings in its soft dependencies: that way stays open.
 */
void findings_softdeps(const struct source *src)
{
	const struct tree *tree = src->closure.tree;
	size_t i, t;

	for (i = 0; i < tree->n_softdeps; i++) {
		struct ids targets = { 0 };

		tree_resolve(tree, tree->softdeps[i].name, &targets);
		for (t = 0; t < targets.n; t++) {
			size_t m = targets.list[t];
			const struct ruling *r;

			r = &src->closure.modules[SCOPE_UNPRIVILEGED][m];
			if (r->verdict == VERDICT_DENY)
				say_softdep(src, &tree->softdeps[i], m);
		}
		ids_free(&targets);
	}
}

static const char *const modules_load_dirs[] = {
	"/etc/modules-load.d", "/run/modules-load.d",
	"/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d",
	"/lib/modules-load.d",
};

static void check_module_line(const struct source *src, struct report *report,
			      const char *path, unsigned int line, char *text)
{
	enum name_kind kind;
	struct name_fault fault;
	const struct conf_rule *by;
	const char *file;
	struct ruling r;
	char *name;
	bool own;

	text += strspn(text, " \t");
	text[strcspn(text, " \t\r")] = '\0';
	if (!*text || strchr("#;", *text) ||
	    !name_normalise(text, strlen(text), true, &name, &kind, &fault))
		return;
	r = closure_name(&src->closure, name, SCOPE_ANY);
	free(name);
	if (r.verdict != VERDICT_DENY)
		return;
	by = closure_rule(&src->closure, &r);
	report_add(report, "modules-load", path, line,
		   "%s is denied (%s), so systemd-modules-load fails to load it",
		   esc(text), by ? esc(by->text) : NFG_WORD_DEFAULT " " NFG_WORD_DENY);
	own = strstr(path, "/etc/modules-load.d/");
	file = strrchr(path, '/') + 1;
	if (own)
		report_remedy(report, "remove that line");
	else	/* A package's or a generator's comes back. */
		report_remedy(report,
			      "copy it to /etc/modules-load.d/%s, and remove that line there",
			      esc(file));
}

static void check_module_file(const struct source *src, struct report *report,
			      const char *path)
{
	struct buf b = { 0 };
	unsigned int n = 0;
	char *text, *line;

	if (!read_whole(path, NFG_TEXT_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text)))
			check_module_line(src, report, path, ++n, line);
	}
	buf_free(&b);
}

/**
 * findings_modules_load - finds the denied modules that modules-load.d names
 * @src: the policy
 * @report: gets a finding for each
 */
void findings_modules_load(const struct source *src, struct report *report)
{
	struct drop_ins files;
	size_t i;

	drop_ins_find(&files, modules_load_dirs, ARRAY_SIZE(modules_load_dirs));
	for (i = 0; i < files.n; i++) {
		char *path = drop_ins_path(&files.list[i], modules_load_dirs);

		check_module_file(src, report, path);
		free(path);
	}
	drop_ins_free(&files);
}
