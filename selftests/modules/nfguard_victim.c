// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_victim.c - a module to deny: it does nothing, and nothing needs it.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("Does nothing, to be denied by a test");
MODULE_LICENSE("GPL");
