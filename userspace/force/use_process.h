/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use_process.h - finds the processes and ciphers that use modules.
 */
#ifndef NFGUARD_USE_PROCESS_H
#define NFGUARD_USE_PROCESS_H

struct in_use;

void use_processes(struct in_use *u);
void use_ciphers(struct in_use *u);

#endif /* NFGUARD_USE_PROCESS_H */
