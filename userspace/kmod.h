/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmod.h - libkmod, opened for the tree and the modprobe.d that the program is
 * to look at.
 */
#ifndef NFGUARD_KMOD_H
#define NFGUARD_KMOD_H

#include <libkmod.h>

struct kmod_ctx *kmod_open(const char *dir);

#endif /* NFGUARD_KMOD_H */
