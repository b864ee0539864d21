/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gates.h - what keeps a gate or the ftrace pin from holding, and what to do.
 */
#ifndef NFGUARD_GATES_H
#define NFGUARD_GATES_H

#include <stdbool.h>

#include "guard/kernel_if.h"

bool gates_kprobes_off(void);
bool gates_ftrace_off(void);
char *gates_live_patch(void);
const char *gates_kprobes_remedy(void);
bool gates_unenforced(unsigned long long *n);
void gates_say(const struct kif_status *st);

#endif /* NFGUARD_GATES_H */
