/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * digest.h - digests: SHA-256, with which anyone can compare a policy with the one
 * in force, and quick ones, which show whether a file changed.
 */
#ifndef NFGUARD_DIGEST_H
#define NFGUARD_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include <sha2.h>

#include "base/util.h"

#define SHA256_HEX	SHA256_DIGEST_STRING_LENGTH

void sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);
void digest_add(struct buf *list, const char *name, const void *data, size_t len);
int digest_add_file(struct buf *list, const char *name, const char *path);

#endif /* NFGUARD_DIGEST_H */
