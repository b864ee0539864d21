// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_patch.c - a livepatch of __request_module(), which counts calls in its parameter
 * "ran" and starts nothing. Applied before a kprobe on that function, it makes the kernel
 * ignore the instruction pointer that the probe's handler sets (klp_ftrace_handler(), 6.1).
 */
#include <linux/livepatch.h>
#include <linux/module.h>

static int ran;
module_param(ran, int, 0444);

static int patched_request_module(bool wait, const char *fmt, ...)
{
	ran++;
	return -ENOENT;
}

static struct klp_func funcs[] = {
	{
		.old_name = "__request_module",
		.new_func = patched_request_module,
	},
	{}
};

static struct klp_object objects[] = {
	{ .funcs = funcs },	/* of the kernel itself */
	{}
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init patch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit patch_exit(void)
{
}

module_init(patch_init);
module_exit(patch_exit);

MODULE_DESCRIPTION("Livepatches __request_module(), for a test");
MODULE_INFO(livepatch, "Y");
MODULE_LICENSE("GPL");
