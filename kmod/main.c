// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - parameters, and the order in which the parts start and stop.
 */
#include <linux/build_bug.h>
#include <linux/module.h>

#include "abi/options.h"
#include "nfguard.h"

#define NEEDED(option)							\
	static_assert(IS_ENABLED(CONFIG_##option),			\
		      "nfguard needs a kernel with CONFIG_" #option);
NFG_KERNEL_OPTIONS(NEEDED)

static char *deny = "";
module_param(deny, charp, 0);
MODULE_PARM_DESC(deny, "comma-separated names or patterns to deny as soon as it is loaded");

/* Not in sysfs, which would go on showing the initial mode. */
static char *mode = NFG_WORD_ENFORCING;
module_param(mode, charp, 0);
MODULE_PARM_DESC(mode, "enforcing (default) or permissive");

static bool strict;
module_param(strict, bool, 0444);
MODULE_PARM_DESC(strict, "refuse to load if a gate or the ftrace pin can't be armed");

bool nfg_off;
module_param_named(off, nfg_off, bool, 0444);
MODULE_PARM_DESC(off, "load inert: guard nothing, whatever the policy");

static bool gate_holds(const char *what, int err)
{
	if (err)
		pr_alert("%s can't be armed: error=%pe\n", what, ERR_PTR(err));
	return !err;
}

/* Checks each of them, so that the log names all that are missing. */
static bool gates_hold(void)
{
	bool whole = true;

	whole &= gate_holds("the load gate", nfg_load_gate_check());
	whole &= gate_holds("the request gate", nfg_request_gate_check());
	whole &= gate_holds("the ftrace pin", nfg_ftrace_pin_check());
	return whole;
}

static void gates_clean(void)
{
	nfg_request_gate_clean();
	nfg_load_gate_clean();
}

static int __init nfg_init(void)
{
	bool whole;
	int err;

	if (nfg_off) {
		pr_alert("off=1: loaded inert, nothing is guarded\n");
		return nfg_procfs_init();
	}

	err = nfg_state_init(deny, mode);
	if (err)
		return err;
	nfg_load_gate_init();
	nfg_request_gate_arm();
	whole = gates_hold();
	if (!whole && strict) {
		pr_alert("not loaded, because strict=1 is set\n");
		err = -ENODEV;
		goto clean_gates;
	}
	err = nfg_procfs_init();
	if (err)
		goto clean_gates;
	nfg_debugfs_init();
	nfg_watch_init();
	pr_notice("loaded version=%s state=%s mode=%s\n", NFG_VERSION,
		  whole ? NFG_WORD_GUARDING : NFG_WORD_DEGRADED,
		  nfg_setting_word(&nfg_settings[NFG_MODE]));
	return 0;

clean_gates:
	gates_clean();
	nfg_events_clean();
	nfg_state_clean();
	return err;
}

static void __exit nfg_exit(void)
{
	if (nfg_off) {
		nfg_procfs_clean();
		return;
	}
	nfg_watch_clean();
	nfg_debugfs_clean();
	nfg_procfs_clean();
	/* Now that no write to the lock is in progress any more. */
	if (nfg_locked())
		pr_alert("removed by force while it was being locked: the lock is lost\n");
	gates_clean();
	nfg_events_clean();
	nfg_state_clean();
	pr_notice("removed: nothing is guarded\n");
}

module_init(nfg_init);
module_exit(nfg_exit);

MODULE_DESCRIPTION("Keeps chosen kernel modules out, and reports who asked for them");
MODULE_VERSION(NFG_VERSION);
MODULE_LICENSE("GPL");
