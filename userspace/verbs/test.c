// SPDX-License-Identifier: GPL-2.0-only
/*
 * test.c - tells whether a name would be denied: by which rule, at which gate, for
 * whom. Nothing is requested or loaded.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/table.h"
#include "force/trial.h"
#include "verbs/verb.h"

static const struct column test_columns[] = {
	{ NULL, "name", COLUMN_TEXT },
	{ NULL, "user", COLUMN_TEXT },
	{ NULL, "uid", COLUMN_NUMBER },
	{ NULL, "unprivileged", COLUMN_BOOL },
	{ NULL, "policy", COLUMN_TEXT },
	{ NULL, "generation", COLUMN_NUMBER },
	{ NULL, "mode", COLUMN_TEXT },
	{ NULL, "known", COLUMN_BOOL },
	{ NULL, "denied", COLUMN_BOOL },
};

static const struct column answer_columns[] = {
	{ NULL, "gate", COLUMN_TEXT },
	{ NULL, "name", COLUMN_TEXT },
	{ NULL, "verdict", COLUMN_TEXT },
	{ NULL, "enforced", COLUMN_BOOL },
	{ NULL, "rule", COLUMN_TEXT },
	{ NULL, "at", COLUMN_TEXT },
	{ NULL, "scope", COLUMN_TEXT },
	{ NULL, "because_of", COLUMN_TEXT },
	{ NULL, "present", COLUMN_TEXT },
};

/**
 * struct asker - as whom the name is tried
 * @name: the user's name, or NULL
 * @uid: the user
 * @self: the caller, whose privilege is known; that of others is assumed
 * @scope: whether unprivileged
 */
struct asker {
	char *name;
	unsigned long uid;
	bool self;
	enum scope scope;
};

static bool read_uid(const char *word, unsigned long *uid)
{
	char *end;

	if (*word < '0' || *word > '9')
		return false;
	*uid = strtoul(word, &end, 10);
	return !*end && *uid < (uid_t)-1;
}

static bool read_asker(struct asker *asker, const char *user)
{
	const struct passwd *pw;
	bool privileged;

	*asker = (struct asker){ .self = !user, .uid = getuid() };
	if (user && !read_uid(user, &asker->uid)) {
		pw = getpwnam(user);
		if (!pw) {
			msg_err("test: --as '%s': this host has no such user: name another, or give a uid",
				esc(user));
			return false;
		}
		asker->uid = pw->pw_uid;
	}
	pw = getpwuid(asker->uid);
	asker->name = pw ? xstrdup(pw->pw_name) : NULL;
	privileged = user ? !asker->uid :
		host_may_load_modules() && host_in_initial_userns();
	asker->scope = privileged ? SCOPE_ANY : SCOPE_UNPRIVILEGED;
	return true;
}

static bool denies(const struct answer *a)
{
	return a->verdict == VERDICT_DENY;
}

/* Denied, and there is something to keep out. */
static bool denies_indeed(const struct answer *a)
{
	return denies(a) && a->enforced && !a->present;
}

static bool any(const struct trial *t, bool (*is)(const struct answer *a),
		enum gate gate)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->list[i].gate == gate && is(&t->list[i]))
			return true;
	return false;
}

static bool anywhere(const struct trial *t, bool (*is)(const struct answer *a))
{
	return any(t, is, GATE_REQUEST) || any(t, is, GATE_LOAD);
}

static bool not_present(const struct answer *a)
{
	return !a->present;
}

static bool permissive(const struct trial *t)
{
	return !paths_elsewhere() && force_guarded(&t->force) &&
	       kif_permissive(&t->force.st);
}

static bool lets_pass(const struct answer *a)
{
	return !denies(a);
}

static const char *where_denied(const struct trial *t)
{
	if (!any(t, denies_indeed, GATE_LOAD))
		return " at the request gate";
	if (any(t, denies_indeed, GATE_REQUEST))
		return " at both gates";
	return any(t, lets_pass, GATE_LOAD) ?
		" in part, at the load gate" :
		" at the load gate";
}

static void print_headline(const struct trial *t)
{
	const char *name = esc(t->name);

	if (!anywhere(t, not_present))
		printf("%s is %s already: no verdict changes that\n", name,
		       t->list[0].present);
	else if (anywhere(t, denies_indeed))
		printf("%s %swould be denied%s%s\n", name, colour_bad(stdout),
		       colour_off(stdout), where_denied(t));
	else if (anywhere(t, denies) && permissive(t))
		printf("%s would be denied; permissive mode lets it pass\n", name);
	else if (anywhere(t, denies))
		printf("%s is denied by the policy, but nothing enforces that\n",
		       name);
	else
		printf("%s %swould be allowed%s\n", name, colour_good(stdout),
		       colour_off(stdout));
}

static void print_asker(const struct asker *asker)
{
	bool privileged = asker->scope == SCOPE_ANY;
	const char *why;

	if (asker->self)
		why = privileged ?
			"has CAP_SYS_MODULE in the initial user namespace" :
			"lacks CAP_SYS_MODULE in the initial user namespace";
	else
		why = privileged ? "assumed to have CAP_SYS_MODULE" :
			"assumed to lack CAP_SYS_MODULE";
	printf("asker         %s%suid %lu: %sprivileged (%s)\n",
	       asker->name ? esc(asker->name) : "", asker->name ? ", " : "",
	       asker->uid, privileged ? "" : "un", why);
}

/* Why a denial is about another module than the name itself. */
static void print_because(const struct answer *a)
{
	if (a->because_of)
		printf(", %s %s", a->needs ? "needs" : "leads to",
		       esc(a->because_of));
}

static void print_answer(const struct answer *a, bool first)
{
	static const char *const gates[GATES] = {
		[GATE_REQUEST] = "request gate",
		[GATE_LOAD] = "load gate",
	};

	printf("%-13s %s: %s", first ? gates[a->gate] : "",
	       denies(a) ? "denied" : "allowed", esc(a->name));
	print_because(a);
	if (a->present)
		printf(" (%s already)", a->present);
	printf("\n%-13s by %s%s%s%s\n", "", esc(a->rule), a->at ? " (" : "",
	       a->at ? esc(a->at) : "", a->at ? ")" : "");
	if (a->gate == GATE_REQUEST && !denies(a) &&
	    a->unprivileged == VERDICT_DENY)
		printf("%-13s unprivileged askers are denied, by %s\n", "",
		       esc(a->unprivileged_rule));
	else if (denies(a) && a->scope == SCOPE_UNPRIVILEGED)
		printf("%-13s only unprivileged askers are denied\n", "");
}

static void print_policy(const struct trial *t)
{
	if (!t->in_force)
		printf("policy        that of the policy files\n");
	else
		printf("policy        the one in force, generation %llu%s\n",
		       t->force.st.generation, t->from_files ?
		       "; matches the policy files" :
		       "; differs from the policy files");
}

static void print_text(const struct trial *t, const struct asker *asker)
{
	size_t i;

	print_headline(t);
	print_asker(asker);
	for (i = 0; i < t->n; i++)
		print_answer(&t->list[i],
			     !i || t->list[i].gate != t->list[i - 1].gate);
	print_policy(t);
}

static void fill_answer(struct table *t, const struct answer *a, bool mild)
{
	table_row(t);
	table_text(t, "gate", a->gate == GATE_REQUEST ? NFG_WORD_REQUEST :
		   NFG_WORD_LOAD);
	table_text(t, "name", a->name);
	table_text(t, "verdict", denies(a) && mild ? NFG_WORD_WOULD_DENY :
		   verdict_word(a->verdict));
	table_text(t, "enforced", a->enforced ? "1" : "0");
	table_text(t, "rule", a->rule);
	table_text(t, "at", a->at);
	table_text(t, "scope", scope_word(a->scope));
	table_text(t, "because_of", a->because_of);
	table_text(t, "present", a->present);
}

static void print_json(const struct trial *t, const struct asker *asker)
{
	struct table *test = table_new("test", test_columns,
				       ARRAY_SIZE(test_columns), true);
	struct table *answers = table_new("answers", answer_columns,
					  ARRAY_SIZE(answer_columns), true);
	struct buf doc = { 0 };
	size_t i;

	table_row(test);
	table_text(test, "name", t->name);
	table_text(test, "user", asker->name);
	table_number(test, "uid", asker->uid);
	table_text(test, "unprivileged", asker->scope == SCOPE_ANY ? "0" : "1");
	table_text(test, "policy", t->in_force ? "in force" : "files");
	if (t->in_force) {
		table_number(test, "generation", t->force.st.generation);
		table_text(test, "mode", t->force.st.mode);
	}
	table_text(test, "known", t->targets.n ? "1" : "0");
	table_text(test, "denied", anywhere(t, denies_indeed) ? "1" : "0");
	for (i = 0; i < t->n; i++)
		fill_answer(answers, &t->list[i], permissive(t));
	json_begin(&doc);
	json_add(&doc, test);
	json_add(&doc, answers);
	json_end(&doc);
	table_free(answers);
	table_free(test);
}

static void say_unknown(const struct trial *t)
{
	const char *near = tree_nearest(t->tree, t->name, NULL);
	char *hint = near ? xasprintf(": did you mean %s?", esc(near)) : NULL;

	msg_err("'%s' is not a module or alias of this kernel (%s)%s",
		esc(t->name), esc(t->tree->dir), hint ? hint : "");
	free(hint);
}

/* What is not as the answer alone would suggest. */
static int say_trouble(const struct trial *t)
{
	const struct force *f = &t->force;
	int worst = NFG_EXIT_WHOLE;
	size_t i;

	if (!t->targets.n) {
		say_unknown(t);
		worst = NFG_EXIT_NOT_HELD;
	}
	for (i = 0; i < t->n; i++)
		if (denies(&t->list[i]) && t->list[i].present && !permissive(t))
			worst = NFG_EXIT_NOT_HELD;
	if (paths_elsewhere())
		return worst;
	if (f->sync == SYNC_DIFFERS && !t->in_force)
		msg_warn("the policy in force (generation %llu) differs from the policy files, and only root may read it: run it as root",
			 f->st.generation);
	else if (f->sync == SYNC_DIFFERS)
		force_say_sync(f);
	if (f->src.diags.errors) {
		diags_print(&f->src.diags);
		worst = nfg_exit_worse(worst, NFG_EXIT_BAD_INPUT);
	}
	return nfg_exit_worse(worst, kif_say_trouble(&f->st));
}

static int try_name(struct trial *t, const char *name, const struct asker *asker,
		    const struct invocation *inv)
{
	unsigned int gates = (given(inv, OPT_REQUEST) ? GATE_BIT(GATE_REQUEST) : 0) |
			     (given(inv, OPT_LOAD) ? GATE_BIT(GATE_LOAD) : 0);
	int worst;

	if (!gates)
		gates = GATE_BIT(GATE_REQUEST) | GATE_BIT(GATE_LOAD);
	if (!trial_run(t, name, asker->scope, gates)) {
		diags_print(&t->force.src.diags);
		return NFG_EXIT_BAD_INPUT;
	}
	if (given(inv, OPT_JSON))
		print_json(t, asker);
	else
		print_text(t, asker);
	worst = say_trouble(t);
	if (anywhere(t, denies_indeed))
		worst = nfg_exit_worse(worst, NFG_EXIT_WOULD_DENY);
	return worst;
}

/* As the kernel compares it; a rule's "alias:" may precede it. */
static char *read_name(const char *word)
{
	struct name_fault fault;
	enum name_kind kind;
	char *name;

	if (!strncmp(word, "alias:", strlen("alias:")))
		word += strlen("alias:");
	if (!*word)
		fault.why = "an empty name";
	else if (*word == '@')
		fault.why = "a group is not a name";
	else if (name_normalise(word, strlen(word), true, &name, &kind, &fault))
		return name;
	msg_err("test: '%s': %s: give a module, or the name of a request",
		esc(word), fault.why);
	return NULL;
}

int cmd_test(const struct invocation *inv)
{
	char *name = read_name(inv->argv[0]);
	struct asker asker = { 0 };
	struct trial t;
	int worst = NFG_EXIT_BAD_INPUT;

	if (!name || !read_asker(&asker, inv->values[OPT_AS]))
		goto out;
	worst = trial_begin(&t);
	if (worst == NFG_EXIT_FAILED)
		goto out;
	if (worst)
		diags_print(&t.force.src.diags);
	else
		worst = try_name(&t, name, &asker, inv);
	trial_free(&t);
out:
	free(asker.name);
	free(name);
	return worst;
}
