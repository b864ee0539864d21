/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load.h - from the policy files to the policy in force: what apply and the
 * verbs that edit a file share.
 */
#ifndef NFGUARD_LOAD_H
#define NFGUARD_LOAD_H

#include "compile.h"
#include "kernel_if.h"

/**
 * struct source - the policy files, read and compiled for a kernel
 * @conf: what they say
 * @closure: what that means for this kernel's modules
 * @policy: what it compiles to
 * @body: its text without the first line
 * @diags: what is to be said about them
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
bool source_read_lasting(struct source *src);
bool source_read_text(struct source *src, const char *path,
		      const struct buf *text);
bool source_read_file(struct source *src, const char *path);
void source_free(struct source *src);

/**
 * struct loaded - what load_policy() did
 * @changed: the policy in force is another one now
 * @before: generation that was in force
 * @after: generation that is in force
 * @old: the policy that was in force, to go back to, if @changed
 */
struct loaded {
	bool changed;
	unsigned long long before;
	unsigned long long after;
	struct kif_policy old;
};

int load_policy(struct source *src, const struct conf_candidate *candidate,
		struct loaded *loaded);
int load_compiled(const struct policy *policy, const char *body,
		  struct loaded *loaded);
int load_put_back(const struct kif_policy *old);
int load_back(const struct loaded *loaded);
void loaded_free(struct loaded *loaded);

int say_in_force(const struct kif_status *st, const struct policy *policy);

#endif /* NFGUARD_LOAD_H */
