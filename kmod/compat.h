/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - what differs between kernel versions, from 5.10 on, and between
 * architectures. Every test for either is here.
 */
#ifndef NFGUARD_COMPAT_H
#define NFGUARD_COMPAT_H

#include <linux/ftrace.h>
#include <linux/list.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#include <crypto/sha.h>
#else
#include <crypto/sha2.h>
#endif

/*
 * For what is written before it is read, where the kernel is built to clear all
 * variables (CONFIG_INIT_STACK_ALL_ZERO) with a compiler that heeds this: gcc 12.
 */
#if __has_attribute(__uninitialized__)
#define nfg_uninitialized	__attribute__((__uninitialized__))
#else
#define nfg_uninitialized
#endif

/* 5.17 renamed it (fs/proc/generic.c). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 17, 0)
#define pde_data(inode) PDE_DATA(inode)
#endif

/* Since 5.11 ftrace callbacks get a ftrace_regs (include/linux/ftrace.h). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define ftrace_regs pt_regs
#endif

/**
 * struct nfg_module_use - one module using another
 * @source_list: entry in the used module's source_list
 * @target_list: entry in the using module's target_list
 * @source: the module that uses the other
 * @target: the module that is used
 *
 * The kernel's struct module_use: in linux/module.h from 5.10 to 6.1, in
 * kernel/module/internal.h in 7.3, with the same layout.
 */
struct nfg_module_use {
	struct list_head source_list;
	struct list_head target_list;
	struct module *source;
	struct module *target;
};

/*
 * Where the values after the format of a variadic call are at the first
 * instruction of the called function. Each fills one register or one word of the
 * stack, whatever its type: no module name is made from floating point.
 */
#if defined(CONFIG_X86_64)
#define NFG_VALUES_IN_REGS	4	/* rdx, rcx, r8, r9 */
#define NFG_STACK_SKIP		1	/* the return address */
#elif defined(CONFIG_ARM64)
#define NFG_VALUES_IN_REGS	6	/* x2 to x7 */
#define NFG_STACK_SKIP		0
#else
#error "nfguard does not know how this architecture passes variadic arguments"
#endif

/**
 * nfg_variadic_value - a value that __request_module() was called with
 * @regs: the registers at its first instruction
 * @i: its index, from 0 for the first value after the format
 *
 * The stack is read as plain memory, as vsnprintf() would read it next.
 */
static inline unsigned long nfg_variadic_value(struct pt_regs *regs,
					       unsigned int i)
{
	unsigned long *stack = (unsigned long *)kernel_stack_pointer(regs);

	if (i < NFG_VALUES_IN_REGS)
		return regs_get_kernel_argument(regs, 2 + i);
	return READ_ONCE_NOCHECK(stack[NFG_STACK_SKIP + i - NFG_VALUES_IN_REGS]);
}

#endif /* NFGUARD_COMPAT_H */
