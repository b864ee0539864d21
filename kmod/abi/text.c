// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c - prepares names to be compared, and text to be printed. Builds in user
 * space too.
 */
#include "text.h"

/**
 * nfg_printable - whether bytes are all printable ASCII
 * @p: the bytes
 * @len: how many
 */
bool nfg_printable(const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] < ' ' || p[i] > '~')
			return false;
	}
	return true;
}

/**
 * nfg_normalise - write a name as modprobe will look it up
 * @dst: room for @len bytes; may be @src itself
 * @src: the name, any bytes
 * @len: its length
 *
 * '-' becomes '_', except between '[' and the next ']'. libkmod does that to
 * whatever modprobe is asked for (alias_normalize(), kmod 30), and user space
 * chooses parts of request names: nft-expr-flow-offload must meet the rule that
 * names nft_flow_offload.
 *
 * Return: false if brackets are unbalanced. modprobe refuses such a name, and the
 * policy parser refuses it as a pattern. @dst is filled in either case.
 */
bool nfg_normalise(char *dst, const char *src, size_t len)
{
	/* The command does this to tens of thousands of aliases at each call. */
	static const u8 special[256] = { ['-'] = 1, ['['] = 1, [']'] = 1 };
	bool bracket = false, balanced = true;
	char *end = dst + len, *p;

	if (dst != src)
		memcpy(dst, src, len);
	for (p = dst; p < end; p++) {
		if (!special[(u8)*p])
			continue;
		if (*p == ']') {
			balanced &= bracket;
			bracket = false;
		} else if (*p == '[') {
			bracket = true;
		} else if (!bracket) {
			*p = '_';
		}
	}
	return balanced && !bracket;
}

/**
 * nfg_pattern_parts - find what of a pattern can be compared as bytes
 * @pattern: the pattern, normalised and ended by a NUL
 * @len: its length
 * @prefix: receives how many literal bytes it begins with
 * @suffix: receives how many it ends with; 0 if there is no wildcard
 *
 * Return: whether there is but one '*' between them.
 */
bool nfg_pattern_parts(const char *pattern, size_t len, size_t *prefix,
		       size_t *suffix)
{
	size_t rest = len;

	*prefix = strcspn(pattern, "*?[\\");
	while (rest > *prefix && !strchr("*?[]\\", pattern[rest - 1]))
		rest--;
	if (rest > *prefix && rest < len && pattern[rest - 1] == '\\')
		rest++;
	*suffix = rest > *prefix ? len - rest : 0;
	return *prefix + 1 + *suffix == len && pattern[*prefix] == '*';
}

/**
 * nfg_escape - make bytes chosen by a program safe to print
 * @dst: NFG_ESCAPED_SIZE(@len) bytes
 * @src: what to print, any bytes
 * @len: its length
 * @quoted: the result will be between quotes, so spaces and '=' may stay
 *
 * Everything but printable ASCII becomes \xHH, and so do '"' and '\'. Unless
 * @quoted, so do spaces and '='. The result is one value of a KEY=VALUE line:
 * nothing in it can end the line or begin another value.
 *
 * Return: the length of the result, without its NUL.
 */
size_t nfg_escape(char *dst, const char *src, size_t len, bool quoted)
{
	static const char digits[] = "0123456789abcdef";
	char *out = dst;
	size_t i;

	for (i = 0; i < len; i++) {
		u8 c = src[i];
		bool safe = c >= ' ' && c <= '~' && c != '"' && c != '\\';

		if (safe && (quoted || (c != ' ' && c != '='))) {
			*out++ = c;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out = '\0';
	return out - dst;
}
