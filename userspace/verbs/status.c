// SPDX-License-Identifier: GPL-2.0-only
/*
 * status.c - shows on one screen whether this host is guarded, and by what.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/fit.h"
#include "base/msg.h"
#include "base/table.h"
#include "base/when.h"
#include "force/in_force.h"
#include "force/live.h"
#include "force/live_table.h"
#include "force/stored_mode.h"
#include "force/unconfirmed.h"
#include "guard/gates.h"
#include "guard/hits.h"
#include "guard/kernels.h"
#include "verbs/verb.h"

static const char *const state_words[] = {
	[GUARD_NOT_LOADED] = "not loaded",
	[GUARD_OFF] = NFG_WORD_OFF,
	[GUARD_DEGRADED] = NFG_WORD_DEGRADED,
	[GUARD_WHOLE] = NFG_WORD_GUARDING,
};

static const char *const sync_words[] = {
	[SYNC_UNKNOWN] = "unknown",
	[SYNC_SAME] = "same",
	[SYNC_DIFFERS] = "differs",
};

static const struct column status_columns[] = {
	{ NULL, "state", COLUMN_TEXT },
	{ NULL, "version", COLUMN_TEXT },
	{ NULL, "mode", COLUMN_TEXT },
	{ NULL, "stored_mode", COLUMN_TEXT },
	{ NULL, "locked", COLUMN_BOOL },
	{ NULL, "record", COLUMN_TEXT },
	{ NULL, "generation", COLUMN_NUMBER },
	{ NULL, "sha256", COLUMN_TEXT },
	{ NULL, "files", COLUMN_TEXT },
	{ NULL, "default", COLUMN_TEXT },
	{ NULL, "rules", COLUMN_NUMBER },
	{ NULL, "names", COLUMN_NUMBER },
	{ NULL, "patterns", COLUMN_NUMBER },
	{ NULL, "request_gate", COLUMN_TEXT },
	{ NULL, "ftrace_pin", COLUMN_TEXT },
	{ NULL, "load_gate", COLUMN_TEXT },
	{ NULL, "load_gate_seen", COLUMN_NUMBER },
	{ NULL, "load_gate_denied", COLUMN_NUMBER },
	{ NULL, "load_gate_proved", COLUMN_NUMBER },
	{ NULL, "request_unenforced", COLUMN_NUMBER },
};

static const struct column rule_columns[] = {
	{ "RULE", "rule", COLUMN_WRAP },
	HITS_COUNT_COLUMNS,
	HITS_LAST_COLUMNS,
};

static const struct column permissive_columns[] = {
	{ "RULE", "rule", COLUMN_WRAP },
	HITS_PERMISSIVE_COLUMNS,
	HITS_LAST_COLUMNS,
};

static struct table *make_rules(const struct force *f, bool json)
{
	bool permissive = kif_permissive(&f->st) && !json;
	struct table *t;
	size_t i;

	t = permissive ?
		table_new("rules", permissive_columns,
			  ARRAY_SIZE(permissive_columns), json) :
		table_new("rules", rule_columns, ARRAY_SIZE(rule_columns), json);
	for (i = 0; i < f->hits.n; i++) {
		const struct kif_rule *r = &f->hits.list[i];

		table_row(t);
		table_text(t, "rule", r->text);
		hits_fill(t, r);
	}
	return t;
}

/* Without debugfs the rules can still be shown, to those who may read them. */
static void print_bare_rules(const struct policy *policy)
{
	size_t i;

	for (i = 0; i < policy->n_rules; i++)
		printf("%s\n", esc(policy->rules[i].text));
}

static void print_gates(const struct kif_status *st)
{
	char *seen = when_text(st->load_seen);
	char *denied = when_text(st->load_denied);
	char *proved = when_text(st->load_proved);

	printf("request gate  %s\n", esc(st->request_gate));
	fit_print_fact("load gate",
		       "%s; last load seen %s, denied %s, proved %s",
		       esc(st->load_gate), seen, denied, proved);
	printf("ftrace pin    %s\n", esc(st->ftrace_pin));
	free(seen);
	free(denied);
	free(proved);
}

static void print_unenforced(void)
{
	unsigned long long n;

	if (!gates_unenforced(&n) || !n)
		return;
	printf("%s", colour_bad(stdout));
	fit_print_fact("unenforced",
		       "%llu request%s to be denied may have gone through: nfguard events --verdict unenforced",
		       n, PLURAL(n));
	printf("%s", colour_off(stdout));
}

static void print_policy(const struct force *f)
{
	static const char *const sync[] = {
		[SYNC_UNKNOWN] = "",
		[SYNC_SAME] = "; matches the policy files",
		[SYNC_DIFFERS] = "; differs from the policy files",
	};
	const struct kif_status *st = &f->st;

	fit_print_fact("policy",
		       "generation %llu: %llu rule%s, %llu name%s, %llu pattern%s, default %s%s",
		       st->generation, st->rules, PLURAL(st->rules), st->names,
		       PLURAL(st->names), st->patterns, PLURAL(st->patterns),
		       esc(st->dflt), sync[f->sync]);
}

static void print_mode(const struct kif_status *st,
		       const struct stored_mode *stored)
{
	const char *next = stored_mode_next(stored);

	printf("mode          %s%s", esc(st->mode), kif_permissive(st) ?
	       ": nothing is denied, only counted and reported" : "");
	if (next && strcmp(next, st->mode))
		printf("; after the next boot: %s", next);
	printf("\n");
}

static void print_text(const struct force *f, const struct stored_mode *stored,
		       const struct live *live)
{
	const struct kif_status *st = &f->st;
	struct table *rules;

	printf("nfguard       %s%s%s%s%s\n",
	       st->state == GUARD_WHOLE ? colour_good(stdout) : colour_bad(stdout),
	       state_words[st->state], colour_off(stdout),
	       *st->version ? ", version " : "", esc(st->version));
	if (st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF)
		return;
	print_mode(st, stored);
	printf("locked        %s\n", st->locked ? "yes, until the host reboots" : "no");
	if (!strcmp(st->record, NFG_WORD_NONE))
		printf("events        none are recorded or logged%s\n", st->locked ?
		       ", and that is locked" : ": nfguard events --record denied");
	print_gates(st);
	print_unenforced();
	print_policy(f);
	live_say_off(live);
	printf("\n");
	if (f->hits_error) {
		if (f->policy)
			print_bare_rules(f->policy);
		return;
	}
	rules = make_rules(f, false);
	table_print(rules);
	table_free(rules);
}

static void fill_status(struct table *t, const struct force *f,
			const struct stored_mode *stored)
{
	const struct kif_status *st = &f->st;
	unsigned long long unenforced;

	table_text(t, "state", state_words[st->state]);
	if (stored->word)
		table_text(t, "stored_mode", stored->word);
	if (st->state == GUARD_NOT_LOADED)
		return;
	table_text(t, "version", st->version);
	if (st->state == GUARD_OFF)
		return;
	table_text(t, "mode", st->mode);
	table_text(t, "locked", st->locked ? "1" : "0");
	table_text(t, "record", st->record);
	table_number(t, "generation", st->generation);
	table_text(t, "sha256", st->sha256);
	table_text(t, "files", sync_words[f->sync]);
	table_text(t, "default", st->dflt);
	table_number(t, "rules", st->rules);
	table_number(t, "names", st->names);
	table_number(t, "patterns", st->patterns);
	table_text(t, "request_gate", st->request_gate);
	table_text(t, "ftrace_pin", st->ftrace_pin);
	table_text(t, "load_gate", st->load_gate);
	table_number(t, "load_gate_seen", st->load_seen);
	table_number(t, "load_gate_denied", st->load_denied);
	table_number(t, "load_gate_proved", st->load_proved);
	if (gates_unenforced(&unenforced))
		table_number(t, "request_unenforced", unenforced);
}

static void print_json(const struct force *f, const struct stored_mode *stored,
		       const struct live *live)
{
	struct table *status = table_new("status", status_columns,
					 ARRAY_SIZE(status_columns), true);
	struct table *rules = make_rules(f, true);
	struct table *denied = live_table("live", live, f->policy);
	struct table *off = live_off_table(live, f->policy);
	struct buf doc = { 0 };

	table_row(status);
	fill_status(status, f, stored);
	json_begin(&doc);
	json_add(&doc, status);
	json_add(&doc, rules);
	json_add(&doc, denied);
	json_add(&doc, off);
	json_end(&doc);
	table_free(off);
	table_free(denied);
	table_free(rules);
	table_free(status);
}

/* The host is guarded until it boots one of these; doctor looks at the running one. */
static void say_unguarded_kernels(void)
{
	struct kernels kernels;
	char *text, *remedy;
	size_t i;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n; i++) {
		const struct kernel *k = &kernels.list[i];

		if (k->here)
			continue;
		text = kernel_unguarded(k, &remedy);
		if (text)
			msg_warn("%s: %s: %s", esc(k->tree_dir), text, remedy);
		free(remedy);
		free(text);
	}
	kernels_free(&kernels);
}

int cmd_status(const struct invocation *inv)
{
	struct stored_mode stored;
	struct live live;
	struct force f;
	int worst;

	worst = force_look(&f);
	if (worst)
		return worst;
	force_find_live(&f, &live);
	stored_mode_read(&stored);
	if (given(inv, OPT_JSON))
		print_json(&f, &stored, &live);
	else
		print_text(&f, &stored, &live);
	worst = kif_say_trouble(&f.st);
	if (!stored_mode_say(&stored))
		worst = nfg_exit_worse(worst, NFG_EXIT_BAD_INPUT);
	stored_mode_free(&stored);
	if (*f.st.version && strcmp(f.st.version, NFG_VERSION))
		msg_warn("the kernel module is version %s, this command is %s: to load the installed module, reboot%s",
			 esc(f.st.version), NFG_VERSION,
			 f.st.locked ? "" : ", or modprobe -r nfguard; nfguard boot");
	force_say_sync(&f);
	unconfirmed_say();
	say_unguarded_kernels();
	if (f.src.diags.errors) {
		diags_print(&f.src.diags);
		worst = nfg_exit_worse(worst, NFG_EXIT_BAD_INPUT);
	}
	if (f.policy)
		worst = nfg_exit_worse(worst, live_say(&live, f.policy, &f.st));
	else if (force_guarded(&f))
		msg_warn("only root can read the policy in force, so denied modules that are live are not shown: run it as root");
	live_free(&live);
	force_free(&f);
	return worst;
}
