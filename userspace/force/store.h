/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - stores for boot the compiled policy, one file for each kernel release,
 * and beside it the last policy files that had no errors.
 */
#ifndef NFGUARD_STORE_H
#define NFGUARD_STORE_H

#include "base/paths.h"
#include "policy/source.h"

/**
 * struct stored - a stored policy
 * @made_from: digest of what it was made from
 * @sha256: digest of @body
 * @body: the policy's text without the first line
 */
struct stored {
	char *made_from;
	char *sha256;
	char *body;
};

int store_read(const char *tree_dir, struct stored *stored, struct diags *diags);
bool store_read_fresh(const char *tree_dir, const struct conf *conf,
		      struct stored *stored, struct diags *diags);
bool store_read_last_good(struct source *src, struct diags *diags);
bool store_file_digest(const char *release, char *digest);
void stored_free(struct stored *stored);
int store_policy(const struct source *src);
int store_lasting(void);
void store_in_root(const struct source *src);
void store_after(const struct source *src);
bool store_want_image(void);

#endif /* NFGUARD_STORE_H */
