// SPDX-License-Identifier: GPL-2.0-only
/*
 * name.c - makes the names that are judged. The request gate has but the format and
 * the values that __request_module() was called with. Nearly all formats are made of
 * literals, %s, %d and %u: from these a name is made, normalised and hashed in one
 * pass, at a fifth of what snprintf() and two more passes take. Builds in user
 * space too.
 */
#include "name.h"
#include "abi/text.h"

#ifdef __KERNEL__
#include <linux/err.h>
#include <linux/minmax.h>
#include "compat.h"
#endif

/* More than any caller passes: MDIO_ID_FMT of the PHY core has 32 (6.12). */
#define VALUES_MAX	36

/* Room for "-2147483648". */
#define DIGITS		12

/**
 * nfg_name_set - make a name of bytes
 * @name: the name; @name->raw may have them already
 * @raw: the bytes; a NUL ends them
 * @len: how many at most, no more than NFG_NAME_MAX
 */
void nfg_name_set(struct nfg_name *name, const char *raw, size_t len)
{
	len = strnlen(raw, len);
	if (raw != name->raw)
		memcpy(name->raw, raw, len);
	name->raw[len] = '\0';
	nfg_normalise(name->key, raw, len);
	name->key[len] = '\0';
	name->len = len;
	name->hash = nfg_hash(name->key, len);
}

/* Writes a number to the end of the digits; returns where it begins. */
static const char *number(char *digits, u32 n, bool minus)
{
	char *p = digits + DIGITS - 1;

	*p = '\0';
	do {
		*--p = '0' + n % 10;
		n /= 10;
	} while (n);
	if (minus)
		*--p = '-';
	return p;
}

/* What a conversion inserts, or NULL if snprintf() has to know. */
static const char *insert(char conversion, unsigned long value, char *digits)
{
	switch (conversion) {
	case 's':
		/* check_pointer() of lib/vsprintf.c says so in the text. */
		if (value < PAGE_SIZE || IS_ERR_VALUE(value))
			return NULL;
		return (const char *)value;
	case 'd':
		if ((int)value < 0)
			return number(digits, -(u32)value, true);
		fallthrough;
	case 'u':
		return number(digits, value, false);
	default:
		return NULL;
	}
}

/* '-' becomes '_': what they differ by. Other bytes stay as they are. */
enum { DASH = '-' ^ '_', END, VALUE, BRACKET };

static const u8 kinds[256] = {
	['-'] = DASH, [0] = END, ['%'] = VALUE, ['['] = BRACKET, [']'] = BRACKET,
};

/* Makes a name in one pass, if it is such a name; else returns false. */
static bool format_plain(struct nfg_name *name, const char *fmt,
			 struct pt_regs *regs)
{
	const char *p = fmt, *back = NULL;	/* behind the conversion */
	u32 hash = NFG_HASH_START;
	char digits[DIGITS];
	unsigned int n = 0;
	size_t len = 0;

	for (;;) {
		unsigned long c = (u8)*p, key = kinds[c];

		if (key > DASH) {
			if (key == BRACKET)
				return false;	/* between them '-' stays */
			if (key == END) {
				if (!back)
					break;
				p = back;
				back = NULL;
				continue;
			}
			if (!back) {
				if (n == VALUES_MAX)
					return false;
				back = p + 2;
				p = insert(p[1], nfg_variadic_value(regs, n++), digits);
				if (!p)
					return false;
				continue;
			}
			key = 0;		/* a value has a '%' */
		}
		if (len == NFG_NAME_MAX)
			return false;
		key ^= c;
		name->raw[len] = c;
		name->key[len++] = key;
		hash = nfg_hash_step(hash, key);
		p++;
	}
	name->raw[len] = '\0';
	name->key[len] = '\0';
	name->len = len;
	name->hash = hash;
	return true;
}

/* How many values a format can take: "%.*s" takes two; "%%" is overcounted. */
static unsigned int count_values(const char *fmt)
{
	unsigned int n = 0;

	for (; *fmt; fmt++)
		n += *fmt == '%' || *fmt == '*';
	return n;
}

/**
 * nfg_name_format_any - make the name that __request_module() is about to make, or
 *	would make if it were not too long
 * @buf: receives it, cut if it is too long, and a NUL
 * @size: room there
 * @fmt: the format that it was called with
 * @regs: the registers at its first instruction
 *
 * Context: any; the request gate's probe handler calls it.
 * Return: the length of the whole name, or -E2BIG if it has too many values.
 */
noinline int nfg_name_format_any(char *buf, size_t size, const char *fmt,
				 struct pt_regs *regs)
{
	unsigned int n = count_values(fmt), i;
	unsigned long v[VALUES_MAX] = {};

	if (n > VALUES_MAX)
		return -E2BIG;
	for (i = 0; i < n; i++)
		v[i] = nfg_variadic_value(regs, i);
	return snprintf(buf, size, fmt,
			v[0], v[1], v[2], v[3], v[4], v[5],
			v[6], v[7], v[8], v[9], v[10], v[11],
			v[12], v[13], v[14], v[15], v[16], v[17],
			v[18], v[19], v[20], v[21], v[22], v[23],
			v[24], v[25], v[26], v[27], v[28], v[29],
			v[30], v[31], v[32], v[33], v[34], v[35]);
}

/**
 * nfg_name_format - the same, to be judged
 * @name: receives it, unless it is longer than NFG_NAME_MAX
 * @fmt: the format
 * @regs: the registers
 *
 * Context: as above.
 * Return: as above.
 */
int nfg_name_format(struct nfg_name *name, const char *fmt,
		    struct pt_regs *regs)
{
	int len;

	if (format_plain(name, fmt, regs))
		return name->len;
	len = nfg_name_format_any(name->raw, sizeof(name->raw), fmt, regs);
	if (len >= 0 && len <= NFG_NAME_MAX)
		nfg_name_set(name, name->raw, len);
	return len;
}
