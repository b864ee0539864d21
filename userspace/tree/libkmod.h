/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libkmod.h - libkmod, opened for the tree and the modprobe.d that the program is
 * to look at.
 */
#ifndef NFGUARD_LIBKMOD_H
#define NFGUARD_LIBKMOD_H

#include <libkmod.h>

struct kmod_ctx *libkmod_open(const char *dir);

#endif /* NFGUARD_LIBKMOD_H */
