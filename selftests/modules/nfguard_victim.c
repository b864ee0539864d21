// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_victim.c - does nothing, and nothing needs it: a module to deny.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("Does nothing, to be denied by a test");
MODULE_LICENSE("GPL");
