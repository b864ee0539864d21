/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verify_next.h - what the checks of one kernel's next boot share.
 */
#ifndef NFGUARD_VERIFY_NEXT_H
#define NFGUARD_VERIFY_NEXT_H

#include "base/boot_entries.h"
#include "doctor/verify.h"

/**
 * struct next - a kernel that may be booted next
 * @k: the kernel
 * @w: what is to be out of reach
 * @tree: its modules
 * @src: the policy files, compiled for them
 * @modules: those that are to be out of reach
 * @entries: the boot loaders' entries of it
 */
struct next {
	const struct kernel *k;
	const struct wanted *w;
	struct tree tree;
	struct source src;
	struct ids modules;
	struct boot_entries entries;
};

void verify_lines(const struct next *n, struct report *report);

#endif /* NFGUARD_VERIFY_NEXT_H */
