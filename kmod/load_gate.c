// SPDX-License-Identifier: GPL-2.0-only
/*
 * load_gate.c - denies loads: a module notifier that sees each module by its
 * real name once it is laid out, and before its init function runs, whatever
 * way it came in. An error from it has been honoured since 5.10
 * (prepare_coming_module(), kernel/module.c).
 */
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/seq_file.h>

#include "nfguard.h"

/* So that each name of a module fits what the judge takes. */
static_assert(MODULE_NAME_LEN == NFG_NAME_MAX + 1);

/* Seconds since 1970; 0 is never. */
static time64_t last_seen, last_denied, last_proved;
static int notifier_err;

/*
 * -EPERM, and not -EEXIST, which modprobe takes for success, nor -ENOENT,
 * which it reports as an unknown symbol.
 */
static int load_notify(struct notifier_block *block, unsigned long state,
		       void *data)
{
	const struct module *module = data;
	time64_t now = ktime_get_real_seconds();
	struct nfg_request cause;
	bool caused, refused;

	if (state != MODULE_STATE_COMING)
		return NOTIFY_DONE;

	if (!strcmp(module->name, NFG_PROOF_MODULE)) {
		WRITE_ONCE(last_proved, now);
		return notifier_from_errno(-EPERM);
	}

	WRITE_ONCE(last_seen, now);
	caused = nfg_cause_find(&cause);
	refused = nfg_judge(NFG_LOAD_GATE, module->name, strlen(module->name),
			    caused ? &cause : NULL);
	if (caused)
		nfg_asker_unpin(&cause.asker);
	if (!refused)
		return NOTIFY_DONE;
	WRITE_ONCE(last_denied, now);
	return notifier_from_errno(-EPERM);
}

/* First of all, so that nobody has yet acted on a module that is denied. */
static struct notifier_block block = {
	.notifier_call = load_notify,
	.priority = INT_MAX,
};

/**
 * nfg_load_gate_init - register the load gate
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno, which nfg_load_gate_check() repeats.
 */
int nfg_load_gate_init(void)
{
	notifier_err = register_module_notifier(&block);
	return notifier_err;
}

/**
 * nfg_load_gate_clean - unregister it, and wait for who is in it
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
 * No canary can prove more without inserting a module; "nfguard selftest"
 * does that.
 *
 * Return: 0 if it is, else a negative errno.
 */
int nfg_load_gate_check(void)
{
	return notifier_err;
}

/**
 * nfg_load_gate_show - write the load gate's times of the status file
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
