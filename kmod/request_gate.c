// SPDX-License-Identifier: GPL-2.0-only
/*
 * request_gate.c - denies requests: a kprobe on __request_module(), where the
 * current task is the one that asks. To deny, the handler points the
 * instruction pointer at a function of ours with the same signature, which
 * returns -EPERM to the caller; nothing else of the registers may change (the
 * ftrace entry does not restore a changed stack pointer).
 */
#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "nfguard.h"

/* More than any caller passes: MDIO_ID_FMT of the PHY core has 32 (6.12). */
#define VALUES_MAX	36

/* What the canary gets from an armed gate, and from nothing else. */
#define CANARY_SEEN	0x6e66

/* Ours by its address; expands to more than fits MODULE_NAME_LEN. */
static const char canary_fmt[] = "nfguard-canary-%056d";

static int __used notrace refuse_request(bool wait, const char *fmt, ...)
{
	return -EPERM;
}

static int __used notrace answer_canary(bool wait, const char *fmt, ...)
{
	return CANARY_SEEN;
}

/* How many values a format can consume: "%.*s" takes two, "%%" overcounts. */
static unsigned int count_values(const char *fmt)
{
	unsigned int n = 0;

	for (; *fmt; fmt++)
		n += *fmt == '%' || *fmt == '*';
	return n;
}

/* Apart from format_name(), whose stack it would swell for nothing. */
static noinline int format_long_name(char *name, size_t size, const char *fmt,
				     struct pt_regs *regs, unsigned int n)
{
	unsigned long v[VALUES_MAX] = {};
	unsigned int i;

	for (i = 0; i < n; i++)
		v[i] = nfg_variadic_value(regs, i);
	return snprintf(name, size, fmt,
			v[0], v[1], v[2], v[3], v[4], v[5],
			v[6], v[7], v[8], v[9], v[10], v[11],
			v[12], v[13], v[14], v[15], v[16], v[17],
			v[18], v[19], v[20], v[21], v[22], v[23],
			v[24], v[25], v[26], v[27], v[28], v[29],
			v[30], v[31], v[32], v[33], v[34], v[35]);
}

/*
 * The name that __request_module() is about to make, from its registers.
 * Returns its length, which is @size or more where it does not fit.
 */
static int format_name(char *name, size_t size, const char *fmt,
		       struct pt_regs *regs)
{
	unsigned int n = count_values(fmt);

	if (n > VALUES_MAX)
		return size;
	if (n > 4)
		return format_long_name(name, size, fmt, regs, n);
	return snprintf(name, size, fmt, nfg_variadic_value(regs, 0),
			nfg_variadic_value(regs, 1),
			nfg_variadic_value(regs, 2),
			nfg_variadic_value(regs, 3));
}

static int request_pre(struct kprobe *probe, struct pt_regs *regs)
{
	const char *fmt = (const char *)regs_get_kernel_argument(regs, 1);
	char name[NFG_NAME_MAX + 1];
	int len;

	if (fmt == canary_fmt) {
		instruction_pointer_set(regs, (unsigned long)answer_canary);
		return 1;
	}

	len = format_name(name, sizeof(name), fmt, regs);
	if (len < 0 || len >= sizeof(name)) {
		/* The kernel refuses it too: -ENAMETOOLONG, and starts nothing. */
		nfg_count(NFG_REQUEST_UNNAMED);
		return 0;
	}
	if (!nfg_judge(NFG_REQUEST_GATE, name, len, NULL))
		return 0;
	instruction_pointer_set(regs, (unsigned long)refuse_request);
	return 1;
}

NOKPROBE_SYMBOL(request_pre);

static void request_post(struct kprobe *probe, struct pt_regs *regs,
			 unsigned long flags)
{
}

static struct kprobe probe;
static int probe_err, pin_err;

/*
 * A changed instruction pointer is ignored by a jump-optimised probe, and a
 * post_handler keeps a probe from being optimised. At an ftrace site none is
 * optimised, and a post_handler there does harm: removed beside another
 * kprobe on the function, 6.1 failed to disarm it and locked up.
 */
static int probe_register(void)
{
	int err;

	/*
	 * While ftrace is off a probe at an ftrace site never fires, and does
	 * harm: registered and removed meanwhile, it leaves flags in 6.1's
	 * record of the function, and the next ftrace_ops to go finds them,
	 * warns, and kills ftrace until reboot (ftrace_shutdown()).
	 */
	if (IS_ENABLED(CONFIG_KPROBES_ON_FTRACE) && pin_err == -EBUSY)
		return pin_err;

	probe = (struct kprobe) {
		.symbol_name = "__request_module",
		.pre_handler = request_pre,
	};
	err = register_kprobe(&probe);
	if (err || (probe.flags & KPROBE_FLAG_FTRACE))
		return err;

	unregister_kprobe(&probe);
	probe = (struct kprobe) {
		.symbol_name = "__request_module",
		.pre_handler = request_pre,
		.post_handler = request_post,
	};
	return register_kprobe(&probe);
}

/*
 * The pin: while a permanent ftrace_ops is registered, "ftrace_enabled=0" is
 * refused, which else would switch the kprobe off without a trace. It is
 * filtered on a function of our own, which nobody calls: on the probed one it
 * would cost each request 178 instructions.
 */
static noinline __used void pinned(void)
{
	barrier();
}

static void notrace pin_func(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static struct ftrace_ops pin = {
	.func = pin_func,
	.flags = FTRACE_OPS_FL_PERMANENT,
};

static int pin_register(void)
{
	int err;

	err = ftrace_set_filter_ip(&pin, (unsigned long)pinned, 0, 0);
	if (err)
		return err;
	err = register_ftrace_function(&pin);
	if (err)
		ftrace_free_filter(&pin);
	return err;
}

/**
 * nfg_request_gate_init - arm the request gate as well as can be
 *
 * Fails never: nfg_request_gate_check() and nfg_ftrace_pin_check() tell what
 * came of it. The pin comes first, since it fails loudly when ftrace is off.
 *
 * Context: process, may sleep.
 */
void nfg_request_gate_init(void)
{
	pin_err = pin_register();
	probe_err = probe_register();
}

/**
 * nfg_request_gate_clean - disarm it
 *
 * unregister_kprobe() waits for the handlers, but a task that a handler sent
 * to refuse_request() may not have reached it yet, or be preempted within:
 * the module's text may go only after a grace period of tasks-RCU.
 *
 * Context: process, may sleep.
 */
void nfg_request_gate_clean(void)
{
	if (!probe_err)
		unregister_kprobe(&probe);
	if (!pin_err) {
		unregister_ftrace_function(&pin);
		ftrace_free_filter(&pin);
	}
	synchronize_rcu_tasks();
}

/**
 * nfg_request_gate_check - prove that the request gate is armed
 *
 * A probe that registered may never fire (ftrace or kprobes switched off), so
 * a request is made that the gate knows and that the kernel, if the gate does
 * not catch it, refuses before it starts anything: the name is too long
 * (kernel/kmod.c), or the modprobe path is empty. It is not judged, counted
 * or logged.
 *
 * Context: process, may sleep; holds nothing.
 * Return: 0 if it is armed, else the negative errno that says why not.
 */
int nfg_request_gate_check(void)
{
	int ret;

	if (probe_err)
		return probe_err;
	ret = __request_module(false, canary_fmt, 0);
	if (ret == CANARY_SEEN)
		return 0;
	return ret < 0 ? ret : -ENODATA;
}

/**
 * nfg_ftrace_pin_needed - whether the probe is lost when ftrace is switched off
 *
 * Where the kernel has no ftrace site at the function, the probe is a
 * breakpoint, and ftrace is nothing to it.
 */
bool nfg_ftrace_pin_needed(void)
{
	return probe_err || (probe.flags & KPROBE_FLAG_FTRACE);
}

/**
 * nfg_ftrace_pin_check - whether ftrace is kept from being switched off
 *
 * Return: 0 if it is or need not be, else a negative errno.
 */
int nfg_ftrace_pin_check(void)
{
	return nfg_ftrace_pin_needed() ? pin_err : 0;
}

/**
 * nfg_request_gate_missed - requests that the kprobe missed
 */
unsigned long nfg_request_gate_missed(void)
{
	return probe.nmissed;
}
