/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verify.h - whether modules are out of reach: now, and after the next boot of a kernel.
 */
#ifndef NFGUARD_VERIFY_H
#define NFGUARD_VERIFY_H

#include "doctor/report.h"
#include "force/in_force.h"
#include "guard/kernels.h"

/**
 * struct wanted - what is to be out of reach
 * @names: modules, aliases and @groups, normalised; none: all that the policy denies
 * @n: how many
 * @next_file: the file of --next-cmdline, or NULL
 * @next_line: its text: the command line of kernels of which no other one is known
 */
struct wanted {
	char **names;
	size_t n;
	const char *next_file;
	char *next_line;
};

void wanted_modules(const struct wanted *w, const struct tree *tree, struct ids *modules);
bool wanted_keeps(const char *module, const struct wanted *w, const struct tree *tree);

void verify_now(const struct force *f, const struct wanted *w, struct report *report);
void verify_boot(const struct kernel *k, const struct wanted *w, struct report *report);

#endif /* NFGUARD_VERIFY_H */
