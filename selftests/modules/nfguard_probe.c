// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_probe.c - the least that refuses requests as nfguard does: a kprobe on
 * __request_module() whose handler points the instruction pointer at a function of
 * its own. It refuses "nfguard-counted", as nfguard_req asks for it, and lets all
 * else pass. The control for arming.sh: what goes wrong with it too is not nfguard's
 * doing.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#define SITE_SIZE	5	/* a call or a nop of x86 */

static int __used notrace refuse(bool wait, const char *fmt, ...)
{
	return -EPERM;
}

/*
 * At an ftrace site the handler is called from ftrace. A breakpoint is there only
 * while the kernel patches the site, and is the patching's own: poke_int3_handler()
 * takes it before any kprobe can. If one reaches the handler all the same, the
 * patching is over, and what the processor ran is not what the memory has.
 */
static void report_breakpoint(const struct kprobe *probe)
{
	if ((probe->flags & KPROBE_FLAG_FTRACE) && in_nmi())
		pr_alert_once("ran a breakpoint where the memory has %*ph\n",
			      SITE_SIZE, probe->addr);
}

static int refuse_pre(struct kprobe *probe, struct pt_regs *regs)
{
	const char *fmt = (const char *)regs_get_kernel_argument(regs, 1);
	const char *name = (const char *)regs_get_kernel_argument(regs, 2);

	report_breakpoint(probe);
	if (strcmp(fmt, "%s") || strcmp(name, "nfguard-counted"))
		return 0;
	instruction_pointer_set(regs, (unsigned long)refuse);
	return 1;
}

NOKPROBE_SYMBOL(refuse_pre);
NOKPROBE_SYMBOL(report_breakpoint);

/* Keeps a probe that is not at an ftrace site from being jump-optimised. */
static void __maybe_unused refuse_post(struct kprobe *probe,
				       struct pt_regs *regs,
				       unsigned long flags)
{
}

static struct kprobe probe = {
	.symbol_name = "__request_module",
	.pre_handler = refuse_pre,
	.post_handler = IS_ENABLED(CONFIG_KPROBES_ON_FTRACE) ? NULL :
							       refuse_post,
};

static int __init probe_init(void)
{
	return register_kprobe(&probe);
}

/* A task that the handler has sent to refuse() may not have left it yet. */
static void __exit probe_exit(void)
{
	unregister_kprobe(&probe);
	synchronize_rcu_tasks();
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_DESCRIPTION("Refuses a request by a kprobe alone, for a test");
MODULE_LICENSE("GPL");
