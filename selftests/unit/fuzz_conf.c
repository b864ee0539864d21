// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_conf.c - a libFuzzer target: any bytes as a policy file of the command. */
#include <stdlib.h>
#include <string.h>

#include "policy/conf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The places that a rule refers to must be within the file. */
static void check_rule(const struct conf_rule *rule, size_t size)
{
	size_t w;

	if (rule->start >= rule->end || rule->end > size || !rule->n_words)
		abort();
	for (w = 0; w < rule->n_words; w++) {
		const struct conf_word *word = &rule->words[w];

		if (word->start >= word->end || word->end > rule->end ||
		    word->start < rule->before || !*word->name)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct diags diags = { 0 };
	struct conf conf = { 0 };
	size_t r;

	conf_parse(&conf, "file", (const char *)data, size, &diags);
	for (r = 0; r < conf.n_rules; r++)
		check_rule(conf.rules[r], size);
	diags_free(&diags);
	conf_free(&conf);
	return 0;
}
