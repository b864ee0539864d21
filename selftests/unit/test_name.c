// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_name.c - the names of requests: each format of the kernel's own trees, and what
 * is at the edge of what is made in one pass.
 */
#include <limits.h>

#include "any_name.h"
#include "tap.h"

#define S(s)	((unsigned long)(s))

static const char long_name[] =
	"crypto-authencesn(hmac(sha512-generic),rfc3686(ctr(aes-generic)))-all-and-more-of-it";

/* The rest of the values is 0, which %s prints as snprintf() does. */
static const struct {
	const char *fmt;
	unsigned long values[8];
} cases[] = {
	{ "", {} }, { "nf_conntrack", {} }, { "dm-mod", {} }, { "%s", { S("") } },
	{ "%s", { S("nft-expr-ct") } }, { "%s", { S(long_name) } },
	{ "%s", { S("a%sb%d") } }, { "%s", { S("\xff\x01-\x80") } },
	{ "%s%s", { S("fs-"), S("ext4") } }, { "%.*s", { 3, S("abcdef") } },
	{ "net-pf-%d", { 5 } }, { "net-pf-%d-proto-%d", { 16, 12 } },
	{ "net-pf-%d-proto-%d-type-%d", { 10, 132, 5 } },
	{ "net-pf-%d-proto-%d-family-%s", { 16, 16, S("nl80211") } },
	{ "char-major-%d-%d", { 10, 200 } }, { "block-major-%d", { UINT_MAX } },
	{ "%d", { INT_MAX } }, { "%d", { S(INT_MIN) } }, { "%d", { S(-1) } }, { "%d", {} },
	{ "%u", { UINT_MAX } }, { "%u", { ULONG_MAX } }, { "%u", {} }, { "%d", { ULONG_MAX } },
	{ "%i", { S(-7) } }, { "%x", { 255 } }, { "%02x", { 10 } },
	{ "%5d|%-5d|%05d", { 1, 2, 3 } },
	{ "%c%c", { 'a', '-' } }, { "%lu", { ULONG_MAX } }, { "100%%-%s", { S("x-y") } },
	{ "%s[%s-%d]-%s", { S("a-b"), S("c-d"), 4, S("e") } }, { "[a-b", {} }, { "a]-b", {} },
	{ "%s", { S("x[a-b]-") } },
	{ "%d%s%d%s%d%s%d%s", { 1, S("a"), 2, S("b"), 3, S("c"), 4, S("d") } },
	{ "%s%s%s%s%s%s%s%s", { S("1"), S("2"), S("3"), S("4"), S("5"), S("6"), S("7"), S("8") } },
	/* 54, 55 and 56 bytes. */
	{ "123456789-123456789-123456789-123456789-123456789-%d", { 1234 } },
	{ "123456789-123456789-123456789-123456789-123456789-%d", { 12345 } },
	{ "123456789-123456789-123456789-123456789-123456789-%d", { 123456 } },
	{ "123456789-123456789-123456789-123456789-123456789-%s", { S("abcde") } },
	{ "123456789-123456789-123456789-123456789-123456789-%s", { S("abcdef") } },
};

static void test_case(size_t i)
{
	struct pt_regs regs = {};
	const char *differs;

	memcpy(regs.values, cases[i].values, sizeof(cases[i].values));
	differs = name_differs(cases[i].fmt, &regs);
	if (differs)
		note("%s", differs);
	point(!differs, "case %zu: %s", i, cases[i].fmt);
}

/* A pointer that snprintf() would not read is not read. */
static void test_bad_pointers(void)
{
	struct pt_regs regs = { .values = { 0 } };
	struct nfg_name name;

	point(nfg_name_format(&name, "x-%s", &regs) == 8 && !strcmp(name.key, "x_(null)"),
	      "a string that is NULL");
}

static void test_too_many(void)
{
	struct pt_regs regs = {};
	struct nfg_name name;
	char fmt[2 * 64 + 1] = "";
	int i;

	for (i = 0; i < 36; i++)
		strcat(fmt, "%d");
	point(nfg_name_format(&name, fmt, &regs) == 36, "36 values");
	strcat(fmt, "%d");
	point(nfg_name_format(&name, fmt, &regs) == -E2BIG, "37 values are too many");
}

int main(void)
{
	size_t i;

	tap_begin();
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_case(i);
	test_bad_pointers();
	test_too_many();
	return tap_end();
}
