// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact.c - shows who and what on this host needs modules, before they are denied.
 *
 * It compiles a policy that denies them and nothing else, and asks of that what the
 * other verbs ask of the policy files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/paths.h"
#include "base/table.h"
#include "doctor/impact.h"
#include "force/live.h"
#include "force/use_find.h"
#include "guard/event.h"
#include "verbs/edit_names.h"
#include "verbs/impact_names.h"
#include "verbs/verb.h"

#define NO_DEBUGFS \
	"there is no /sys/kernel/debug/nfguard: mount -t debugfs none /sys/kernel/debug, or boot without debugfs=off"

/* How many modules the summary names. */
#define NAMES_SHOWN	8

static const struct column module_columns[] = {
	{ "MODULE", "module", COLUMN_TEXT },
	{ "STATE", "state", COLUMN_TEXT },
	{ "USED", "used", COLUMN_WRAP },
	{ "TO END THAT", "remedy", COLUMN_WRAP },
};

static const struct column need_columns[] = {
	{ "NEEDED BY", "needed_by", COLUMN_TEXT },
	{ "MODULE", "module", COLUMN_TEXT },
	{ "FOR", "word", COLUMN_TEXT | COLUMN_IF_USED },
	{ "AT", NULL, COLUMN_WRAP },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "line", COLUMN_NUMBER },
	{ NULL, "more", COLUMN_NUMBER },
	{ "WITHOUT IT", "consequence", COLUMN_WRAP },
};

static const struct column asker_columns[] = {
	{ "ASKED BY", "program", COLUMN_TEXT },
	{ "NAME", "name", COLUMN_TEXT },
	{ "TIMES", "count", COLUMN_NUMBER },
};

static const struct column unread_columns[] = {
	{ "NOT LOOKED AT", "what", COLUMN_TEXT },
	{ "WHY", "why", COLUMN_WRAP },
};

static const struct column alias_columns[] = {
	{ NULL, "alias", COLUMN_TEXT },
	{ NULL, "module", COLUMN_TEXT },
};

/* What the guard records of requests and loads. */
enum recorded {
	RECORDED_UNREAD,
	RECORDED_DENIALS,
	RECORDED_ALL,
};

/**
 * struct view - what is shown
 * @inv: the call
 * @src: a policy that denies the names
 * @aliases: those of the names that are aliases, and their modules; only in JSON
 * @modules: those that are live or built in
 * @n_modules: how many
 * @needs: what needs one
 * @n_needs: how many
 * @askers: who asked for one
 * @n_askers: how many
 * @recorded: which askers can be known
 * @unread: what was not looked at, and why
 * @n_unread: how many
 */
struct view {
	const struct invocation *inv;
	const struct source *src;
	struct table *aliases;
	struct table *modules;
	size_t n_modules;
	struct table *needs;
	size_t n_needs;
	struct table *askers;
	size_t n_askers;
	enum recorded recorded;
	struct table *unread;
	size_t n_unread;
};

static void add_unread(struct view *v, const char *what, const char *why)
{
	table_row(v->unread);
	table_text(v->unread, "what", what);
	table_text(v->unread, "why", why);
	v->n_unread++;
}

/* Why what this host does now is no part of the answer, or NULL. */
static const char *elsewhere(const struct view *v)
{
	if (!paths_elsewhere())
		return NULL;
	return given(v->inv, OPT_ROOT) ? "--root selects another system" :
					 "--kernel selects another kernel";
}

static void add_aliases(struct view *v, const struct edit *edit)
{
	const struct tree *tree = v->src->closure.tree;
	struct ids targets = { 0 };
	size_t i, k;

	for (i = 0; i < edit->n; i++) {
		if (!impact_name_is_alias(tree, edit->names[i], &targets))
			continue;
		for (k = 0; k < targets.n; k++) {
			table_row(v->aliases);
			table_text(v->aliases, "alias", edit->words[i]);
			table_text(v->aliases, "module",
				   tree->modules[targets.list[k]].name);
		}
		ids_free(&targets);
	}
}

static void add_modules(struct view *v)
{
	struct in_use u = { 0 };
	struct live live;
	size_t i;

	live_find(&live, &v->src->policy);
	if (elsewhere(v))
		add_unread(v, "what is live", elsewhere(v));
	else if (live.n)
		use_find_all(&u, false);
	if (u.n_live && geteuid())
		add_unread(v, "what uses it",
			   "only root sees all processes and network namespaces: run it as root");
	for (i = 0; i < live.n; i++) {
		const struct live_module *m = &live.list[i];
		char *remedy = NULL, *used = NULL;

		if (m->how == LIVE_LOADED)
			used = in_use_by(&u, m->name, &remedy);
		table_row(v->modules);
		table_text(v->modules, "module", m->name);
		table_text(v->modules, "state",
			   m->how == LIVE_LOADED ? "live" : "built in");
		table_text(v->modules, "used", used);
		table_text(v->modules, "remedy", remedy);
		v->n_modules++;
		free(remedy);
		free(used);
	}
	in_use_free(&u);
	live_free(&live);
}

static void add_needs(struct view *v)
{
	const struct tree *tree = v->src->closure.tree;
	struct impacts im;
	size_t k;

	impacts_find(&im, v->src);
	for (k = 0; k < im.n; k++) {
		const struct impact *i = &im.list[k];

		table_row(v->needs);
		table_text(v->needs, "needed_by", i->program->unit);
		table_text(v->needs, "module", tree->modules[i->module].name);
		table_text(v->needs, "word", i->word);
		table_text(v->needs, "consequence", i->program->consequence);
		table_text(v->needs, "AT", i->file);
		table_text(v->needs, "file", i->file);
		if (i->line) {
			char *at = xasprintf("%s:%u", i->file, i->line);

			table_text(v->needs, "AT", at);
			table_number(v->needs, "line", i->line);
			table_number(v->needs, "more", i->more);
			free(at);
		}
		v->n_needs++;
	}
	impacts_free(&im);
}

/**
 * struct asker - a program that asked for a name
 * @program: its name, as the kernel escaped it
 * @name: what it asked for, the same
 * @count: how often
 */
struct asker {
	char *program;
	char *name;
	unsigned long long count;
};

/* Equal ones are one; a few hundred events are kept. */
static size_t count_asker(struct asker **list, size_t n, const struct event *e)
{
	const char *program = event_who(e, "comm"), *name = event_get(e, "name");
	size_t i;

	if (!program)
		program = "?";
	for (i = 0; i < n; i++) {
		if (!strcmp((*list)[i].program, program) && !strcmp((*list)[i].name, name)) {
			(*list)[i].count += event_count(e);
			return n;
		}
	}
	*list = xgrow(*list, n, sizeof(**list));
	(*list)[n] = (struct asker){ xstrdup(program), xstrdup(name), event_count(e) };
	return n + 1;
}

static bool is_about(const struct view *v, const struct event *e)
{
	char *name = e->lost || !event_get(e, "name") ? NULL :
		     xstrdup(event_get(e, "name"));
	bool about = false;
	struct ruling r;

	if (name) {
		name_underscore(name);
		/* What is denied to all is denied to them too. */
		r = closure_name(&v->src->closure, name, SCOPE_UNPRIVILEGED);
		about = r.verdict == VERDICT_DENY;
	}
	free(name);
	return about;
}

/* What count_event() is given. */
struct askers {
	const struct view *v;
	struct asker *list;
	size_t n;
};

static void count_event(char *line, void *data)
{
	struct askers *a = data;
	struct event e;

	if (event_parse(&e, line) && is_about(a->v, &e))
		a->n = count_asker(&a->list, a->n, &e);
	event_free(&e);
}

/* Why there are no events to read, or none of what is allowed. */
static const char *why_no_events(struct view *v, int err)
{
	struct kif_status st;

	if (kif_read_status(&st))
		return "the state of nfguard can't be read: nfguard status";
	if (st.state == GUARD_NOT_LOADED)
		return "nfguard's kernel module is not loaded, so nothing was recorded";
	if (st.state == GUARD_OFF)
		return "nfguard is switched off, so it recorded nothing";
	if (err == -ENOENT)
		return NO_DEBUGFS;
	if (err == -EACCES || err == -EPERM)
		return "only root may read /sys/kernel/debug/nfguard: run it as root";
	if (err)
		return "the events can't be read: nfguard events";
	if (!strcmp(st.record, NFG_WORD_NONE))
		return "nothing is recorded: nfguard events --record all";
	v->recorded = strcmp(st.record, NFG_WORD_ALL) ? RECORDED_DENIALS : RECORDED_ALL;
	return NULL;
}

/* Of the events that the kernel still has, whatever the verdict was. */
static void add_askers(struct view *v)
{
	struct askers a = { .v = v };
	const char *why = elsewhere(v);
	size_t i;

	if (!why)
		why = why_no_events(v, kif_each_event(kif_open_events(), count_event, &a));
	if (why)
		add_unread(v, "who asked", why);
	for (i = 0; i < a.n; i++) {
		table_row(v->askers);
		table_text(v->askers, "program", a.list[i].program);
		table_text(v->askers, "name", a.list[i].name);
		table_number(v->askers, "count", a.list[i].count);
		free(a.list[i].program);
		free(a.list[i].name);
	}
	v->n_askers = a.n;
	free(a.list);
}

/* Claims what was looked at, and no more. */
static void say_all_clear(const struct view *v)
{
	bool here = !elsewhere(v), events = v->recorded != RECORDED_UNREAD;

	say("%s%snothing known %s needs it%s%s\n", here ? "none of it is live, " : "",
	    here && !events ? "and " : "", given(v->inv, OPT_ROOT) ? "there" : "here",
	    events ? ", and no event is about it" : "",
	    v->recorded == RECORDED_DENIALS ?
	    " (only denials are recorded: nfguard events --record all)" : "");
}

/* Returns whether the names stand for any modules at all. */
static bool say_summary(const struct view *v)
{
	const struct tree *tree = v->src->closure.tree;
	struct buf names = { 0 };
	size_t i, n = 0;

	for (i = 0; i < tree->n_modules; i++) {
		if (v->src->closure.modules[SCOPE_ANY][i].verdict != VERDICT_DENY &&
		    v->src->closure.modules[SCOPE_UNPRIVILEGED][i].verdict != VERDICT_DENY)
			continue;
		if (n++ < NAMES_SHOWN)
			buf_addf(&names, "%s%s", names.len ? ", " : "",
				 tree->modules[i].name);
	}
	if (n)
		say("this would deny %s%s (%zu module%s)\n", names.s,
		    n > NAMES_SHOWN ? ", ..." : "", n, PLURAL(n));
	buf_free(&names);
	if (n && !v->n_modules && !v->n_needs && !v->n_askers)
		say_all_clear(v);
	return n;
}

static void print(const struct view *v)
{
	struct {
		struct table *t;
		size_t n;
	} tables[] = {
		{ v->modules, v->n_modules }, { v->needs, v->n_needs },
		{ v->askers, v->n_askers }, { v->unread, v->n_unread },
	};
	size_t i;

	if (!say_summary(v))
		return;
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (!tables[i].n)
			continue;
		say("\n");
		table_print(tables[i].t);
	}
}

static void print_json(const struct view *v)
{
	struct buf doc = { 0 };

	json_begin(&doc);
	json_add(&doc, v->aliases);
	json_add(&doc, v->modules);
	json_add(&doc, v->needs);
	json_add(&doc, v->askers);
	json_add(&doc, v->unread);
	json_end(&doc);
}

static void show(const struct invocation *inv, const struct edit *edit,
		 const struct source *src)
{
	bool json = given(inv, OPT_JSON);
	struct view v = {
		.inv = inv,
		.src = src,
		.aliases = table_new("aliases", alias_columns,
				     ARRAY_SIZE(alias_columns), json),
		.modules = table_new("modules", module_columns,
				     ARRAY_SIZE(module_columns), json),
		.needs = table_new("needs", need_columns, ARRAY_SIZE(need_columns), json),
		.askers = table_new("askers", asker_columns,
				    ARRAY_SIZE(asker_columns), json),
		.unread = table_new("unread", unread_columns,
				    ARRAY_SIZE(unread_columns), json),
	};

	add_aliases(&v, edit);
	add_modules(&v);
	add_needs(&v);
	add_askers(&v);
	if (json)
		print_json(&v);
	else
		print(&v);
	table_free(v.aliases);
	table_free(v.modules);
	table_free(v.needs);
	table_free(v.askers);
	table_free(v.unread);
}

int cmd_impact(const struct invocation *inv)
{
	struct edit edit = { .verdict = VERDICT_DENY };
	struct source src = { 0 };
	struct buf text = { 0 };
	int err = NFG_EXIT_BAD_INPUT;

	if (edit_names_take(&edit, inv) && impact_rule(&edit, &text)) {
		if (source_read_text(&src, "the command line", &text)) {
			/* Of an advisory's names this host may have some only. */
			err = impact_names_known(inv, &edit, &src) ? NFG_EXIT_WHOLE :
								     NFG_EXIT_NOT_HELD;
			show(inv, &edit, &src);
		} else {
			diags_print(&src.diags);
		}
	}
	buf_free(&text);
	source_free(&src);
	edit_names_free(&edit);
	return err;
}
