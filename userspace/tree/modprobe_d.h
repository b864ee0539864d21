/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modprobe_d.h - reads modprobe.d with libkmod.
 */
#ifndef NFGUARD_MODPROBE_D_H
#define NFGUARD_MODPROBE_D_H

#include "tree/tree.h"

void modprobe_d_digest(struct buf *list);
bool modprobe_d_read(struct tree *tree, struct diags *diags);

#endif /* NFGUARD_MODPROBE_D_H */
