/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * depmod_index.h - reads the index files that depmod writes. Each function cuts
 * the text up in place, and stops at the first fault and reports it.
 */
#ifndef NFGUARD_DEPMOD_INDEX_H
#define NFGUARD_DEPMOD_INDEX_H

#include "tree/tree.h"

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

#endif /* NFGUARD_DEPMOD_INDEX_H */
