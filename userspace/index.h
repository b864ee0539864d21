/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * index.h - reads the index files that depmod writes. Each function cuts the
 * text in place and says what is wrong with it; the first fault ends it.
 */
#ifndef NFGUARD_INDEX_H
#define NFGUARD_INDEX_H

#include "tree.h"

bool index_dep(struct tree *tree, char *text, size_t len, const char *path,
	       struct diags *diags);
bool index_aliases(struct tree *tree, char *text, size_t len, const char *path,
		   struct diags *diags);
bool index_symbols(struct tree *tree, char *text, size_t len,
		   const bool *wanted, const char *path, struct diags *diags);
bool index_builtin(struct tree *tree, char *text, size_t len, const char *path,
		   struct diags *diags);
bool index_modinfo(struct tree *tree, char *text, size_t len,
		   const char *path, struct diags *diags);

#endif /* NFGUARD_INDEX_H */
