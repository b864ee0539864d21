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

/**
 * nfg_pin_register - have the kernel refuse to switch ftrace off
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno: -EBUSY if ftrace is off already.
 */
int nfg_pin_register(void)
{
	int err;

	/* Anew each time: ftrace_free_filter() leaves pointers to what it freed. */
	pin = (struct ftrace_ops){
		.func = pin_func,
		.flags = FTRACE_OPS_FL_PERMANENT,
	};
	err = ftrace_set_filter_ip(&pin, (unsigned long)pinned, 0, 0);
	if (err)
		return err;
	err = register_ftrace_function(&pin);
	if (err)
		ftrace_free_filter(&pin);
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
	ftrace_free_filter(&pin);
}
