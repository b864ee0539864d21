// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakemodule.c - what a kernel module says of itself, and nothing else: the file of
 * nfguard's module on a fake host. guard_file() of lib.sh puts the release in.
 */

__attribute__((section(".modinfo"), used))
static const char modinfo[] =
	"name=nfguard\0"
	"vermagic=@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ SMP mod_unload ";
