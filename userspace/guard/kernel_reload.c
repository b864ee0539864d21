// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_reload.c - what to do to have the kernel module loaded again.
 */
#include <stdlib.h>

#include "base/host.h"
#include "base/msg.h"
#include "base/paths.h"
#include "guard/kernel_if.h"

static bool no_module_loads(void)
{
	char *path = path_proc("sys/kernel/modules_disabled");
	bool disabled = file_has(path, "1");

	free(path);
	return disabled;
}

/**
 * kif_reload - what to do to have the kernel module loaded again, and guarding
 * @st: the status
 *
 * Return: commands, or "reboot" where none would work: a locked module can't be
 * removed, and with modules_disabled=1 none can be removed or loaded.
 */
const char *kif_reload(const struct kif_status *st)
{
	if (st->locked || no_module_loads())
		return "reboot";
	switch (st->state) {
	case GUARD_NOT_LOADED:
		return host_guard_off() ? "modprobe nfguard off=0 && nfguard boot" :
		       KIF_LOAD_IT;
	case GUARD_OFF:
		return "modprobe -r nfguard && modprobe nfguard off=0 && nfguard boot";
	default:
		return "modprobe -r nfguard && " KIF_LOAD_IT;
	}
}
