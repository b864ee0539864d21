// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfguard_notify.c - two more module notifiers, one at each end of the chain, that count
 * how often they see the module "nfguard_victim" coming and going. With the parameter
 * fail=1 the first one refuses it, with fail=2 the last one.
 */
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>

static int fail;
module_param(fail, int, 0644);

static int first_coming, first_going, last_coming, last_going;
module_param(first_coming, int, 0644);
module_param(first_going, int, 0644);
module_param(last_coming, int, 0644);
module_param(last_going, int, 0644);

static int see(unsigned long state, const struct module *module, int number,
	       int *coming, int *going)
{
	if (strcmp(module->name, "nfguard_victim"))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_GOING)
		++*going;
	if (state != MODULE_STATE_COMING)
		return NOTIFY_DONE;
	/* A notifier that fails does not see the module going: it cleans up itself. */
	if (fail == number)
		return notifier_from_errno(-ENOSPC);
	++*coming;
	return NOTIFY_OK;
}

static int first_notify(struct notifier_block *block, unsigned long state,
			void *data)
{
	return see(state, data, 1, &first_coming, &first_going);
}

static int last_notify(struct notifier_block *block, unsigned long state,
		       void *data)
{
	return see(state, data, 2, &last_coming, &last_going);
}

static struct notifier_block first = {
	.notifier_call = first_notify,
	.priority = INT_MAX,
};

static struct notifier_block last = {
	.notifier_call = last_notify,
	.priority = INT_MIN,
};

static int __init notify_init(void)
{
	int err;

	err = register_module_notifier(&first);
	if (err)
		return err;
	err = register_module_notifier(&last);
	if (err)
		unregister_module_notifier(&first);
	return err;
}

static void __exit notify_exit(void)
{
	unregister_module_notifier(&last);
	unregister_module_notifier(&first);
}

module_init(notify_init);
module_exit(notify_exit);

MODULE_DESCRIPTION("Module notifiers before and after another, for a test");
MODULE_LICENSE("GPL");
