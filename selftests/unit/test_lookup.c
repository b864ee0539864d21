// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_lookup.c - tests of kmod/policy_lookup.c: a few cases by hand that show the order,
 * then thousands of random policies, compared with a reference that has no hash, index
 * or chain.
 *
 *	test_lookup [SEED [POLICIES]]
 */
#include <fnmatch.h>

#include "build.h"
#include "tap.h"
#include "abi/text.h"

/* --- by hand: each entry is a line of its own ---------------------------- */

#define ANY	false
#define UNPRIV	true
#define NONE	0

#define X54	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

struct lookup {
	const char *name;
	bool unprivileged;
	unsigned int entry;	/* from 1; NONE for the default */
};

static const struct {
	const char *name;
	unsigned int n;
	const char *entries;
	struct lookup lookups[8];
} cases[] = {
	{ "no entry", 0, "", { { "a", ANY, NONE }, { "", ANY, NONE } } },
	{ "names", 3,
	  "name deny any nf_nat\n"
	  "name deny any nf_na\n"
	  "name deny any nf-conntrack\n",
	  { { "nf_nat", ANY, 1 }, { "nf_na", ANY, 2 }, { "nf_n", ANY, NONE },
	    { "nf_natt", ANY, NONE }, { "nf_conntrack", UNPRIV, 3 } } },
	{ "a name decides before a pattern above it", 2,
	  "pattern deny any nf_*\n"
	  "name allow any nf_nat\n",
	  { { "nf_nat", ANY, 2 }, { "nf_na", ANY, 1 } } },
	{ "unprivileged decides before any", 4,
	  "name allow any a\n"
	  "name deny unprivileged a\n"
	  "name deny unprivileged b\n"
	  "pattern allow any b*\n",
	  { { "a", ANY, 1 }, { "a", UNPRIV, 2 }, { "b", UNPRIV, 3 },
	    { "b", ANY, 4 }, { "bb", UNPRIV, 4 } } },
	{ "an unprivileged pattern", 2,
	  "pattern deny unprivileged a*\n"
	  "pattern allow any *\n",
	  { { "a", ANY, 2 }, { "a", UNPRIV, 1 }, { "b", UNPRIV, 2 } } },
	{ "a name for any decides before an unprivileged pattern", 2,
	  "pattern deny unprivileged a*\n"
	  "name allow any ab\n",
	  { { "ab", UNPRIV, 2 }, { "aa", UNPRIV, 1 } } },
	{ "the first of patterns with the same prefix decides", 4,
	  "pattern deny any nf_?\n"
	  "pattern allow any nf_??\n"
	  "pattern deny any nf_[a-c]*\n"
	  "pattern allow any nf_*\n",
	  { { "nf_a", ANY, 1 }, { "nf_ab", ANY, 2 }, { "nf_abc", ANY, 3 },
	    { "nf_xyz", ANY, 4 }, { "nf_", ANY, 4 }, { "nf", ANY, NONE } } },
	{ "the first of patterns with prefixes of different lengths decides", 4,
	  "pattern deny any ab*x\n"
	  "pattern allow any *\n"
	  "pattern deny any abc*\n"
	  "pattern deny any abc\n",
	  { { "abx", ANY, 1 }, { "abcx", ANY, 1 }, { "abcd", ANY, 2 },
	    { "", ANY, 2 } } },
	{ "a longer prefix above a shorter one", 3,
	  "pattern deny any abc*\n"
	  "pattern allow any ab*\n"
	  "pattern deny any *\n",
	  { { "abcd", ANY, 1 }, { "abd", ANY, 2 }, { "b", ANY, 3 } } },
	{ "a pattern without a wildcard", 1,
	  "pattern deny any nf-nat\n",
	  { { "nf_nat", ANY, 1 }, { "nf_natx", ANY, NONE } } },
	{ "an escaped wildcard", 2,
	  "pattern deny any a\\*b\n"
	  "pattern deny any a\\-\n",
	  { { "a*b", ANY, 1 }, { "axb", ANY, NONE }, { "a_", ANY, 2 } } },
	{ "a dash inside brackets", 1,
	  "pattern deny any x[a-c]-\n",
	  { { "xb_", ANY, 1 }, { "x__", ANY, NONE } } },
	{ "prefixes at the limit and beyond it", 3,
	  "pattern deny any " X54 "x*\n"
	  "pattern deny any " X54 "xx*\n"
	  "pattern deny any " X54 "*\n",
	  { { X54 "x", ANY, 1 }, { X54, ANY, 3 }, { X54 "y", ANY, 3 } } },
};

static void test_case(size_t i)
{
	const struct lookup *lookup;
	struct nfg_policy *policy;
	struct nfg_refusal why;
	struct text text = {};
	bool ok = true;

	add(&text, "policy 1 token=0.0 entries=%u\ndefault allow\nrule x\n%send\n",
	    cases[i].n, cases[i].entries);
	if (parse(text.p, text.len, &policy, &why)) {
		note("line %u: %s", why.line, why.reason);
		text_free(&text);
		point(false, "%s", cases[i].name);
		return;
	}
	for (lookup = cases[i].lookups; lookup->name; lookup++) {
		const struct nfg_entry *entry;
		unsigned int got;

		entry = look_up(policy, lookup->name, strlen(lookup->name),
				lookup->unprivileged);
		got = entry ? entry - policy->entries + 1 : NONE;
		if (got != lookup->entry) {
			note("%s: entry %u, expected %u", lookup->name, got,
			     lookup->entry);
			ok = false;
		}
	}
	point(ok, "%s", cases[i].name);
	nfg_policy_free(policy);
	text_free(&text);
}

/* --- at random ----------------------------------------------------------- */

static u64 random_state;

/* xorshift64*: the same numbers everywhere for one seed. */
static u32 random_below(u32 limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * 2685821657736338717ULL >> 32) % limit;
}

struct model {
	bool pattern;
	bool unprivileged;
	char name[128];
};

#define MODELS_MAX	96

static struct model models[MODELS_MAX];
static unsigned int n_models;

/* Of few letters, so that names collide; '-' and '_' are the same letter. */
static void random_name(char *name, unsigned int max)
{
	static const char letters[] = "aab-_";
	unsigned int i, len = random_below(max);

	for (i = 0; i < len; i++)
		name[i] = letters[random_below(5)];
	name[len] = '\0';
}

static void random_pattern(char *pattern)
{
	static const char *const pieces[] = {
		"a", "a", "b", "-", "_", "*", "?", "[ab]", "[!a]", "[a-b]",
		"[_-a]", "\\a", "\\*", "*", "aab", "aab-",
	};
	unsigned int i, n = 1 + random_below(6);

	*pattern = '\0';
	/* Sometimes a prefix that is about as long as a name can be. */
	if (!random_below(16))
		sprintf(pattern, "%0*d", 50 + random_below(12), 0);
	for (i = 0; i < n; i++)
		strcat(pattern, pieces[random_below(ARRAY_SIZE(pieces))]);
}

/* Of one policy: as many as any of its names may have to be compared with. */
#define COMPLEX_MAX	7
#define SIMPLE_MAX	(NFG_PATTERNS_COST_MAX - COMPLEX_MAX * NFG_PATTERN_COST)

static unsigned int n_complex, n_simple;

/* Returns false if there are enough. */
static bool random_pattern_of_some_kind(char *pattern)
{
	if (random_below(2) && n_complex < COMPLEX_MAX) {
		n_complex++;
		random_pattern(pattern);
		return true;
	}
	if (n_simple++ >= SIMPLE_MAX)
		return false;
	random_name(pattern, 4);
	strcat(pattern, "*");
	random_name(pattern + strlen(pattern), 4);
	return true;
}

static void normalise_plain(char *name)
{
	for (; *name; name++)
		*name = *name == '-' ? '_' : *name;
}

/* The reference's own way to replace dashes outside brackets: piece by piece. */
static void normalise_pattern(char *pattern)
{
	char *open;

	while ((open = strchr(pattern, '['))) {
		*open = '\0';
		normalise_plain(pattern);
		*open = '[';
		pattern = strchr(open, ']') + 1;
	}
	normalise_plain(pattern);
}

static bool name_is_taken(const struct model *model)
{
	unsigned int i;

	for (i = 0; i < n_models; i++) {
		if (!models[i].pattern &&
		    models[i].unprivileged == model->unprivileged &&
		    !strcmp(models[i].name, model->name))
			return true;
	}
	return false;
}

static void random_model(struct text *entries)
{
	struct model *model = &models[n_models];
	char written[128];

	model->pattern = random_below(2);
	model->unprivileged = !random_below(3);
	if (model->pattern) {
		if (!random_pattern_of_some_kind(written))
			return;
		strcpy(model->name, written);
		normalise_pattern(model->name);
	} else {
		random_name(written, 8);
		strcpy(model->name, written);
		normalise_plain(model->name);
		if (!*written || name_is_taken(model))
			return;
	}
	add(entries, "%s deny %s %s\n", model->pattern ? "pattern" : "name",
	    model->unprivileged ? "unprivileged" : "any", written);
	n_models++;
}

static unsigned int reference_name(const char *name, bool unprivileged)
{
	unsigned int i;

	for (i = 0; i < n_models; i++) {
		if (!models[i].pattern &&
		    models[i].unprivileged == unprivileged &&
		    !strcmp(models[i].name, name))
			return i + 1;
	}
	return NONE;
}

static unsigned int reference_pattern(const char *name, bool unprivileged)
{
	unsigned int i;

	for (i = 0; i < n_models; i++) {
		if (models[i].pattern &&
		    (unprivileged || !models[i].unprivileged) &&
		    !fnmatch(models[i].name, name, 0))
			return i + 1;
	}
	return NONE;
}

/* What abi.h says, step by step. */
static unsigned int reference(const char *name, bool unprivileged)
{
	unsigned int entry = NONE;

	if (unprivileged)
		entry = reference_name(name, true);
	if (!entry)
		entry = reference_name(name, false);
	if (!entry)
		entry = reference_pattern(name, unprivileged);
	return entry;
}

static unsigned int hits, misses;

static bool look_up_one(const struct nfg_policy *policy, const char *name,
			bool unprivileged)
{
	const struct nfg_entry *entry;
	unsigned int got, want = reference(name, unprivileged);

	entry = look_up(policy, name, strlen(name), unprivileged);
	got = entry ? entry - policy->entries + 1 : NONE;
	if (want)
		hits++;
	else
		misses++;
	if (got != want)
		note("\"%s\" (%s): entry %u, expected %u", name,
		     unprivileged ? "unprivileged" : "any", got, want);
	return got == want;
}

static bool look_up_some(const struct nfg_policy *policy)
{
	unsigned int i;
	char name[64];

	for (i = 0; i < 64; i++) {
		if (random_below(16))
			random_name(name, 10);
		else
			sprintf(name, "%0*d", 50 + random_below(6), 0);
		normalise_plain(name);
		if (!look_up_one(policy, name, random_below(2)))
			return false;
	}
	return true;
}

static bool random_policy(void)
{
	unsigned int tries = random_below(MODELS_MAX);
	struct text entries = {}, text = {};
	struct nfg_policy *policy;
	struct nfg_refusal why;
	bool ok = false;

	n_models = 0;
	n_complex = 0;
	n_simple = 0;
	add(&entries, "rule x\n");
	while (tries--)
		random_model(&entries);
	add(&text, "policy 1 token=0.0 entries=%u\ndefault allow\n%send\n",
	    n_models, entries.p);
	if (parse(text.p, text.len, &policy, &why)) {
		note("line %u: %s", why.line, why.reason);
	} else {
		ok = look_up_some(policy);
		nfg_policy_free(policy);
	}
	if (!ok)
		fwrite(text.p, 1, text.len, stdout);
	text_free(&entries);
	text_free(&text);
	return ok;
}

static void test_random(u64 seed, unsigned int policies)
{
	unsigned int i;

	note("seed %llu", (unsigned long long)seed);
	random_state = seed;
	for (i = 0; i < policies; i++) {
		if (!random_policy())
			break;
	}
	note("%u look-ups decided by an entry, %u by the default", hits,
	     misses);
	point(i == policies, "%u random policies agree with the reference",
	      policies);
	point(hits > policies && misses > policies,
	      "the random names hit and miss often enough to prove something");
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20240229;
	unsigned int policies = argc > 2 ? strtoul(argv[2], NULL, 0) : 10000;
	size_t i;

	tap_begin();
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_case(i);
	test_random(seed ?: 1, policies);
	return tap_end();
}
