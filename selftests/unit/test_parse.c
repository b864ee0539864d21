// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_parse.c - tests of the parser in kmod/policy.c: what it makes of a text, and with
 * which errno, line and reason it refuses one.
 */
#include "build.h"
#include "tap.h"

#define HEADER(n)	"policy 1 token=0.0 entries=" #n "\n"
#define ALLOW		"default allow\n"
#define RULE		"rule deny x\n"
#define BLANK		" "

#define ROW(name, text, err, line) { name, text, sizeof(text) - 1, err, line }

static const struct {
	const char *name;
	const char *text;
	size_t len;
	int err;
	unsigned int line;
} rows[] = {
	/* Valid texts. */
	ROW("no entry", HEADER(0) ALLOW "end\n", 0, 0),
	ROW("an empty token", "policy 1 token= entries=0\n" ALLOW "end\n", 0, 0),
	ROW("the longest token",
	    "policy 1 token=0123456789abcdef.01234567890123456789 entries=0\n"
	    ALLOW "end\n", 0, 0),
	ROW("an entry of each kind",
	    HEADER(4) "default deny\n" RULE
	    "name deny any a\nname allow unprivileged a\n"
	    "pattern deny unprivileged a*\npattern allow any [a-z]?\n"
	    "end\n", 0, 0),
	ROW("a rule without entries", HEADER(0) ALLOW RULE RULE "end\n", 0, 0),
	ROW("a rule of any printable byte",
	    HEADER(0) ALLOW "rule \"~!\\ =end\nend\n", 0, 0),
	ROW("one name in both scopes",
	    HEADER(2) ALLOW RULE "name deny any a\n"
	    "name deny unprivileged a\nend\n", 0, 0),
	ROW("one text as name and as pattern",
	    HEADER(2) ALLOW RULE "name deny any a\npattern deny any a\nend\n",
	    0, 0),
	ROW("one pattern twice",
	    HEADER(2) ALLOW RULE "pattern deny any a*\n"
	    "pattern allow any a*\nend\n", 0, 0),
	ROW("a name with a lone bracket",
	    HEADER(1) ALLOW RULE "name deny any a[b\nend\n", 0, 0),

	/* EBADMSG: not complete. */
	ROW("an empty text", "", -EBADMSG, 0),
	ROW("a newline alone", "\n", -EBADMSG, 1),
	ROW("no newline", "policy 1 token=0.0 entries=0", -EBADMSG, 1),
	ROW("a wrong header", "Policy 1 token=0.0 entries=0\n" ALLOW "end\n",
	    -EBADMSG, 1),
	ROW("one word too many in the header",
	    "policy 1 token=0.0 entries=0 x\n" ALLOW "end\n", -EBADMSG, 1),
	ROW("the default before the header", ALLOW HEADER(0) "end\n", -EBADMSG, 1),
	ROW("a header alone", HEADER(0), -EBADMSG, 2),
	ROW("no end", HEADER(0) ALLOW, -EBADMSG, 3),
	ROW("a rule, but no end", HEADER(0) ALLOW RULE, -EBADMSG, 4),
	ROW("an end without a newline", HEADER(0) ALLOW "end", -EBADMSG, 3),
	ROW("text after the end", HEADER(0) ALLOW "end\n" RULE, -EBADMSG, 3),
	ROW("a newline after the end", HEADER(0) ALLOW "end\n\n", -EBADMSG, 3),
	ROW("a NUL after the end", HEADER(0) ALLOW "end\n\0", -EBADMSG, 3),
	ROW("fewer entries than announced",
	    HEADER(2) ALLOW RULE RULE "name deny any a\nend\n", -EBADMSG, 6),
	ROW("more entries than announced",
	    HEADER(1) ALLOW RULE "name deny any a\nname deny any b\nend\n",
	    -EBADMSG, 5),
	ROW("an entry where none is announced",
	    HEADER(0) ALLOW RULE "pattern deny any a\nend\n", -EBADMSG, 4),
	ROW("more entries than the text can hold",
	    HEADER(9) ALLOW RULE "name deny any a\nend\n", -EBADMSG, 1),

	/* EINVAL: an unknown or a missing word. */
	ROW("format 2", "policy 2 token=0.0 entries=0\n" ALLOW "end\n",
	    -EINVAL, 1),
	ROW("format 01.", "policy 1. token=0.0 entries=0\n" ALLOW "end\n",
	    -EINVAL, 1),
	ROW("no format", "policy\n" ALLOW "end\n", -EINVAL, 1),
	ROW("two spaces in the header",
	    "policy 1  token=0.0 entries=0\n" ALLOW "end\n", -EBADMSG, 1),
	ROW("no token", "policy 1 entries=0\n" ALLOW "end\n", -EINVAL, 1),
	ROW("a token under another key",
	    "policy 1 tokem=0.0 entries=0\n" ALLOW "end\n", -EINVAL, 1),
	ROW("a token that is too long",
	    "policy 1 token=0123456789abcdef.012345678901234567890 entries=0\n"
	    ALLOW "end\n", -EINVAL, 1),
	ROW("no entries= in the header", "policy 1 token=0.0\n" ALLOW "end\n",
	    -EINVAL, 1),
	ROW("an empty number of entries",
	    "policy 1 token=0.0 entries=\n" ALLOW "end\n", -EINVAL, 1),
	ROW("a negative number of entries",
	    "policy 1 token=0.0 entries=-1\n" ALLOW "end\n", -EINVAL, 1),
	ROW("a hexadecimal number of entries",
	    "policy 1 token=0.0 entries=0x0\n" ALLOW "end\n", -EINVAL, 1),
	ROW("2^32 entries",
	    "policy 1 token=0.0 entries=4294967296\n" ALLOW "end\n",
	    -EINVAL, 1),
	ROW("no default", HEADER(0) RULE "end\n", -EINVAL, 2),
	ROW("a default that is neither", HEADER(0) "default refuse\nend\n",
	    -EINVAL, 2),
	ROW("a default without verdict", HEADER(0) "default\nend\n",
	    -EINVAL, 2),
	ROW("a default with a scope", HEADER(0) "default deny any\nend\n",
	    -EINVAL, 2),
	ROW("a second default", HEADER(0) ALLOW ALLOW "end\n", -EINVAL, 3),
	ROW("an empty line", HEADER(0) ALLOW "\nend\n", -EINVAL, 3),
	ROW("an unknown word", HEADER(0) ALLOW "names deny any a\nend\n",
	    -EINVAL, 3),
	ROW("a comment", HEADER(0) ALLOW "# none\nend\n", -EINVAL, 3),
	ROW("a leading space", HEADER(0) ALLOW " end\n", -EINVAL, 3),
	ROW("a space after the header",
	    "policy 1 token=0.0 entries=0" BLANK "\n" ALLOW "end\n", -EINVAL, 1),
	ROW("a space after the default", HEADER(0) "default deny" BLANK "\nend\n",
	    -EINVAL, 2),
	ROW("a space after the end", HEADER(0) ALLOW "end" BLANK "\n", -EINVAL, 3),
	ROW("a space after a rule", HEADER(0) ALLOW "rule x" BLANK "\nend\n",
	    -EINVAL, 3),
	ROW("a space after a name",
	    HEADER(1) ALLOW RULE "name deny any a" BLANK "\nend\n", -EINVAL, 4),
	ROW("a word after the end", HEADER(0) ALLOW "end x\n", -EINVAL, 3),
	ROW("a rule without text", HEADER(0) ALLOW "rule\nend\n", -EINVAL, 3),
	ROW("an entry before any rule",
	    HEADER(1) ALLOW "name deny any a\nend\n", -EINVAL, 3),
	ROW("an entry without verdict",
	    HEADER(1) ALLOW RULE "name any nf_nat_sip\nend\n", -EINVAL, 4),
	ROW("an entry with part of a verdict",
	    HEADER(1) ALLOW RULE "name den any a\nend\n", -EINVAL, 4),
	ROW("an entry without scope",
	    HEADER(1) ALLOW RULE "name deny nf_nat_sip\nend\n", -EINVAL, 4),
	ROW("an unknown scope",
	    HEADER(1) ALLOW RULE "name deny root a\nend\n", -EINVAL, 4),
	ROW("an entry without name",
	    HEADER(1) ALLOW RULE "name deny any\nend\n", -EINVAL, 4),
	ROW("an entry with an empty name",
	    HEADER(1) ALLOW RULE "name deny any  a\nend\n", -EINVAL, 4),
	ROW("two names", HEADER(1) ALLOW RULE "name deny any a b\nend\n",
	    -EINVAL, 4),
	ROW("a pattern with an opening bracket alone",
	    HEADER(1) ALLOW RULE "pattern deny any a[b\nend\n", -EINVAL, 4),
	ROW("a pattern with a closing bracket alone",
	    HEADER(1) ALLOW RULE "pattern deny any ab]\nend\n", -EINVAL, 4),
	ROW("a pattern that ends in a backslash",
	    HEADER(1) ALLOW RULE "pattern deny any ab\\\nend\n", -EINVAL, 4),

	/* EILSEQ: not printable ASCII. */
	ROW("a NUL in the header", "policy 1 token=0\0.0 entries=0\n" ALLOW
	    "end\n", -EILSEQ, 1),
	ROW("a NUL in a name",
	    HEADER(1) ALLOW RULE "name deny any a\0b\nend\n", -EILSEQ, 4),
	ROW("a tab", HEADER(0) "default\tallow\nend\n", -EILSEQ, 2),
	ROW("a carriage return", HEADER(0) ALLOW "end\r\n", -EILSEQ, 3),
	ROW("DEL in a rule", HEADER(0) ALLOW "rule deny \x7f\nend\n",
	    -EILSEQ, 3),
	ROW("byte 0x80 in a rule", HEADER(0) ALLOW "rule deny \x80\nend\n",
	    -EILSEQ, 3),
	ROW("byte 0xff in a name",
	    HEADER(1) ALLOW RULE "name deny any \xff\nend\n", -EILSEQ, 4),
	ROW("byte 0x1f in a pattern",
	    HEADER(1) ALLOW RULE "pattern deny any \x1f*\nend\n", -EILSEQ, 4),

	/* E2BIG. Too many entries, patterns and rules are tested below. */
	ROW("65,537 entries announced",
	    "policy 1 token=0.0 entries=65537\n" ALLOW "end\n", -E2BIG, 1),

	/* EEXIST */
	ROW("a name twice",
	    HEADER(2) ALLOW RULE "name deny any a\n" RULE
	    "name deny any a\nend\n", -EEXIST, 6),
	ROW("a name twice, with another verdict",
	    HEADER(2) ALLOW RULE "name deny any a\nname allow any a\nend\n",
	    -EEXIST, 5),
	ROW("a name twice, with dash and underscore",
	    HEADER(2) ALLOW RULE "name deny any a-b\nname deny any a_b\nend\n",
	    -EEXIST, 5),
	ROW("an unprivileged name twice",
	    HEADER(2) ALLOW RULE "name deny unprivileged a\n"
	    "name deny unprivileged a\nend\n", -EEXIST, 5),
};

static void refused_as(const char *name, const char *p, size_t len, int want,
		       unsigned int line)
{
	struct nfg_policy *policy;
	struct nfg_refusal why;
	int err = parse(p, len, &policy, &why);
	bool ok = err == want && why.line == line && !!why.reason == !!want;

	if (!ok)
		note("errno %d line %u (%s), expected errno %d line %u", -err,
		     why.line, why.reason ?: "no reason", -want, line);
	point(ok, "%s: errno %d", name, -want);
	if (!err)
		nfg_policy_free(policy);
}

static void test_rows(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		refused_as(rows[i].name, rows[i].text, rows[i].len, rows[i].err,
			   rows[i].line);
}

/* --- as long as allowed, and one byte longer ----------------------------- */

static void test_length(const char *what, int n, int err)
{
	struct text text = {};
	char name[64];

	add(&text, HEADER(1) ALLOW RULE);
	if (!strcmp(what, "rule"))
		add(&text, "name deny any a\nrule %0*d\n", n, 0);
	else
		add(&text, RULE "%s deny any %0*d\n", what, n, 0);
	add(&text, "end\n");
	sprintf(name, "a %s of %d bytes", what, n);
	refused_as(name, text.p, text.len, err, err ? 5 : 0);
	text_free(&text);
}

/* --- as many as allowed, and one more ------------------------------------ */

static void test_entries(unsigned int n, unsigned int announced, int err,
			 unsigned int line)
{
	struct text text = {};
	unsigned int i;
	char name[64];

	add(&text, "policy 1 token=0.0 entries=%u\ndefault allow\nrule x\n",
	    announced);
	for (i = 0; i < n; i++)
		add(&text, "name deny any %u\n", i);
	add(&text, "end\n");
	sprintf(name, "%u entries", n);
	refused_as(name, text.p, text.len, err, line);
	text_free(&text);
}

static void test_patterns(const char *format, unsigned int n, int err,
			  unsigned int line)
{
	struct text text = {};
	unsigned int i;
	char name[64];

	add(&text, "policy 1 token=0.0 entries=%u\ndefault allow\nrule x\n", n);
	for (i = 0; i < n; i++)
		add(&text, format, i);
	add(&text, "end\n");
	sprintf(name, "%u patterns such as ", n);
	sprintf(name + strlen(name), format, 0);
	name[strlen(name) - 1] = '\0';
	refused_as(name, text.p, text.len, err, line);
	text_free(&text);
}

static void test_rules(unsigned int n, int err, unsigned int line)
{
	struct text text = {};
	unsigned int i;
	char name[64];

	add(&text, "policy 1 token=0.0 entries=0\ndefault allow\n");
	for (i = 0; i < n; i++)
		add(&text, "rule x\n");
	add(&text, "end\n");
	sprintf(name, "%u rules", n);
	refused_as(name, text.p, text.len, err, line);
	text_free(&text);
}

/* No valid text comes near the limit: other limits come first. */
static void test_size(size_t len, int err, unsigned int line)
{
	char *text = malloc(len);
	char name[64];

	memset(text, 'x', len);
	sprintf(name, "%zu bytes", len);
	refused_as(name, text, len, err, line);
	free(text);
}

/* --- what the parser makes of a text ------------------------------------- */

static void test_content(void)
{
	static const char text[] =
		"policy 1 token=12.3 entries=3\n"
		"default deny\n"
		"rule allow a b\n"
		"name allow any a-b\n"
		"rule deny unprivileged x-*\n"
		"pattern deny unprivileged x-[a-c]\n"
		"name deny any -\n"
		"end\n";
	struct nfg_policy *policy;
	struct nfg_refusal why;
	const struct nfg_entry *entry;

	if (!point(!parse(text, strlen(text), &policy, &why), "the text is parsed"))
		return;
	point(policy->token_len == 4 && !memcmp(policy->token, "12.3", 4),
	      "it has the token");
	point(policy->body_len == strlen(strchr(text, '\n') + 1) &&
	      !memcmp(policy->body, strchr(text, '\n') + 1, policy->body_len),
	      "it has the body");
	point(policy->default_verdict == NFG_DENY, "it has the default");
	point(policy->n_rules == 3 && policy->n_names == 2 &&
	      policy->n_patterns == 1, "it counts rules, names and patterns");
	point(policy->rules[0].len == 12 &&
	      !memcmp(policy->rules[0].text, "default deny", 12),
	      "rule 0 is the default");
	point(policy->rules[2].len == 21 &&
	      !memcmp(policy->rules[2].text, "deny unprivileged x-*", 21),
	      "a rule's text is unchanged");

	entry = &policy->entries[0];
	point(entry->len == 3 && !memcmp(entry->name, "a_b", 3) &&
	      entry->rule == 1 && entry->verdict == NFG_ALLOW &&
	      !entry->unprivileged, "the name's entry is right");
	entry = &policy->entries[1];
	point(!strcmp(entry->name, "x_[a-c]") && entry->len == 7 &&
	      entry->prefix == 2 && entry->rule == 2 &&
	      entry->verdict == NFG_DENY && entry->unprivileged,
	      "the pattern's entry is right");
	nfg_policy_free(policy);
}

#define SIMPLE	NFG_PATTERNS_COST_MAX
#define COMPLEX	(NFG_PATTERNS_COST_MAX / NFG_PATTERN_COST)

/* Shorter prefixes count for a longer one, whichever comes first, and no others do. */
static void test_costs(void)
{
	static const struct {
		const char *first, *then, *name;
		int err;
	} rows[] = {
		{ "*%u", "ab*%u", "a shorter prefix counts", -E2BIG },
		{ "ab*%u", "*%u", "whichever comes first", -E2BIG },
		{ "a*%u", "b*%u", "another prefix does not count", 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const unsigned int n = SIMPLE / 2 + 1;
		struct nfg_policy *policy;
		struct nfg_refusal why;
		struct text text = {};
		unsigned int k;

		add(&text, "policy 1 token=0.0 entries=%u\n" ALLOW RULE, 2 * n);
		for (k = 0; k < 2 * n; k++) {
			add(&text, "pattern deny any ");
			add(&text, k < n ? rows[i].first : rows[i].then, k);
			add(&text, "\n");
		}
		add(&text, "end\n");
		point(parse(text.p, text.len, &policy, &why) == rows[i].err, "%s", rows[i].name);
		nfg_policy_free(policy);
		text_free(&text);
	}
}

int main(void)
{
	tap_begin();
	test_rows();
	test_length("name", NFG_NAME_MAX, 0);
	test_length("name", NFG_NAME_MAX + 1, -ENAMETOOLONG);
	test_length("pattern", NFG_PATTERN_MAX, 0);
	test_length("pattern", NFG_PATTERN_MAX + 1, -ENAMETOOLONG);
	test_length("rule", NFG_RULE_MAX, 0);
	test_length("rule", NFG_RULE_MAX + 1, -ENAMETOOLONG);
	test_entries(NFG_ENTRIES_MAX, NFG_ENTRIES_MAX, 0, 0);
	test_entries(NFG_ENTRIES_MAX + 1, NFG_ENTRIES_MAX + 1, -E2BIG, 1);
	test_entries(NFG_ENTRIES_MAX + 1, NFG_ENTRIES_MAX, -EBADMSG,
		     NFG_ENTRIES_MAX + 4);
	test_patterns("pattern deny any %u*\n", NFG_PATTERNS_MAX, 0, 0);
	test_patterns("pattern deny any %u*\n", NFG_PATTERNS_MAX + 1, -E2BIG,
		      NFG_PATTERNS_MAX + 4);
	test_patterns("pattern deny any *%u\n", SIMPLE, 0, 0);
	test_patterns("pattern deny any *%u\n", SIMPLE + 1, -E2BIG, SIMPLE + 5);
	test_patterns("pattern deny any ab*%u\n", SIMPLE + 1, -E2BIG, SIMPLE + 5);
	test_patterns("pattern deny any *%u?\n", COMPLEX, 0, 0);
	test_patterns("pattern deny any *%u?\n", COMPLEX + 1, -E2BIG, COMPLEX + 5);
	test_costs();
	test_rules(NFG_RULES_MAX, 0, 0);
	test_rules(NFG_RULES_MAX + 1, -E2BIG, NFG_RULES_MAX + 3);
	test_size(NFG_TEXT_MAX, -EBADMSG, 1);
	test_size(NFG_TEXT_MAX + 1, -EFBIG, 0);
	test_content();
	return tap_end();
}
