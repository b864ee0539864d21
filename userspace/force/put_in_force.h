/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * put_in_force.h - puts a policy into effect: shared by apply, boot and the verbs
 * that edit a file.
 */
#ifndef NFGUARD_PUT_IN_FORCE_H
#define NFGUARD_PUT_IN_FORCE_H

#include "guard/kernel_if.h"
#include "policy/source.h"

/**
 * struct swap - what a change of policy did
 * @changed: whether the policy in force was replaced
 * @before: the generation that was in force
 * @after: the generation that is in force now
 * @old: if @changed, the policy that was in force, so that it can be restored
 */
struct swap {
	bool changed;
	unsigned long long before;
	unsigned long long after;
	struct kif_policy old;
};

/**
 * struct put_check - what is asked of a policy before it takes effect
 * @check: returns NFG_EXIT_WHOLE to go on, another enum nfg_exit to leave it
 * @data: passed on to @check
 */
struct put_check {
	int (*check)(const struct source *src, void *data);
	void *data;
};

int put_in_force(struct source *src, const struct conf_candidate *candidate,
		 struct swap *swap);
int put_in_force_checked(struct source *src, const struct conf_candidate *candidate,
			 struct swap *swap, const struct put_check *check);
int put_compiled_in_force(const struct policy *policy, const char *body,
			  struct swap *swap);
int put_back(const struct kif_policy *old);
int swap_undo(const struct swap *swap);
void swap_free(struct swap *swap);

int say_in_force(const struct kif_status *st, const struct policy *policy);

#endif /* NFGUARD_PUT_IN_FORCE_H */
