// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps.c - the first steps of a denial, without those that follow: the kprobe refuses
 * each request as the request gate does, at once or, with name=1, once the gate's own
 * code has made the name. What is more in a denial of nfguard's is what judging takes.
 */
#include <linux/compiler.h>
#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "name.h"

static bool make_name;
module_param_named(name, make_name, bool, 0400);

static int __used notrace refuse(bool wait, const char *fmt, ...)
{
	return -EPERM;
}

static int steps_pre(struct kprobe *probe, struct pt_regs *regs)
{
	struct nfg_name name nfg_uninitialized;

	if (make_name) {
		nfg_name_format(&name, (const char *)regs_get_kernel_argument(regs, 1),
				regs);
		/* It is used, so the compiler has to make it. */
		barrier_data(&name);
	}
	instruction_pointer_set(regs, (unsigned long)refuse);
	return 1;
}

NOKPROBE_SYMBOL(steps_pre);

static struct kprobe probe = {
	.symbol_name = "__request_module",
	.pre_handler = steps_pre,
};

static int __init steps_init(void)
{
	return register_kprobe(&probe);
}

/* A task that the handler has sent to refuse() may not have left it yet. */
static void __exit steps_exit(void)
{
	unregister_kprobe(&probe);
	synchronize_rcu_tasks();
}

module_init(steps_init);
module_exit(steps_exit);

MODULE_DESCRIPTION("Refuses requests by the first steps of nfguard alone, for the bench");
MODULE_LICENSE("GPL");
