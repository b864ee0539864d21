// SPDX-License-Identifier: GPL-2.0-only
/*
 * proof.c - nfguard_proof, the module that the load gate always refuses.
 * "nfguard selftest" tries to insert it: EPERM from the gate proves that the gate
 * works. If it gets in, it does nothing.
 */
#include <linux/module.h>

#include "abi/abi.h"

MODULE_DESCRIPTION("Proves that nfguard's load gate works, by being refused");
MODULE_VERSION(NFG_VERSION);
MODULE_LICENSE("GPL");
