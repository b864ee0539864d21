// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock.c - locks the policy, mode and module until the host reboots.
 */
#include <stdio.h>

#include "abi/abi.h"
#include "base/ask.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "force/history.h"
#include "force/unconfirmed.h"
#include "guard/kernel_if.h"
#include "verbs/verb.h"

/*
 * What waits to be confirmed could not be undone any more. What is left of an
 * earlier boot is in the policy files alone.
 */
static bool may_lock(void)
{
	struct unconfirmed u;
	bool left = unconfirmed_read(TRIAL_FILES, &u) && u.same_boot;

	unconfirmed_free(&u);
	return !(left || trial_waits()) || !unconfirmed_refuses();
}

#define ENDS	"until the host reboots, nobody can change the policy (generation %llu) or the mode (%s), or remove the module: deny, allow, remove, apply and mode are refused, for root too"

static bool wants_lock(const struct invocation *inv, const struct kif_status *st)
{
	if (given(inv, OPT_YES))
		return true;
	if (!ask_can()) {
		msg_err("not locked: " ENDS ": add --yes if you mean it",
			st->generation, esc(st->mode));
		return false;
	}
	if (ask_yes("Lock? " ENDS ".", st->generation, esc(st->mode)))
		return true;
	msg_err("not locked");
	return false;
}

int cmd_lock(const struct invocation *inv)
{
	struct kif_status st;
	const char *already = "";

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF) {
		kif_say_trouble(&st);
		return NFG_EXIT_FAILED;
	}
	if (st.locked) {
		already = "already ";
	} else {
		if (!may_lock() || !wants_lock(inv, &st) || !kif_change_word(NFG_LOCK_FILE, "1"))
			return NFG_EXIT_FAILED;
		kif_read_status(&st);
		if (st.locked)
			history_add_lock();
	}
	if (!st.locked) {
		msg_err("the kernel module accepted the lock but still reports unlocked: see dmesg");
		return NFG_EXIT_FAILED;
	}
	printf("%slocked: generation %llu, %s\n", already, st.generation,
	       esc(st.mode));
	puts("Until the host reboots, the policy and mode can't be changed and the module");
	puts("can't be removed.");
	if (!host_locked_down())
		msg_warn("this host is not locked down: root can still change the running kernel and so bypass the lock: use Secure Boot or lockdown=");
	if (kif_permissive(&st))
		msg_warn("locked in permissive mode: nothing is denied, and nothing can be until the host reboots");
	return kif_say_trouble(&st);
}
