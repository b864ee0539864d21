// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify.c - tells whether modules are out of reach: now, and after the next boot of
 * each kernel that is installed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/table.h"
#include "doctor/verify.h"
#include "verbs/edit_names.h"
#include "verbs/name_slips.h"
#include "verbs/verb.h"
#include "verbs/verify_try.h"

static const struct column scope_columns[] = {
	{ NULL, "when", COLUMN_TEXT },
	{ NULL, "kernel", COLUMN_TEXT },
	{ NULL, "holds", COLUMN_BOOL },
};

static const struct column finding_columns[] = {
	{ NULL, "when", COLUMN_TEXT },
	{ NULL, "kernel", COLUMN_TEXT },
	{ NULL, "check", COLUMN_TEXT },
	{ NULL, "severity", COLUMN_TEXT },
	{ NULL, "module", COLUMN_TEXT },
	{ NULL, "file", COLUMN_TEXT },
	{ NULL, "line", COLUMN_NUMBER },
	{ NULL, "text", COLUMN_TEXT },
	{ NULL, "remedy", COLUMN_TEXT },
};

#define NOW		"now"
#define NEXT_BOOT	"next boot"

/**
 * struct output - what is said
 * @scopes: for JSON: a row for now, and one for each kernel
 * @findings: for JSON: a row for each finding
 * @tries: for JSON, with --try: a row for each attempt; else NULL
 * @worst: the exit status
 */
struct output {
	struct table *scopes;
	struct table *findings;
	struct table *tries;
	int worst;
};

static void fill(struct output *out, const char *when, const char *kernel,
		 const struct report *report)
{
	size_t i;

	table_row(out->scopes);
	table_text(out->scopes, "when", when);
	table_text(out->scopes, "kernel", kernel);
	table_text(out->scopes, "holds", report->errors ? "0" : "1");
	for (i = 0; i < report->n; i++) {
		const struct report_item *item = &report->items[i];

		table_row(out->findings);
		table_text(out->findings, "when", when);
		table_text(out->findings, "kernel", kernel);
		table_text(out->findings, "check", item->check);
		table_text(out->findings, "severity", item->warning ? "warning" : "error");
		table_text(out->findings, "module", item->name);
		table_text(out->findings, "file", item->file);
		if (item->line)
			table_number(out->findings, "line", item->line);
		table_text(out->findings, "text", item->text);
		table_text(out->findings, "remedy", item->remedy);
	}
}

/* Says what one scope came to, and frees the report. */
static void conclude(struct output *out, const char *when, const char *kernel,
		     struct report *report, bool json)
{
	bool holds = !report->errors;

	fill(out, when, kernel, report);
	if (!json) {
		printf("%s%s%s: %s%s%s\n", when, kernel ? " of " : "",
		       kernel ? esc(kernel) : "",
		       holds ? colour_good(stdout) : colour_bad(stdout),
		       holds ? "out of reach" : "not out of reach", colour_off(stdout));
		if (report->n)
			report_print(report);
	}
	if (!holds)
		out->worst = nfg_exit_worse(out->worst, NFG_EXIT_NOT_HELD);
	report_free(report);
}

/* The name that an argument stands for, to be freed; NULL, and it was reported. */
static char *read_name(const char *word)
{
	static const char prefix[] = "alias:";
	bool alias = !strncmp(word, prefix, strlen(prefix));
	struct name_fault fault;
	enum name_kind kind;
	char *name;

	if (name_say_slip(word))
		return NULL;
	if (*word == '@' ? group_normalise(word, strlen(word), &name, &fault) :
	    name_normalise(word + (alias ? strlen(prefix) : 0),
			   strlen(word) - (alias ? strlen(prefix) : 0), true, &name,
			   &kind, &fault))
		return name;
	name_say_faulty(word, &fault);
	return NULL;
}

static bool read_names(const struct invocation *inv, struct wanted *w)
{
	int i;

	*w = (struct wanted){ .names = xcalloc(inv->argc, sizeof(*w->names)) };
	for (i = 0; i < inv->argc; i++) {
		w->names[w->n] = read_name(inv->argv[i]);
		if (!w->names[w->n])
			return false;
		w->n++;
	}
	return true;
}

static bool groups_known(const struct wanted *w)
{
	struct diags ignored = { 0 };
	const struct tree *tree = source_tree(&ignored);
	bool known = true;
	size_t i;

	for (i = 0; tree && i < w->n; i++)
		if (*w->names[i] == '@')
			known &= edit_group_known(tree, w->names[i], w->names[i]);
	diags_free(&ignored);
	return known;
}

/* --next-cmdline FILE */
static bool read_next_line(const struct invocation *inv, struct wanted *w)
{
	const char *file = inv->values[OPT_NEXT_CMDLINE];
	struct buf b = { 0 };
	int err = file ? read_whole(file, 1 << 16, &b) : 0;

	if (err) {
		msg_err("--next-cmdline %s: cannot be read: %s", esc(file), strerror(-err));
		return false;
	}
	w->next_file = file;
	w->next_line = b.s;
	return true;
}

/* The host never boots it by itself, so the answer is not about it; but it is told. */
static void say_by_hand(const struct kernel *k)
{
	char *remedy, *text = kernel_unguarded(k, &remedy);

	msg_warn("%s is %s; it is left out here, as it is booted only if somebody chooses it: %s",
		 esc(k->release), text, remedy);
	free(remedy);
	free(text);
}

static void verify_boots(const struct wanted *w, struct output *out, bool json)
{
	struct kernels kernels;
	size_t i;

	kernels_find(&kernels);
	for (i = 0; i < kernels.n; i++) {
		const struct kernel *k = &kernels.list[i];
		struct report report = { 0 };

		if (!kernel_can_boot(k))
			continue;
		if (kernel_by_hand(k)) {
			say_by_hand(k);
			continue;
		}
		verify_boot(k, w, &report);
		conclude(out, NEXT_BOOT, k->release, &report, json);
	}
	kernels_free(&kernels);
}

static void print_json(const struct output *out)
{
	struct buf doc = { 0 };

	json_begin(&doc);
	json_add(&doc, out->scopes);
	json_add(&doc, out->findings);
	if (out->tries)
		json_add(&doc, out->tries);
	json_end(&doc);
}

/* Without a name and without a rule, all that is denied is nothing. */
static void say_nothing_denied(const struct force *f, const struct wanted *w)
{
	if (!w->n && f->policy && !f->policy->n_rules)
		msg_warn("no rule denies anything, so this is about the guard alone");
}

static int verify(const struct invocation *inv, const struct force *f,
		  const struct wanted *w)
{
	struct report report = { 0 };
	bool json = given(inv, OPT_JSON);
	struct output out = {
		.scopes = table_new("verify", scope_columns,
				    ARRAY_SIZE(scope_columns), true),
		.findings = table_new("findings", finding_columns,
				      ARRAY_SIZE(finding_columns), true),
	};

	say_nothing_denied(f, w);
	verify_now(f, w, &report);
	conclude(&out, NOW, NULL, &report, json);
	if (given(inv, OPT_TRY))
		out.tries = verify_try(f, w, &out.worst);
	verify_boots(w, &out, json);
	if (json)
		print_json(&out);
	if (out.tries)
		table_free(out.tries);
	table_free(out.findings);
	table_free(out.scopes);
	if (f->st.state != GUARD_WHOLE)
		out.worst = nfg_exit_worse(out.worst, NFG_EXIT_NOT_GUARDING);
	return out.worst;
}

int cmd_verify(const struct invocation *inv)
{
	struct wanted w;
	struct force f;
	size_t i;
	int err = NFG_EXIT_BAD_INPUT;

	if (!read_names(inv, &w) || !read_next_line(inv, &w))
		goto out;
	err = force_read(&f);
	if (err)
		goto out;
	diags_print(&f.src.diags);
	err = f.src.diags.errors || !groups_known(&w) ? NFG_EXIT_BAD_INPUT :
	      verify(inv, &f, &w);
	force_free(&f);
out:
	for (i = 0; i < w.n; i++)
		free(w.names[i]);
	free(w.names);
	free(w.next_line);
	return err;
}
