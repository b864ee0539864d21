// SPDX-License-Identifier: GPL-2.0-only
/*
 * safety.c - what is checked before a policy takes effect, so that it does not take
 * the host down.
 *
 * Only what a change adds is held against it: what the policy in force denies
 * already was asked about when it came.
 */
#include <stdlib.h>

#include "abi/abi.h"
#include "base/ask.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "doctor/findings.h"
#include "doctor/report.h"
#include "force/carriers.h"
#include "force/live.h"
#include "guard/kernel_if.h"
#include "verbs/safety.h"

/**
 * struct toll - the live modules that a change denies
 * @new: the policy to come
 * @old: the policy in force
 * @live: how many modules are live
 * @denied: how many of them the change denies
 * @names: the first of those
 */
struct toll {
	const struct policy *new;
	const struct policy *old;
	size_t live;
	size_t denied;
	struct buf names;
};

#define NAMES_SHOWN	8

#define TOLL	"this denies %zu of the %zu modules that are live now (%s), and after a reboot they are missing"

static void count_live(const char *name, bool loading, void *data)
{
	struct toll *toll = data;

	(void)loading;
	if (name_is_guard(name))
		return;
	toll->live++;
	if (!policy_denies(toll->new, SCOPE_ANY, name) ||
	    policy_denies(toll->old, SCOPE_ANY, name))
		return;
	if (toll->denied++ < NAMES_SHOWN)
		buf_addf(&toll->names, "%s%s", toll->names.len ? ", " : "",
			 esc(name));
}

/* More than a tenth of what is live: hardly what somebody means by a rule. */
static bool is_much(const struct toll *toll)
{
	return toll->denied * 10 > toll->live;
}

/* Nobody is there to be asked. */
static int refuse_toll(const struct toll *toll, struct report *report)
{
	msg_err(TOLL ": nothing was changed; add --yes if you mean it",
		toll->denied, toll->live, toll->names.s);
	report_add(report, "live-many", NULL, 0, TOLL, toll->denied, toll->live,
		   toll->names.s);
	report_remedy(report, "add --yes if you mean it");
	return NFG_EXIT_FAILED;
}

static int check_toll(const struct invocation *inv, const struct source *src,
		      const struct policy *old, struct report *report)
{
	struct toll toll = { .new = &src->policy, .old = old };
	int err = NFG_EXIT_WHOLE;

	live_each(count_live, &toll);
	if (!is_much(&toll) || given(inv, OPT_FORCE) || given(inv, OPT_YES))
		goto out;
	if (toll.denied > NAMES_SHOWN)
		buf_adds(&toll.names, ", ...");
	if (given(inv, OPT_DRY_RUN)) {
		msg_warn(TOLL ": without --yes it is asked about",
			 toll.denied, toll.live, toll.names.s);
	} else if (!ask_can()) {
		err = refuse_toll(&toll, report);
	} else if (!ask_yes("nfguard: " TOLL ".", toll.denied, toll.live,
			    toll.names.s)) {
		msg_err("nothing was changed");
		err = NFG_EXIT_FAILED;
	}
out:
	buf_free(&toll.names);
	return err;
}

static int check_carriers(const struct invocation *inv, const struct source *src,
			  const struct carriers *carriers,
			  const struct policy *old, struct report *report)
{
	size_t i;

	findings_carriers(src, carriers, old, report);
	if (!report->n)
		return NFG_EXIT_WHOLE;
	for (i = 0; i < report->n; i++)
		msg_err("%s", report->items[i].text);
	if (given(inv, OPT_FORCE)) {
		msg_warn("denied all the same, as --force was given: if the host does not come up, boot it with nfguard.off=1 on the kernel command line");
		return NFG_EXIT_WHOLE;
	}
	msg_err("nothing was changed: leave those modules out, or add --force if you mean it");
	return NFG_EXIT_FAILED;
}

/* The same for a program that reads JSON. */
static void print_refusal(const struct report *report)
{
	struct table *findings = report_table(report);

	table_print(findings);
	table_free(findings);
}

/* An empty policy, which allows everything, where there is none to read. */
static void read_old(struct policy *old)
{
	struct kif_policy now;

	*old = (struct policy){ 0 };
	if (kif_read_policy(&now))
		return;
	if (policy_parse(old, now.body)) {
		policy_free(old);
		*old = (struct policy){ 0 };
	}
	kif_policy_free(&now);
}

/**
 * safety_check - refuse a policy that would take the host down
 * @inv: the call: --force accepts it, --yes answers what would be asked
 * @src: the policy to come, compiled
 *
 * Of a policy for another system nothing is known here. With --json, what is refused
 * is the document.
 *
 * Return: NFG_EXIT_WHOLE, or NFG_EXIT_FAILED, and the reason was printed.
 */
int safety_check(const struct invocation *inv, const struct source *src)
{
	const struct policy nothing = { 0 };
	struct toll toll = { .new = &src->policy, .old = &nothing };
	struct report report = { 0 };
	struct carriers carriers;
	struct policy old;
	int err = NFG_EXIT_WHOLE;

	if (inv->values[OPT_ROOT])
		return err;
	carriers_find(&carriers);
	live_each(count_live, &toll);
	/* Mostly nothing is denied that matters, whatever was denied before. */
	if (carriers_denied(&carriers, &src->closure) || is_much(&toll)) {
		read_old(&old);
		err = check_carriers(inv, src, &carriers, &old, &report);
		if (!err)
			err = check_toll(inv, src, &old, &report);
		if (err && report.n && given(inv, OPT_JSON))
			print_refusal(&report);
		policy_free(&old);
	}
	report_free(&report);
	buf_free(&toll.names);
	carriers_free(&carriers);
	return err;
}
