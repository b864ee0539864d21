// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics.c - the state and the counters as text for Prometheus.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "force/metrics.h"
#include "force/stored_mode.h"
#include "guard/counter.h"

/* Begins a family with its help and type; its samples follow. */
static void family(struct buf *out, const char *name, const char *type,
		   const char *help)
{
	buf_addf(out, "# HELP nfguard_%s %s\n# TYPE nfguard_%s %s\n", name,
		 help, name, type);
}

static void gauge(struct buf *out, const char *name, const char *help,
		  unsigned long long value)
{
	family(out, name, "gauge", help);
	buf_addf(out, "nfguard_%s %llu\n", name, value);
}

static void label(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "%s%s=", out->s[out->len - 1] == '{' ? "" : ",", key);
	buf_add_quoted(out, esc(value));
}

static bool is(const char *value, const char *word)
{
	return !strcmp(value, word);
}

static void add_gates(const struct kif_status *st, struct buf *out)
{
	family(out, "gate_armed", "gauge",
	       "Whether the gate is armed; the request gate is proved at each reading.");
	buf_addf(out, "nfguard_gate_armed{gate=\"request\"} %d\n",
		 is(st->request_gate, NFG_WORD_ARMED));
	buf_addf(out, "nfguard_gate_armed{gate=\"load\"} %d\n",
		 is(st->load_gate, NFG_WORD_REGISTERED));
	gauge(out, "ftrace_pin_held",
	      "Whether the request gate is safe from ftrace being switched off.",
	      is(st->ftrace_pin, NFG_WORD_HELD) ||
	      is(st->ftrace_pin, NFG_WORD_UNNEEDED));
}

static void add_mode(const struct kif_status *st, struct buf *out)
{
	struct stored_mode stored;
	const char *next;

	gauge(out, "enforcing", "Whether the mode is enforcing, not permissive.",
	      is(st->mode, NFG_WORD_ENFORCING));
	stored_mode_read(&stored);
	next = stored_mode_next(&stored);
	if (next)
		gauge(out, "enforcing_stored",
		      "Whether the mode will be enforcing after the next boot.",
		      is(next, NFG_WORD_ENFORCING));
	stored_mode_free(&stored);
}

static void add_state(const struct force *f, struct buf *out)
{
	const struct kif_status *st = &f->st;

	gauge(out, "guarding", "Whether the guard is loaded and fully in effect.",
	      st->state == GUARD_WHOLE);
	if (st->state == GUARD_NOT_LOADED || st->state == GUARD_OFF)
		return;
	family(out, "info", "gauge", "The version of the kernel module.");
	buf_adds(out, "nfguard_info{");
	label(out, "version", st->version);
	buf_adds(out, "} 1\n");
	add_gates(st, out);
	add_mode(st, out);
	gauge(out, "locked", "Whether policy and mode are locked until reboot.",
	      st->locked);
	gauge(out, "policy_generation",
	      "Generation of the policy in force; rises by one at each change.",
	      st->generation);
	gauge(out, "policy_in_sync",
	      "Whether the policy in force matches the policy files.",
	      f->sync == SYNC_SAME);
	gauge(out, "policy_rules", "Rules in force.", st->rules);
	gauge(out, "policy_entries", "Names and patterns in force.",
	      st->names + st->patterns);
}

/* The verdicts that the counters of what was allowed include. */
static const struct {
	const char *gate, *verdict;
	enum nfg_counter counter;
} let_through[] = {
	{ NFG_WORD_REQUEST, NFG_WORD_WOULD_DENY, NFG_REQUEST_WOULD_DENY },
	{ NFG_WORD_REQUEST, NFG_WORD_UNENFORCED, NFG_REQUEST_UNENFORCED },
	{ NFG_WORD_REQUEST, NFG_WORD_UNJUDGED, NFG_REQUEST_UNJUDGED },
	{ NFG_WORD_LOAD, NFG_WORD_WOULD_DENY, NFG_LOAD_WOULD_DENY },
};

static unsigned long long counted(const struct kif_counters *c,
				  enum nfg_counter counter)
{
	return kif_counter(c, counter_key(counter));
}

static void add_verdict(struct buf *out, const char *gate, const char *verdict,
			unsigned long long n)
{
	buf_addf(out, "nfguard_verdicts_total{gate=\"%s\",verdict=\"%s\"} %llu\n",
		 gate, verdict, n);
}

static void add_verdicts_of(const struct kif_counters *c, struct buf *out,
			    const char *gate, enum nfg_counter allowed,
			    enum nfg_counter denied)
{
	unsigned long long all = counted(c, allowed), others = 0, n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(let_through); i++) {
		if (!is(let_through[i].gate, gate))
			continue;
		n = counted(c, let_through[i].counter);
		others += n;
		add_verdict(out, gate, let_through[i].verdict, n);
	}
	/* Read at different moments, one may be ahead of the other. */
	add_verdict(out, gate, NFG_WORD_ALLOW, all > others ? all - others : 0);
	add_verdict(out, gate, NFG_WORD_DENY, counted(c, denied));
}

/* Each verdict on its own. */
static void add_verdicts(const struct kif_counters *c, struct buf *out)
{
	family(out, "verdicts_total", "counter",
	       "Requests and loads, by gate and verdict; unenforced: to be denied, but may have gone through.");
	add_verdicts_of(c, out, NFG_WORD_REQUEST, NFG_REQUEST_ALLOWED,
			NFG_REQUEST_DENIED);
	add_verdicts_of(c, out, NFG_WORD_LOAD, NFG_LOAD_ALLOWED,
			NFG_LOAD_DENIED);
}

/* The counters that don't count verdicts, named by their keys. */
static void add_others(const struct kif_counters *c, struct buf *out)
{
	size_t i;

	for (i = NFG_REQUEST_UNJUDGED + 1; i < NFG_N_COUNTERS; i++) {
		char *name = xasprintf("%s_total", counter_key(i));

		family(out, name, "counter", counter_sentence(i));
		buf_addf(out, "nfguard_%s %llu\n", name, counted(c, i));
		free(name);
	}
}

static void rule_sample(const struct kif_rule *rule, const char *gate,
			const char *verdict, unsigned long long value,
			struct buf *out)
{
	buf_adds(out, "nfguard_rule_verdicts_total{");
	label(out, "rule", rule->text);
	label(out, "gate", gate);
	label(out, "verdict", verdict);
	buf_addf(out, "} %llu\n", value);
}

static void add_rules(const struct kif_rules *rules, struct buf *out)
{
	size_t i;

	if (!rules->n)
		return;
	family(out, "rule_verdicts_total", "counter",
	       "Denials and would-be denials, by rule and gate.");
	for (i = 0; i < rules->n; i++) {
		const struct kif_rule *r = &rules->list[i];

		rule_sample(r, NFG_WORD_REQUEST, NFG_WORD_DENY,
			    r->request_denied, out);
		rule_sample(r, NFG_WORD_REQUEST, NFG_WORD_WOULD_DENY,
			    r->request_would_deny, out);
		rule_sample(r, NFG_WORD_LOAD, NFG_WORD_DENY, r->load_denied, out);
		rule_sample(r, NFG_WORD_LOAD, NFG_WORD_WOULD_DENY,
			    r->load_would_deny, out);
	}
	family(out, "rule_last_hit_timestamp_seconds", "gauge",
	       "When each rule last denied or would have denied; 0: never.");
	for (i = 0; i < rules->n; i++) {
		buf_adds(out, "nfguard_rule_last_hit_timestamp_seconds{");
		label(out, "rule", rules->list[i].text);
		buf_addf(out, "} %llu\n", rules->list[i].last);
	}
}

/*
 * In permissive mode nothing is denied: what is live is then exported under a name
 * of its own, so that neither can be taken for the other.
 */
static void add_live(const struct force *f, const struct live *live,
		     struct buf *out)
{
	bool permissive = kif_permissive(&f->st);
	const char *name = permissive ? "would_deny_live" : "denied_live";
	size_t i;

	if (permissive)
		gauge(out, "would_deny_live_modules",
		      "Modules that are live or built in and that enforcing mode would deny.",
		      live->n);
	else
		gauge(out, "denied_live_modules",
		      "Denied modules that are live or built in anyway.",
		      live->n);
	if (!live->n)
		return;
	family(out, name, "gauge", permissive ?
	       "Modules that are live or built in and that enforcing mode would deny, by name." :
	       "Denied modules that are live or built in anyway, by name.");
	for (i = 0; i < live->n; i++) {
		const struct live_module *m = &live->list[i];

		buf_addf(out, "nfguard_%s{", name);
		label(out, "module", m->name);
		label(out, "rule", live_rule(m, f->policy));
		buf_adds(out, "} 1\n");
	}
}

/**
 * metrics_text - writes all metrics
 * @f: what is in force
 * @live: the modules that the policy denies but that are present, NULL if not known
 * @counters: the counters, NULL if not known
 * @out: receives the text
 *
 * The format is Prometheus' text format, version 0.0.4: node_exporter's textfile
 * collector reads no other, and drops type and help of a counter in OpenMetrics,
 * where its family lacks "_total" (measured with 1.5.0). "# EOF" is a comment in
 * the former, and the end that the latter requires. What is not known is left out.
 */
void metrics_text(const struct force *f, const struct live *live,
		  const struct kif_counters *counters, struct buf *out)
{
	add_state(f, out);
	if (counters) {
		add_verdicts(counters, out);
		add_others(counters, out);
	}
	add_rules(&f->hits, out);
	if (live)
		add_live(f, live, out);
	buf_adds(out, "# EOF\n");
}
