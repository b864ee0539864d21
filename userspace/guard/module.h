/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - loads nfguard's kernel module, and records what loaded it.
 */
#ifndef NFGUARD_MODULE_H
#define NFGUARD_MODULE_H

#include <stdbool.h>

#include "guard/kernel_if.h"
#include "tree/libkmod.h"

/* The remedy if the kernel refuses the module for its signature. */
#define GUARD_SIGN \
	"if DKMS built it: mokutil --import /var/lib/dkms/mok.pub, reboot and choose Enroll MOK; otherwise sign it with a key that the kernel trusts (scripts/sign-file in the kernel's headers)"

/* The remedies if the module is not installed, and if no kernel like this can run it. */
#define GUARD_INSTALL \
	"apt-get install nfguard-dkms and the kernel's headers (dkms status shows whether it was built), or make install"
#define GUARD_OTHER_KERNEL	"boot a kernel that was built with all of it"

bool guard_load(const char *options);
char *guard_mode_option(bool this_line);

void guard_mark_loaded(const char *by, const struct kif_status *st);
char *guard_loaded_by(const struct kif_status *st);

/* What loaded it: values in the JSON output. */
#define LOADED_BY_INITRAMFS	"initramfs"
#define LOADED_BY_UNIT		"unit"
#define LOADED_BY_OTHER		"other"

#endif /* NFGUARD_MODULE_H */
