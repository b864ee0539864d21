/* SPDX-License-Identifier: GPL-2.0-only */
/* Several files as one input of a fuzzer: a byte of 0xff ends each. */
#ifndef FUZZ_CUT_H
#define FUZZ_CUT_H

#include <stdlib.h>
#include <string.h>

/*
 * Cuts the next file out, into memory of just its size, so that ASan sees each
 * byte read beyond; but one byte behind it is there, as the readers want.
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
