/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libkmod.h - opens libkmod for the module tree and the modprobe.d that the program
 * examines.
 */
#ifndef NFGUARD_LIBKMOD_H
#define NFGUARD_LIBKMOD_H

#include <stddef.h>

#include <libkmod.h>

struct kmod_ctx *libkmod_open(const char *dir);
struct kmod_ctx *libkmod_open_rest(const char *dir);
struct kmod_ctx *libkmod_open_files(const char *dir, char *const *files, size_t n);

#endif /* NFGUARD_LIBKMOD_H */
