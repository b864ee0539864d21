/* SPDX-License-Identifier: GPL-2.0-only */
/* fuzz_cut.h - several files in one input of a fuzzer: a byte of 0xff ends each. */
#ifndef FUZZ_CUT_H
#define FUZZ_CUT_H

#include <stdlib.h>
#include <string.h>

/*
 * Cuts out the next file, into memory of exactly its size, so that ASan catches each
 * read beyond it. There is one more byte after it, which the readers need.
 */
static inline char *cut(const unsigned char **data, size_t *size, size_t *len)
{
	const unsigned char *end = memchr(*data, 0xff, *size);
	char *text;

	*len = end ? (size_t)(end - *data) : *size;
	text = malloc(*len + 1);
	if (!text)
		abort();
	memcpy(text, *data, *len);
	*data += *len + !!end;
	*size -= *len + !!end;
	return text;
}

#endif /* FUZZ_CUT_H */
