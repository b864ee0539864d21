/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.h - the kernel options that nfguard can't do without. The module's build
 * refuses a kernel that lacks one, and the command names it; check-lint compares
 * this list with debian's dkms.conf, which can't include it.
 */
#ifndef NFGUARD_OPTIONS_H
#define NFGUARD_OPTIONS_H

#define NFG_KERNEL_OPTIONS(X)						\
	X(MODULES)							\
	X(KPROBES)		/* the request gate */			\
	X(PROC_FS)		/* policy, mode, lock and status */	\
	X(NET)			/* an asker's network namespace */	\
	X(CGROUPS)		/* an asker's container */		\
	X(GLOB)			/* patterns */				\
	X(CRYPTO_LIB_SHA256)	/* the policy's digest */

#endif /* NFGUARD_OPTIONS_H */
