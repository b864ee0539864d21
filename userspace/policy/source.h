/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source.h - reads the policy files and compiles them for a kernel's modules.
 */
#ifndef NFGUARD_SOURCE_H
#define NFGUARD_SOURCE_H

#include "policy/compile.h"

/**
 * struct source - the policy files, read and compiled for a kernel
 * @conf: the files and their rules
 * @closure: what the rules mean for this kernel's modules
 * @policy: the policy that they compile to
 * @body: its text without the first line
 * @diags: errors and warnings about them
 */
struct source {
	struct conf conf;
	struct closure closure;
	struct policy policy;
	struct buf body;
	struct diags diags;
};

struct tree *source_tree(struct diags *diags);
bool source_read(struct source *src, const struct conf_candidate *candidate);
bool source_read_rulings(struct source *src);
bool source_read_lasting(struct source *src);
bool source_read_for(struct source *src, struct tree *tree);
bool source_read_text(struct source *src, const char *path,
		      const struct buf *text);
bool source_read_file(struct source *src, const char *path);
void source_free(struct source *src);

#endif /* NFGUARD_SOURCE_H */
