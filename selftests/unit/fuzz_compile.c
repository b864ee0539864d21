// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_compile.c - a libFuzzer target: any rules over any tree. What closure.c decides
 * about a name is what the compiled policy says, both as the command reads it and as the
 * kernel module does. The parts of the input are rules, modules.dep and modules.alias; a
 * byte of 0xff ends each.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "fuzz_cut.h"
#include "policy/compile.h"
#include "tree/depmod_index.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The compiled policy, in the forms that must agree. */
struct compiled {
	struct closure closure;
	struct policy policy;
	struct nfg_policy *kernel;
};

/* Parses a policy's text without its first line, as the kernel module does. */
static struct nfg_policy *kernel_parse(const char *body, size_t entries)
{
	struct nfg_policy *policy;
	struct nfg_refusal why;
	struct text text = {};

	add(&text, "policy 1 token=0.0 entries=%zu\n%s", entries, body);
	if (parse(text.p, text.len, &policy, &why)) {
		fprintf(stderr, "line %u: %s\n%s", why.line, why.reason, text.p);
		abort();
	}
	text_free(&text);
	return policy;
}

static bool kernel_denies(const struct nfg_policy *policy, const char *name,
			  bool unprivileged)
{
	const struct nfg_entry *entry;

	entry = look_up(policy, name, strlen(name), unprivileged);
	return (entry ? entry->verdict : policy->default_verdict) == NFG_DENY;
}

static void check_name(const struct compiled *c, const char *name)
{
	struct name_fault fault;
	enum name_kind kind;
	char *copy;
	int asker;

	/* The kernel never requests other names. */
	if (!name_normalise(name, strlen(name), true, &copy, &kind, &fault))
		return;
	for (asker = 0; asker < SCOPES; asker++) {
		struct ruling want = closure_name(&c->closure, copy, asker);
		const struct policy_entry *e;
		enum verdict verdict;
		bool denies;

		e = policy_decides(&c->policy, asker, copy);
		verdict = e ? e->verdict : c->policy.dflt;
		denies = kernel_denies(c->kernel, copy,
				       asker == SCOPE_UNPRIVILEGED);
		if (verdict != want.verdict ||
		    (denies ? VERDICT_DENY : VERDICT_ALLOW) != want.verdict)
			abort();
	}
	free(copy);
}

/* A group is no name. */
static void check_words(const struct compiled *c, const struct conf_rule *rule)
{
	size_t w;

	for (w = 0; w < rule->n_words; w++)
		if (rule->words[w].kind == NAME_EXACT)
			check_name(c, rule->words[w].name);
}

static void check_all(const struct conf *conf, const struct tree *tree)
{
	struct compiled c = { 0 };
	struct diags diags = { 0 };
	struct buf body = { 0 };
	size_t i;

	closure_make(&c.closure, conf, tree);
	policy_compile(&c.policy, &c.closure, &diags);
	if (!diags.errors) {
		policy_text(&c.policy, &body);
		c.kernel = kernel_parse(body.s, c.policy.n_entries);
		for (i = 0; i < tree->n_modules; i++)
			check_name(&c, tree->modules[i].name);
		for (i = 0; i < tree->n_aliases; i++)
			if (tree->aliases[i].kind == NAME_EXACT)
				check_name(&c, tree->aliases[i].name);
		for (i = 0; i < conf->n_rules; i++)
			check_words(&c, conf->rules[i]);
		nfg_policy_free(c.kernel);
	}
	buf_free(&body);
	diags_free(&diags);
	policy_free(&c.policy);
	closure_free(&c.closure);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct diags diags = { 0 };
	struct tree tree = { 0 };
	struct conf conf = { 0 };
	char *text[3];
	size_t len[3];
	int i;

	for (i = 0; i < 3; i++)
		text[i] = cut(&data, &size, &len[i]);
	conf_parse(&conf, "file", text[0], len[0], &diags);
	if (!diags.errors &&
	    index_dep(&tree, text[1], len[1], "dep", &diags) &&
	    index_aliases(&tree, text[2], len[2], "alias", &diags))
		check_all(&conf, &tree);
	tree_free(&tree);
	for (i = 0; i < 3; i++)
		free(text[i]);
	conf_free(&conf);
	diags_free(&diags);
	return 0;
}
