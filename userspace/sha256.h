/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sha256.h - SHA-256, by libmd: dpkg needs that too, so that each Debian host has
 * it. The kernel's own, by a socket of AF_ALG, would make it request modules.
 */
#ifndef NFGUARD_SHA256_H
#define NFGUARD_SHA256_H

#include <stddef.h>

#include <sha2.h>

#define SHA256_HEX	SHA256_DIGEST_STRING_LENGTH

/**
 * sha256_hex - the SHA-256 of some bytes
 * @data: the bytes
 * @len: how many
 * @out: gets it in hexadecimal
 */
static inline void sha256_hex(const void *data, size_t len, char out[SHA256_HEX])
{
	SHA256Data(data, len, out);
}

#endif /* NFGUARD_SHA256_H */
