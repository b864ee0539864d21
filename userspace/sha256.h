/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sha256.h - SHA-256, to compare a policy with the one in force by the digest
 * that anybody may read.
 */
#ifndef NFGUARD_SHA256_H
#define NFGUARD_SHA256_H

#include <stddef.h>

#define SHA256_HEX	(64 + 1)

void sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);

#endif /* NFGUARD_SHA256_H */
