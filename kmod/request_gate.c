// SPDX-License-Identifier: GPL-2.0-only
/*
 * request_gate.c - denies requests: a kprobe on __request_module(), where the
 * current task is the one that asks. To deny, the handler points the
 * instruction pointer at a function of ours with the same signature, which
 * returns -EPERM to the caller. No other register may change: the ftrace entry
 * does not restore a changed stack pointer.
 */
#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>

#include "compat.h"
#include "nfguard.h"

/* The canary gets this from an armed gate, and from nothing else. */
#define CANARY_SEEN	0x6e66

/* Recognised by its address; expands to more than MODULE_NAME_LEN holds. */
static const char canary_fmt[] = "nfguard-canary-%056d";

/*
 * An arm64 kernel with branch target identification returns to the stub with the kind of
 * branch that the call was. It may then need to begin with BTI C or PACIASP: so it does
 * where the kernel is built so, as its address is taken.
 */
static int __used notrace refuse_request(bool wait, const char *fmt, ...)
{
	return -EPERM;
}

static int __used notrace answer_canary(bool wait, const char *fmt, ...)
{
	return CANARY_SEEN;
}

/* Whether the canary was caught when it was last sent. */
static bool proved;

/* Here the current task asks on behalf of another one. */
static noinline bool judge_cause(const struct nfg_name *name,
				 unsigned int doubts)
{
	struct nfg_request cause;
	bool caused = nfg_cause_of_request(name->raw, &cause);
	bool refused = nfg_judge(NFG_REQUEST_GATE, name, caused ? &cause : NULL,
				 caused ? doubts : doubts | NFG_UNKNOWN);

	if (caused)
		nfg_asker_unpin(&cause.asker);
	return refused;
}

/* The kernel refuses it: -ENAMETOOLONG. */
static noinline void note_long(const char *fmt, struct pt_regs *regs)
{
	char name[NFG_CAUSE_MAX + 1];

	nfg_name_format_any(name, sizeof(name), fmt, regs);
	nfg_count(NFG_REQUEST_UNNAMED);
	nfg_cause_note_long(name);
}

static __always_inline bool judge(const char *fmt, struct pt_regs *regs)
{
	unsigned int doubts = READ_ONCE(proved) ? 0 : NFG_UNPROVED;
	struct nfg_name name nfg_uninitialized;
	int len = nfg_name_format(&name, fmt, regs);

	if (len < 0) {
		/* With too many values to make its name, it goes by its format. */
		nfg_name_set(&name, fmt, NFG_NAME_MAX);
		doubts |= NFG_UNNAMED;
	} else if (len > NFG_NAME_MAX) {
		note_long(fmt, regs);
		return false;
	}
	if (nfg_asks_for_another())
		return judge_cause(&name, doubts);
	return nfg_judge(NFG_REQUEST_GATE, &name, NULL, doubts);
}

static int request_pre(struct kprobe *probe, struct pt_regs *regs)
{
	const char *fmt = (const char *)regs_get_kernel_argument(regs, 1);

	if (fmt == canary_fmt) {
		instruction_pointer_set(regs, (unsigned long)answer_canary);
		return 1;
	}
	if (!judge(fmt, regs))
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
/* Why not, as long as they are not registered. */
static int probe_err = -ENODEV, pin_err = -ENODEV;

/* Where they don't, nothing that is done to ftrace affects the probe. */
#define ON_FTRACE	IS_ENABLED(CONFIG_KPROBES_ON_FTRACE)

/*
 * A jump-optimised probe ignores a changed instruction pointer, and a
 * post_handler keeps a probe from being optimised. At an ftrace site no probe is
 * optimised, and a post_handler there does harm: when such a probe was removed
 * beside another kprobe on the function, 6.1 failed to disarm it and locked up.
 */
static int probe_register(void)
{
	int err;

	/*
	 * While ftrace is off, a probe at an ftrace site never fires, and does
	 * harm: on 6.1, registering and removing it then leaves flags in
	 * ftrace's record of the function. The next ftrace_ops to be removed
	 * finds them, warns, and kills ftrace until reboot (ftrace_shutdown()).
	 */
	if (pin_err == -EBUSY)
		return pin_err;

	probe = (struct kprobe){
		.symbol_name = "__request_module",
		.pre_handler = request_pre,
	};
	err = register_kprobe(&probe);
	if (err || (probe.flags & KPROBE_FLAG_FTRACE))
		return err;

	unregister_kprobe(&probe);
	probe = (struct kprobe){
		.symbol_name = "__request_module",
		.pre_handler = request_pre,
		.post_handler = request_post,
	};
	return register_kprobe(&probe);
}

/**
 * nfg_request_gate_arm - arm what is not armed yet, as far as possible
 *
 * Never fails: nfg_request_gate_check() and nfg_ftrace_pin_check() report the
 * result, and the watch tries again. The pin comes first, since registering it
 * fails when ftrace is off.
 *
 * Context: process, may sleep; one at a time.
 */
void nfg_request_gate_arm(void)
{
	if (ON_FTRACE && pin_err)
		pin_err = nfg_pin_register();
	if (probe_err)
		probe_err = probe_register();
}

/**
 * nfg_request_gate_clean - disarm the request gate
 *
 * unregister_kprobe() waits for the handlers, but a task that a handler sent to
 * refuse_request() may not have reached it yet, or may be preempted in it. So the
 * module's text may go only after a tasks-RCU grace period.
 *
 * Context: process, may sleep.
 */
void nfg_request_gate_clean(void)
{
	if (!probe_err)
		unregister_kprobe(&probe);
	if (ON_FTRACE && !pin_err)
		nfg_pin_unregister();
	synchronize_rcu_tasks();
}

/**
 * nfg_request_gate_check - prove that the request gate is armed
 *
 * A registered probe may never fire (ftrace or kprobes switched off), so make a
 * request that the gate recognises. If the gate does not catch it, the kernel
 * refuses it before starting anything: the name is too long, or the modprobe path
 * is empty. The request is not judged, counted or logged.
 *
 * Context: process, may sleep; holds no lock.
 * Return: 0 if it is armed, else the negative errno that says why not.
 */
int nfg_request_gate_check(void)
{
	int ret;

	if (probe_err)
		return probe_err;
	ret = __request_module(false, canary_fmt, 0);
	WRITE_ONCE(proved, ret == CANARY_SEEN);
	if (ret == CANARY_SEEN)
		return 0;
	return ret < 0 ? ret : -ENODATA;
}

/**
 * nfg_ftrace_pin_needed - whether switching ftrace off would disarm the probe
 *
 * If the function has no ftrace site, the probe is a breakpoint, and ftrace does
 * not affect it.
 */
bool nfg_ftrace_pin_needed(void)
{
	return ON_FTRACE && (probe_err || (probe.flags & KPROBE_FLAG_FTRACE));
}

/**
 * nfg_ftrace_pin_check - whether the pin keeps ftrace from being switched off
 *
 * Return: 0 if it does or need not, else a negative errno.
 */
int nfg_ftrace_pin_check(void)
{
	return nfg_ftrace_pin_needed() ? pin_err : 0;
}

/**
 * nfg_request_gate_missed - how many requests the kprobe missed
 */
unsigned long nfg_request_gate_missed(void)
{
	return probe.nmissed;
}
