/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_kernel.h - the kernel module's reading of a policy. By itself, since its
 * header and the command's share names.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct kernel_policy;

struct kernel_policy *kernel_parse(const char *body, size_t entries);
bool kernel_denies(const struct kernel_policy *policy, const char *name,
		   bool unprivileged);
void kernel_free(struct kernel_policy *policy);

#endif /* FUZZ_KERNEL_H */
