// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings.c - what a policy does not do, although its author may think so.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/drop_ins.h"
#include "doctor/findings.h"
#include "force/use_find.h"

/*
 * Reports an allow that a denial of something the module needs defeats. Only for
 * names: a pattern or group is expected to have exceptions.
 */
static void defeated(const struct source *src, const struct conf_rule *rule,
		     const struct conf_word *word, struct report *report)
{
	const struct closure *c = &src->closure;
	size_t module = tree_find(c->tree, word->name);
	const struct conf_rule *by;
	struct ruling r;

	if (word->kind != NAME_EXACT || rule->verdict != VERDICT_ALLOW)
		return;
	r = closure_name(c, word->name, rule->scope);
	by = closure_rule(&src->closure, &r);
	if (r.verdict != VERDICT_DENY || !by || by == rule)
		return;
	if (module != NAME_NONE && r.via == NAME_NONE)
		return;	/* an earlier rule decides: the compiler reports it */
	report_add(report, "defeated", rule->file->path, word->line,
		   "'%s' stays denied: it needs %s, which '%s' at %s:%u denies",
		   esc(word->name),
		   r.via == NAME_NONE ? "what it leads to" :
		   esc(c->tree->modules[r.via].name), esc(by->text),
		   esc(by->file->path), by->line);
	report_column(report, word->col);
	report_remedy(report, "change one of these rules");
}

/**
 * findings_defeated - reports the allow rules that are defeated
 * @src: the policy
 * @report: gets a finding for each
 */
void findings_defeated(const struct source *src, struct report *report)
{
	size_t r, w;

	for (r = 0; r < src->conf.n_rules; r++) {
		const struct conf_rule *rule = src->conf.rules[r];

		for (w = 0; w < rule->n_words; w++)
			defeated(src, rule, &rule->words[w], report);
	}
}

static void add_shared(struct report *report, const char *alias,
		       const char *allowed, const char *denied)
{
	report_add(report, "shared-alias", NULL, 0,
		   "a request for %s is let through, as it also leads to %s; the load gate denies %s",
		   esc(alias), esc(allowed), esc(denied));
	report_warning(report);
	report_many(report, esc(alias), "",
		    "requests for %%s are let through, as they also lead to %s; the load gate denies %s",
		    esc(allowed), esc(denied));
}

/**
 * findings_shared - reports the aliases that are left to the load gate
 * @src: the policy
 * @report: gets a warning for each
 *
 * They lead to several modules, of which only some are denied.
 */
void findings_shared(const struct source *src, struct report *report)
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
			add_shared(report, a->name, allowed.s, denied.s);
		buf_free(&denied);
		buf_free(&allowed);
	}
}

static void add_tried(struct report *report, const char *name, const char *user)
{
	report_add(report, "softdep", NULL, 0,
		   "%s is a soft dependency of %s, which is allowed: modprobe will try it, and the load gate will deny it",
		   name, user);
	report_warning(report);
	report_many(report, name, "",
		    "%%s are soft dependencies of %s, which is allowed: modprobe will try them, and the load gate will deny them",
		    user);
}

static void add_softdep(const struct source *src, const struct softdep *s,
			size_t target, struct report *report)
{
	const struct tree *tree = src->closure.tree;
	const char *user = esc(tree->modules[s->module].name);
	const char *name = esc(tree->modules[target].name);
	const struct ruling *any = &src->closure.modules[SCOPE_ANY][target];
	const struct ruling *own;

	if (any->verdict == VERDICT_DENY) {
		own = &src->closure.modules[SCOPE_ANY][s->module];
		if (own->verdict == VERDICT_ALLOW)
			add_tried(report, name, user);
		return;
	}
	own = &src->closure.modules[SCOPE_UNPRIVILEGED][s->module];
	if (own->verdict != VERDICT_ALLOW)
		return;
	report_add(report, "softdep", NULL, 0,
		   "stays open to unprivileged askers: %s, as a soft dependency of %s, which they may request",
		   name, user);
	report_warning(report);
	report_many(report, name, "",
		    "stay open to unprivileged askers: %%s, as soft dependencies of %s, which they may request",
		    user);
}

/**
 * findings_softdeps - reports the soft dependencies that lead to a denied module
 * @src: the policy
 * @report: gets a warning for each
 *
 * They do not spread a denial. When an unprivileged asker requests an allowed
 * module, root's modprobe brings in its soft dependencies: that way stays open.
 */
void findings_softdeps(const struct source *src, struct report *report)
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
				add_softdep(src, &tree->softdeps[i], m, report);
		}
		ids_free(&targets);
	}
}

#define WITH_FORCE	"or accept that with --force when you apply it"

static void add_carrier(const struct carrier_denial *d, void *data)
{
	struct report *report = data;
	char *text = carrier_text(d);

	report_add(report, "carrier", d->rule ? d->rule->file->path : NULL,
		   d->rule ? d->rule->line : 0, "%s", text);
	if (d->rule)
		report_remedy(report, "leave %s out of it, " WITH_FORCE,
			      esc(d->module));
	else
		report_remedy(report, "allow %s, " WITH_FORCE, esc(d->module));
	free(text);
}

/**
 * findings_carriers - reports the denied modules that this host runs on
 * @src: the policy
 * @carriers: what carriers_find() found
 * @old: the policy in force; what it denies is left out
 * @report: gets a finding for each thing that a denied module carries
 */
void findings_carriers(const struct source *src, const struct carriers *carriers,
		       const struct policy *old, struct report *report)
{
	carriers_each_denied(carriers, &src->closure, old, add_carrier, report);
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

/* Each has its own command, unless there is none. */
static void add_builtin(const struct live_module *m, struct report *report)
{
	char *why = builtin_why(&m->builtin, false);
	char *whys = builtin_why(&m->builtin, true);
	char *remedy = builtin_remedy(&m->builtin, m->builtin.functions, false);
	char *remedies = builtin_remedy(&m->builtin, m->builtin.functions, true);

	report_add(report, "built-in", NULL, 0,
		   "%s is denied but built into this kernel%s", esc(m->name), why);
	report_remedy(report, "%s", remedy);
	if (m->builtin.state != BUILTIN_CAN_BE_OFF)
		report_many(report, esc(m->name), remedies,
			    "%%s are denied but built into this kernel%s", whys);
	free(remedies);
	free(remedy);
	free(whys);
	free(why);
}

/*
 * One that no rule names, under "default deny": most likely this host needs it, and a
 * reboot without it is what nobody meant.
 */
static void add_unnamed(const struct live_module *m, bool permissive,
			struct report *report)
{
	static const char allow[] =
		"nfguard allow %s, or nfguard generate --allow-list for all that was used";

	report_add(report, "live", NULL, 0,
		   "%s is live, and no rule names it, so '" NFG_WORD_DEFAULT " " NFG_WORD_DENY
		   "' %s it from the next boot on, unless the initramfs loads it", esc(m->name),
		   permissive ? "would deny" : "denies");
	report_remedy(report, allow, esc(m->name));
	report_many(report, esc(m->name), allow,
		    "%%s are live, and no rule names them, so '" NFG_WORD_DEFAULT " "
		    NFG_WORD_DENY
		    "' %s them from the next boot on, unless the initramfs loads them",
		    permissive ? "would deny" : "denies");
}

static void add_loaded(const struct live_module *m, const struct in_use *u,
		       const struct kif_status *st, struct report *report)
{
	bool permissive = st && kif_permissive(st);
	const char *to = live_for_users(m) ? " to unprivileged askers" : "";
	char *used, *remedy;
	const char *many;

	if (!m->entry) {
		add_unnamed(m, permissive, report);
		return;
	}
	remedy = live_remedy(m, u, st, &used);
	many = live_remedy_many(m, remedy, used);
	report_add(report, "live", NULL, 0, "%s %s denied%s but already live%s%s",
		   esc(m->name), permissive ? "would be" : "is", to,
		   used ? ", and stays: " : "", used ? used : "");
	report_remedy(report, "%s", remedy);
	if (many)
		report_many(report, esc(m->name), many,
			    "%%s %s denied%s but already live",
			    permissive ? "would be" : "are", to);
	free(remedy);
	free(used);
}

/**
 * findings_live - adds the denied modules that are present anyway
 * @live: what live_find() found
 * @st: as for live_remedy()
 * @report: gets a finding for each
 */
void findings_live(const struct live *live, const struct kif_status *st,
		   struct report *report)
{
	struct in_use u = { 0 };
	size_t i;

	if (live->n)
		use_find_all(&u, false);
	for (i = 0; i < live->n; i++) {
		if (live->list[i].how == LIVE_BUILTIN)
			add_builtin(&live->list[i], report);
		else
			add_loaded(&live->list[i], &u, st, report);
	}
	in_use_free(&u);
}
