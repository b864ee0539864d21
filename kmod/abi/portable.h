/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * portable.h - lets name.c, policy.c, policy_lookup.c and text.c build in user space
 * too: for unit tests and fuzzing under sanitizers, and text.c for the command. It
 * gives them, and only them, the few kernel functions that they use.
 */
#ifndef NFGUARD_PORTABLE_H
#define NFGUARD_PORTABLE_H

#ifdef __KERNEL__

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/*
 * Zeroed, for kvfree(). kvcalloc() would take the next power of two as long as there is
 * that much in one piece: of a large policy that is up to half for nothing.
 */
static inline void *nfg_zalloc(size_t n, size_t size)
{
	size_t bytes = array_size(n, size);

	if (bytes <= PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER)
		return kvzalloc(bytes, GFP_KERNEL_ACCOUNT);
	return __vmalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
}

#else /* user space */

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int refcount_t;

#define nfg_zalloc(n, size)		calloc(n, size)
#define kvfree(p)			free((void *)(p))
#define BIT_ULL(n)			(1ULL << (n))
#define PAGE_SIZE			4096
#define IS_ERR_VALUE(x)			((x) >= -4095ul)
#define fallthrough			__attribute__((__fallthrough__))
#define noinline			__attribute__((__noinline__))

/* What a call was made with, after the format. */
struct pt_regs {
	unsigned long values[64];
};

static inline unsigned long nfg_variadic_value(struct pt_regs *regs,
					       unsigned int i)
{
	return regs->values[i];
}

static inline bool glob_match(const char *pattern, const char *name)
{
	return !fnmatch(pattern, name, 0);
}

static inline size_t roundup_pow_of_two(size_t n)
{
	size_t power = 1;

	while (power < n)
		power <<= 1;
	return power;
}

#endif /* __KERNEL__ */

#endif /* NFGUARD_PORTABLE_H */
