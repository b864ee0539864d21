// SPDX-License-Identifier: GPL-2.0-only
/*
 * generate.c - prints the policy that would have allowed exactly what permissive
 * mode has seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/table.h"
#include "base/when.h"
#include "force/carriers.h"
#include "force/generate.h"
#include "force/in_force.h"
#include "guard/counter.h"
#include "verbs/event_options.h"
#include "verbs/verb.h"

static void print_head(const struct used *u, const struct event_filter *filter,
		       bool allow_list)
{
	char *since = filter->since ? when_text(filter->since) : NULL;

	printf("# nfguard generate: %s, from %zu event%s%s%s\n",
	       allow_list ? "allows only what was used" :
	       "denies what was denied and not used", u->events,
	       PLURAL(u->events), since ? " since " : "", since ? since : "");
	if (u->missing)
		printf("# Events are missing, so it may deny something that was used.\n");
	free(since);
}

/* Needed in a deny-list, which may have no rule left that names them. */
static void print_used(const struct used *u, const struct closure *before)
{
	size_t m;

	for (m = 0; m < u->tree->n_modules; m++)
		if (u->who[m] &&
		    before->modules[SCOPE_UNPRIVILEGED][m].verdict == VERDICT_DENY)
			printf("# used: %s, by %s\n", u->tree->modules[m].name,
			       esc(u->who[m]));
}

/* Requests that lead to no module, so no rule on a module can allow them. */
static void print_nowhere(const struct used *u)
{
	size_t i;

	for (i = 0; i < u->n_names; i++) {
		struct ids targets = { 0 };

		tree_resolve(u->tree, u->names[i].name, &targets);
		if (!targets.n && !u->names[i].module)
			printf("# no module: %s, asked for by %s\n",
			       esc(u->names[i].name), esc(u->names[i].who));
		ids_free(&targets);
	}
}

static const struct column columns[] = {
	{ NULL, "list", COLUMN_TEXT },
	{ NULL, "default", COLUMN_TEXT },
	{ NULL, "events", COLUMN_NUMBER },
	{ NULL, "since", COLUMN_NUMBER },
	{ NULL, "missing", COLUMN_BOOL },
};

static void print_json(const struct generated *g, const struct used *u,
		       const struct event_filter *filter, bool allow_list)
{
	struct table *head = table_new("generate", columns, ARRAY_SIZE(columns),
				       true);
	struct table *rules = generated_table(g);
	struct buf doc = { 0 };

	table_row(head);
	table_text(head, "list", allow_list ? NFG_WORD_ALLOW : NFG_WORD_DENY);
	table_text(head, "default", verdict_word(g->dflt));
	table_number(head, "events", u->events);
	if (filter->since)
		table_number(head, "since", filter->since);
	table_text(head, "missing", u->missing ? "1" : "0");
	json_begin(&doc);
	json_add(&doc, head);
	json_add(&doc, rules);
	json_end(&doc);
	table_free(rules);
	table_free(head);
}

static int print_policy(const struct closure *before, const struct used *u,
			const struct event_filter *filter, bool allow_list,
			bool json)
{
	struct generated g;
	bool whole;

	whole = allow_list ? generate_allow_list(&g, u, before) :
			     generate_deny_list(&g, u, before);
	if (whole && json) {
		print_json(&g, u, filter, allow_list);
	} else if (whole) {
		print_head(u, filter, allow_list);
		if (!allow_list)
			print_used(u, before);
		print_nowhere(u);
		generated_print(&g);
	}
	generated_free(&g);
	return whole ? NFG_EXIT_WHOLE : NFG_EXIT_FAILED;
}

static bool read_lost(void)
{
	struct kif_counters counters;
	bool lost;

	if (kif_read_counters(&counters))
		return false;
	lost = kif_counter(&counters, counter_key(NFG_EVENTS_LOST));
	kif_counters_free(&counters);
	return lost;
}

static bool allows_something(const struct conf *conf)
{
	size_t r;

	for (r = 0; r < conf->n_rules; r++)
		if (conf->rules[r]->verdict == VERDICT_ALLOW)
			return true;
	return conf->dflt == VERDICT_ALLOW;
}

static void say_carrier(const struct carrier_denial *d, void *data)
{
	char *text = carrier_text(d);

	*(bool *)data = true;
	msg_warn("%s; what is generated allows it", text);
	free(text);
}

/*
 * An allow-list has all that is live anyway. Returns whether a deny-list will lack
 * rules, or have others, because of it.
 */
static bool add_carriers(struct used *u, const struct closure *before,
			 bool allow_list)
{
	const struct policy nothing = { 0 };
	struct carriers carriers;
	bool denied = false;

	carriers_find(&carriers);
	used_add_carriers(u, &carriers);
	if (!allow_list)
		carriers_each_denied(&carriers, before, &nothing, say_carrier,
				     &denied);
	carriers_free(&carriers);
	return denied;
}

static int generate(const struct invocation *inv, const struct force *f,
		    const struct event_filter *filter)
{
	bool allow_list = given(inv, OPT_ALLOW_LIST) ||
			  (!given(inv, OPT_DENY_LIST) &&
			   f->src.conf.dflt == VERDICT_DENY);
	struct used u;
	bool carried;
	int err, worst;

	used_init(&u, f->src.closure.tree);
	err = used_read(&u, filter);
	if (err) {
		kif_say_debugfs("events", err);
		used_free(&u);
		return NFG_EXIT_FAILED;
	}
	u.missing |= read_lost();
	carried = add_carriers(&u, &f->src.closure, allow_list);
	if (!u.events && !allow_list && !carried)
		msg_warn("nothing was used that the policy denies, so its rules stay: nfguard mode permissive records what would be denied");
	if (allow_list)
		used_add_live(&u);
	used_add_needs(&u);
	worst = print_policy(&f->src.closure, &u, filter, allow_list,
			     given(inv, OPT_JSON));
	if (allow_list && allows_something(&f->src.conf) &&
	    strcmp(f->st.record, NFG_WORD_ALL)) {
		msg_warn("what the policy allows is not recorded, so only what is live of it is known: nfguard events --record all");
		worst = nfg_exit_worse(worst, NFG_EXIT_NOT_HELD);
	}
	if (u.missing) {
		msg_warn("events are missing, so this policy may deny something that was used: try it in permissive mode first, or choose a later --since");
		worst = nfg_exit_worse(worst, NFG_EXIT_NOT_HELD);
	}
	used_free(&u);
	return worst;
}

int cmd_generate(const struct invocation *inv)
{
	struct event_filter filter;
	struct force f;
	int worst;

	if (!event_options_read(&filter, inv))
		return NFG_EXIT_BAD_INPUT;
	worst = force_read(&f);
	if (worst)
		return worst;
	if (f.st.state == GUARD_NOT_LOADED || f.st.state == GUARD_OFF) {
		worst = kif_say_trouble(&f.st);
	} else if (f.src.diags.errors) {
		diags_print(&f.src.diags);
		worst = NFG_EXIT_BAD_INPUT;
	} else {
		worst = generate(inv, &f, &filter);
		force_say_sync(&f);
		worst = nfg_exit_worse(worst, kif_say_trouble(&f.st));
	}
	force_free(&f);
	return worst;
}
