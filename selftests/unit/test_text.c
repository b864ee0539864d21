// SPDX-License-Identifier: GPL-2.0-only
/* test_text.c - tests of kmod/abi/text.c: normalising names and escaping bytes. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "tap.h"
#include "abi/text.h"

static const struct {
	const char *from;
	const char *to;
	bool balanced;
} normalised[] = {
	{ "", "", true },
	{ "nf_nat", "nf_nat", true },
	{ "nf-nat", "nf_nat", true },
	{ "-", "_", true },
	{ "---", "___", true },
	{ "nft-expr-flow-offload", "nft_expr_flow_offload", true },
	{ "a-[a-z]-b", "a_[a-z]_b", true },
	{ "[-]-[-]", "[-]_[-]", true },
	{ "[]", "[]", true },
	{ "[[-]-", "[[-]_", true },
	{ "-[a-", "_[a-", false },
	{ "-]-", "_]_", false },
	{ "[a]]-", "[a]]_", false },
	{ "a\xff-\x01", "a\xff_\x01", true },
};

static void test_normalise(void)
{
	char dst[64];
	size_t i, len;
	bool balanced, same;

	for (i = 0; i < ARRAY_SIZE(normalised); i++) {
		const char *from = normalised[i].from;

		len = strlen(from);
		memset(dst, '#', sizeof(dst));
		balanced = nfg_normalise(dst, from, len);
		same = !memcmp(dst, normalised[i].to, len) && dst[len] == '#';
		point(same && balanced == normalised[i].balanced,
		      "normalise row %zu: %zu bytes", i, len);

		strcpy(dst, from);
		nfg_normalise(dst, dst, len);
		point(!strcmp(dst, normalised[i].to),
		      "normalise row %zu in place", i);
	}
}

/* What escaping must make of @c, put differently than in text.c. */
static void expect(char *dst, unsigned int c, bool quoted)
{
	static const char plain[] = "!#$%&'()*+,-./:;<>?@[]^_`{|}~";

	/* The locale is "C" in each test. */
	if (isalnum(c) || (c && strchr(plain, c)) ||
	    (quoted && (c == ' ' || c == '=')))
		sprintf(dst, "%c", c);
	else
		sprintf(dst, "\\x%02x", c);
}

static void test_escape_byte(bool quoted)
{
	unsigned int c, wrong = 0;

	for (c = 0; c < 256; c++) {
		char src = c, want[8], got[NFG_ESCAPED_SIZE(1)];
		size_t len = nfg_escape(got, &src, 1, quoted);

		expect(want, c, quoted);
		if (strcmp(got, want) || len != strlen(want)) {
			note("byte %u: \"%s\", expected \"%s\"", c, got, want);
			wrong++;
		}
	}
	point(!wrong, "each byte is escaped correctly, %s",
	      quoted ? "quoted" : "unquoted");
}

/* All bytes in one string must be escaped as they are one by one. */
static void test_escape_string(bool quoted)
{
	char src[256], want[NFG_ESCAPED_SIZE(256)], one[8];
	char *got = malloc(NFG_ESCAPED_SIZE(256));
	size_t i, len;

	want[0] = '\0';
	for (i = 0; i < sizeof(src); i++) {
		src[i] = i;
		expect(one, i, quoted);
		strcat(want, one);
	}
	len = nfg_escape(got, src, sizeof(src), quoted);
	point(len == strlen(want) && !strcmp(got, want),
	      "all bytes are escaped in one string, %s", quoted ? "quoted" : "unquoted");
	free(got);
}

static void test_escape_room(void)
{
	char *got = malloc(NFG_ESCAPED_SIZE(16));
	char src[16];

	memset(src, 0xff, sizeof(src));
	point(nfg_escape(got, src, sizeof(src), false) == 64,
	      "the longest result fits into NFG_ESCAPED_SIZE");
	point(nfg_escape(got, src, 0, false) == 0 && !got[0],
	      "no bytes become an empty string");
	free(got);
}

int main(void)
{
	tap_begin();
	test_normalise();
	test_escape_byte(false);
	test_escape_byte(true);
	test_escape_string(false);
	test_escape_string(true);
	test_escape_room();
	return tap_end();
}
