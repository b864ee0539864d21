// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_faults.c - tests of kmod/policy.c when things go wrong: a text cut at any byte, a
 * text with any byte changed, memory that runs out at any allocation. Linked with
 * --wrap=calloc.
 */
#include <sanitizer/lsan_interface.h>

#include "build.h"
#include "tap.h"

static const char whole[] =
	"policy 1 token=0123456789abcdef.7 entries=6\n"
	"default allow\n"
	"rule deny nf_conntrack\n"
	"name deny any nf_conntrack\n"
	"name deny unprivileged nft-expr-ct\n"
	"rule deny xt_*\n"
	"pattern deny any xt_*\n"
	"pattern allow unprivileged xt_[a-c]?\n"
	"rule allow nf\\*\n"
	"pattern allow any nf\\*\n"
	"name allow any net-pf-16-proto-12\n"
	"end\n";

static const size_t whole_len = sizeof(whole) - 1;

/* Reads everything in a parsed policy, under the eyes of ASan. */
static size_t look_around(const struct nfg_policy *policy)
{
	static const char *const names[] = {
		"", "nf_conntrack", "nft_expr_ct", "xt_ab", "xt_", "nf*",
		"net_pf_16_proto_12", "zzzzzzzzzzzzzzzz",
	};
	size_t sum = 0;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(names); i++) {
		const struct nfg_entry *entry;

		entry = look_up(policy, names[i / 2], strlen(names[i / 2]),
				i & 1);
		if (entry)
			sum += entry->name[entry->len - 1] +
			       policy->rules[entry->rule].len;
	}
	for (i = 0; i < policy->n_rules; i++)
		sum += policy->rules[i].text[policy->rules[i].len - 1];
	return sum;
}

static void test_truncated(void)
{
	struct nfg_policy *policy;
	struct nfg_refusal why;
	unsigned int wrong = 0;
	size_t len;

	for (len = 0; len < whole_len; len++) {
		int err = parse(whole, len, &policy, &why);

		if (err != -EBADMSG) {
			note("%zu bytes: errno %d (%s)", len, -err, why.reason);
			wrong++;
		}
		if (!err)
			nfg_policy_free(policy);
	}
	point(!wrong, "a text cut at any of its %zu bytes is refused: errno %d",
	      whole_len, EBADMSG);
	point(!parse(whole, whole_len, &policy, &why),
	      "the complete text is a policy");
	nfg_policy_free(policy);
}

static void test_changed(void)
{
	unsigned int refused = 0, parsed = 0, silent = 0;
	struct nfg_policy *policy;
	struct nfg_refusal why;
	char text[sizeof(whole)];
	unsigned int change;
	size_t i, sum = 0;

	for (i = 0; i < whole_len; i++) {
		for (change = 1; change < 256; change++) {
			memcpy(text, whole, sizeof(whole));
			text[i] ^= change;
			if (parse(text, whole_len, &policy, &why)) {
				silent += !why.reason;
				refused++;
			} else {
				sum += look_around(policy);
				nfg_policy_free(policy);
				parsed++;
			}
		}
	}
	note("%u texts refused, %u parsed", refused, parsed);
	point(refused && parsed && sum,
	      "a text with any byte changed is refused, or is a policy that can be read");
	point(!silent, "each refusal has a reason");
}

/* --- memory -------------------------------------------------------------- */

static unsigned int calloc_fails_at;	/* counts down; at 0 none fails */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (calloc_fails_at && !--calloc_fails_at)
		return NULL;
	return __real_calloc(n, size);
}

static void test_memory(void)
{
	struct nfg_policy *policy;
	struct nfg_refusal why;
	unsigned int n;
	int err;

	for (n = 1; n < 100; n++) {
		calloc_fails_at = n;
		err = parse(whole, whole_len, &policy, &why);
		if (calloc_fails_at)
			break;		/* there are fewer than N */
		point(err == -ENOMEM && why.reason,
		      "if allocation %u fails: errno %d", n, ENOMEM);
		point(!__lsan_do_recoverable_leak_check(),
		      "if allocation %u fails: no leak", n);
	}
	calloc_fails_at = 0;
	point(n > 5 && n < 100, "each of %u allocations failed once", n - 1);
	point(!err && look_around(policy), "if none fails: a policy");
	nfg_policy_free(policy);
	point(!__lsan_do_recoverable_leak_check(), "no leak");
}

int main(void)
{
	tap_begin();
	test_truncated();
	test_changed();
	test_memory();
	return tap_end();
}
