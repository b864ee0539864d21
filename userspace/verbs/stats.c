// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - shows the counters.
 */
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/table.h"
#include "guard/counter.h"
#include "guard/kernel_if.h"
#include "verbs/verb.h"

/* What a counter means; NULL if only the kernel module knows it. */
static const char *sentence_of(const char *key)
{
	size_t i;

	for (i = 0; i < NFG_N_COUNTERS; i++)
		if (!strcmp(counter_key(i), key))
			return counter_sentence(i);
	return NULL;
}

static bool is_of_gate(const char *key)
{
	size_t i;

	for (i = 0; i <= NFG_LOAD_WOULD_DENY; i++)
		if (!strcmp(counter_key(i), key))
			return true;
	return false;
}

static void print_counters(const struct kif_counters *counters,
			   const struct invocation *inv)
{
	const struct column columns[] = {
		{ "COUNTER", "counter", COLUMN_TEXT },
		{ "VALUE", "value", COLUMN_NUMBER },
		{ "MEANING", "meaning", COLUMN_WRAP },
	};
	size_t n = given(inv, OPT_EXPLAIN) ? 3 : 2, i;
	bool all = given(inv, OPT_ALL) || given(inv, OPT_JSON);
	struct table *t;

	t = table_new("counters", columns, n, given(inv, OPT_JSON));
	for (i = 0; i < counters->n; i++) {
		if (!all && !counters->list[i].value &&
		    !is_of_gate(counters->list[i].key))
			continue;
		table_row(t);
		table_text(t, "counter", counters->list[i].key);
		table_number(t, "value", counters->list[i].value);
		table_text(t, "meaning", sentence_of(counters->list[i].key));
	}
	table_print(t);
	table_free(t);
}

int cmd_stats(const struct invocation *inv)
{
	struct kif_counters counters;
	struct kif_status st;
	int err;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return kif_say_trouble(&st);
	err = kif_read_counters(&counters);
	if (err) {
		kif_say_debugfs("counters", err);
		return NFG_EXIT_FAILED;
	}
	print_counters(&counters, inv);
	kif_counters_free(&counters);
	return kif_say_trouble(&st);
}
