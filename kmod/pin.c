// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin.c - the pin: while a permanent ftrace_ops is registered, the kernel refuses
 * "ftrace_enabled=0", which would silently switch off a kprobe at an ftrace site.
 * Built only where kprobes use ftrace: elsewhere there is nothing to pin.
 */
#include <linux/ftrace.h>

#include "compat.h"
#include "nfguard.h"

/*
 * The pin is filtered on a function of our own that nobody calls: on the probed
 * function it would cost each request 178 instructions.
 */
static noinline __used void pinned(void)
{
	barrier();
}

static void notrace pin_func(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static struct ftrace_ops pin;

/*
 * Frees the filter. ftrace_free_filter() does no more, and modules can't call it on
 * every kernel: not on 5.10.
 */
static void filter_free(void)
{
	ftrace_set_filter(&pin, NULL, 0, 1);
}

/**
 * nfg_pin_register - have the kernel refuse to switch ftrace off
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno: -EBUSY if ftrace is off already.
 */
int nfg_pin_register(void)
{
	int err;

	/* Anew each time: nothing is left of a registration that failed. */
	pin = (struct ftrace_ops){
		.func = pin_func,
		.flags = FTRACE_OPS_FL_PERMANENT,
	};
	err = ftrace_set_filter_ip(&pin, (unsigned long)pinned, 0, 0);
	if (err)
		return err;
	err = register_ftrace_function(&pin);
	if (err)
		filter_free();
	return err;
}

/**
 * nfg_pin_unregister - undo nfg_pin_register()
 *
 * Context: process, may sleep.
 */
void nfg_pin_unregister(void)
{
	unregister_ftrace_function(&pin);
	filter_free();
}
