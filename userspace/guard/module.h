/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - the kernel module nfguard as a file, and how it is loaded.
 */
#ifndef NFGUARD_MODULE_H
#define NFGUARD_MODULE_H

#include <stdbool.h>

#include "guard/kernel_if.h"
#include "tree/libkmod.h"

/* What to do where a kernel does not take the module for want of a signature. */
#define GUARD_SIGN \
	"DKMS signs with a key of its own: mokutil --import /var/lib/dkms/mok.pub, reboot, and enrol it; any other module: sign it with a key that the kernel trusts (scripts/sign-file of the kernel's headers)"

/* What to do where the module is not there, and where it can't be. */
#define GUARD_INSTALL \
	"apt-get install nfguard-dkms and the kernel's headers, or make install; then dkms status says what became of it"
#define GUARD_NO_KPROBES \
	"it was built without kprobes (CONFIG_KPROBES), which nfguard needs: boot another kernel"

bool guard_is_signed(struct kmod_module *mod);
bool guard_load(void);

void guard_mark_loaded(const char *by, const struct kif_status *st);
char *guard_loaded_by(const struct kif_status *st);

/* Who loaded it, as words of JSON. */
#define LOADED_BY_INITRAMFS	"initramfs"
#define LOADED_BY_UNIT		"unit"
#define LOADED_BY_OTHER		"other"

#endif /* NFGUARD_MODULE_H */
