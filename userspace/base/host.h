/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - what the kernel's command line, configuration and lockdown say.
 */
#ifndef NFGUARD_HOST_H
#define NFGUARD_HOST_H

#include <stdbool.h>

/* The words of the kernel's command line, each of which turns the guard off. */
bool host_guard_off(void);
/* Whether modules without a signature are refused. */
bool host_wants_signature(void);
/* Whether a tree's kernel was built without kprobes, as far as /boot tells. */
bool host_lacks_kprobes(const char *tree_dir);
/* Whether the kernel keeps root from changing it: lockdown, in either mode. */
bool host_locked_down(void);

#endif /* NFGUARD_HOST_H */
