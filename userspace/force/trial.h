/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trial.h - works out what each gate would answer to a name, without asking.
 */
#ifndef NFGUARD_TRIAL_H
#define NFGUARD_TRIAL_H

#include "force/in_force.h"

enum gate {
	GATE_REQUEST,
	GATE_LOAD,
	GATES,
};

#define GATE_BIT(gate)	(1u << (gate))

/**
 * struct answer - what a gate would answer
 * @gate: the gate
 * @name: what it would see: the name of the request, or of a module
 * @verdict: the policy's verdict, whatever the mode
 * @scope: the askers that the deciding rule is for
 * @enforced: the gate is in place and the mode is enforcing
 * @rule: the text of the rule that decides, or the default
 * @at: file and line of that rule; NULL if the policy files do not have it
 * @because_of: the denied module that @name needs or leads to, or NULL
 * @needs: whether @name is a module, which needs @because_of
 * @present: "live" or "built in" if nothing has to be loaded any more, or NULL
 * @unprivileged: the request gate's verdict on unprivileged askers
 * @unprivileged_rule: the text of the rule behind it
 */
struct answer {
	enum gate gate;
	const char *name;
	enum verdict verdict;
	enum scope scope;
	bool enforced;
	const char *rule;
	char *at;
	const char *because_of;
	bool needs;
	const char *present;
	enum verdict unprivileged;
	const char *unprivileged_rule;
};

/**
 * struct trial - a name that was tried
 * @force: the policies and the guard's state
 * @tree: the kernel's modules
 * @policy: the policy consulted: the one in force if it can be read, else that of
 *	the policy files
 * @in_force: which of the two it is
 * @from_files: whether the policy files have the same; then each rule has a line
 * @name: the name, normalised
 * @targets: the modules that it leads to
 * @list: the answers: the request gate's, then the load gate's for each module
 * @n: how many
 * @live: the names of all modules that are live
 * @n_live: how many
 */
struct trial {
	struct force force;
	struct tree *tree;
	const struct policy *policy;
	bool in_force;
	bool from_files;
	char *name;
	struct ids targets;
	struct answer *list;
	size_t n;
	char **live;
	size_t n_live;
};

int trial_begin(struct trial *t);
bool trial_run(struct trial *t, const char *name, enum scope asker,
	       unsigned int gates);
void trial_free(struct trial *t);

#endif /* NFGUARD_TRIAL_H */
