// SPDX-License-Identifier: GPL-2.0-only
/*
 * load_gate.c - denies loads: a module notifier, which sees each module under
 * its real name when it is in memory but its init function has not run, however
 * it came in. An error from a notifier has been honoured since 5.10
 * (prepare_coming_module()).
 */
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/preempt.h>
#include <linux/seq_file.h>

#include "nfguard.h"

/* Every module name fits what the judge takes. */
static_assert(MODULE_NAME_LEN == NFG_NAME_MAX + 1);

/* Seconds since 1970; 0: never. */
static time64_t last_seen, last_denied, last_proved;
static int notifier_err;

/*
 * Refuses with -EPERM: modprobe takes -EEXIST for success, and reports -ENOENT
 * as an unknown symbol.
 */
static int load_notify(struct notifier_block *block, unsigned long state,
		       void *data)
{
	const struct module *module = data;
	time64_t now = ktime_get_real_seconds();
	struct nfg_request cause;
	struct nfg_name name;
	bool caused, refused;

	if (state != MODULE_STATE_COMING)
		return NOTIFY_DONE;

	if (!strcmp(module->name, NFG_PROOF_MODULE)) {
		WRITE_ONCE(last_proved, now);
		return notifier_from_errno(-EPERM);
	}

	WRITE_ONCE(last_seen, now);
	caused = nfg_cause_of_load(&cause);
	/* The name is as it was in the file: a NUL need not end it. */
	nfg_name_set(&name, module->name, NFG_NAME_MAX);
	preempt_disable();
	refused = nfg_judge(NFG_LOAD_GATE, &name, caused ? &cause : NULL, 0);
	preempt_enable();
	if (caused)
		nfg_asker_unpin(&cause.asker);
	if (!refused)
		return NOTIFY_DONE;
	WRITE_ONCE(last_denied, now);
	return notifier_from_errno(-EPERM);
}

/*
 * Before all notifiers of a lower priority, so that they never see a module that
 * is denied. Notifiers of the same priority that registered earlier come first,
 * and ftrace and livepatch act before all notifiers (prepare_coming_module()).
 * After a denial, these are told that the module is going.
 */
static struct notifier_block block = {
	.notifier_call = load_notify,
	.priority = INT_MAX,
};

/**
 * nfg_load_gate_init - register the load gate
 *
 * Never fails: nfg_load_gate_check() reports the result.
 *
 * Context: process, may sleep.
 */
void nfg_load_gate_init(void)
{
	notifier_err = register_module_notifier(&block);
}

/**
 * nfg_load_gate_clean - unregister the load gate, and wait for calls in progress
 *
 * Context: process, may sleep.
 */
void nfg_load_gate_clean(void)
{
	if (!notifier_err)
		unregister_module_notifier(&block);
}

/**
 * nfg_load_gate_check - whether the load gate is registered
 *
 * Only inserting a module can prove more; "nfguard selftest" does that.
 *
 * Return: 0 if it is, else a negative errno.
 */
int nfg_load_gate_check(void)
{
	return notifier_err;
}

/**
 * nfg_load_gate_show - write the load gate's times to the status file
 * @seq: the file
 */
void nfg_load_gate_show(struct seq_file *seq)
{
	seq_printf(seq, "%s %lld\n", NFG_KEY_LOAD_SEEN, READ_ONCE(last_seen));
	seq_printf(seq, "%s %lld\n", NFG_KEY_LOAD_DENIED,
		   READ_ONCE(last_denied));
	seq_printf(seq, "%s %lld\n", NFG_KEY_LOAD_PROVED,
		   READ_ONCE(last_proved));
}
