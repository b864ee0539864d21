// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock.c - locks the policy, mode and module until the host reboots.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/abi.h"
#include "base/ask.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "force/history.h"
#include "force/live.h"
#include "force/unconfirmed.h"
#include "guard/gates.h"
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

/* A gate or the pin does not hold: it might stay so until the host reboots. */
static bool refuse_degraded(const struct kif_status *st)
{
	if (st->state == GUARD_WHOLE) {
		msg_err("not locked: a gate did not hold at that moment, but does now: lock again");
		return false;
	}
	gates_say(st);
	msg_err("not locked: what does not hold might stay so until the host reboots: do the above and lock again, or lock all the same: nfguard lock --degraded");
	return false;
}

static bool write_lock(bool degraded)
{
	int err = kif_write_word(NFG_LOCK_FILE, degraded ? NFG_WORD_DEGRADED : "1");
	struct kif_status st;

	if (err == -ENODEV)
		return kif_get_status(&st) && refuse_degraded(&st);
	if (err)
		kif_say_refused(NFG_LOCK_FILE, err);
	return !err;
}

static void find_guard(const char *name, bool loading, void *data)
{
	bool *found = data;

	(void)loading;
	*found |= !strcmp(name, "nfguard");
}

/*
 * The kernel module can't keep itself if a forced removal got past its own check
 * before the lock was there.
 */
static bool still_there(const struct kif_status *st)
{
	bool live = false;

	live_each(find_guard, &live);
	if (live && st->state != GUARD_NOT_LOADED)
		return true;
	msg_err("the lock is lost: the kernel module was just being removed (rmmod -f?), and nothing is in force: nfguard boot && nfguard lock");
	return false;
}

static bool carry_out(const struct invocation *inv, struct kif_status *st)
{
	bool degraded = given(inv, OPT_DEGRADED);

	if (!may_lock())
		return false;
	if (st->state == GUARD_DEGRADED && !degraded)
		return refuse_degraded(st);
	if (!wants_lock(inv, st) || !write_lock(degraded) ||
	    !kif_get_status(st) || !still_there(st))
		return false;
	if (!st->locked) {
		msg_err("the kernel module accepted the lock but still reports unlocked: see dmesg");
		return false;
	}
	history_add_lock();
	return true;
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
	if (st.locked)
		already = "already ";
	else if (!carry_out(inv, &st))
		return NFG_EXIT_FAILED;
	printf("%slocked: generation %llu, %s\n", already, st.generation,
	       esc(st.mode));
	puts("Until the host reboots, the policy and mode can't be changed and the module");
	puts("can't be removed.");
	if (!host_locked_down())
		msg_warn("this host is not locked down: root can still change the running kernel and so bypass the lock: use Secure Boot or lockdown=");
	if (kif_permissive(&st))
		msg_warn("locked in permissive mode: nothing is denied, and nothing can be until the host reboots");
	if (st.state == GUARD_DEGRADED)
		msg_warn("locked although the guard is degraded: until the host reboots, what can't be armed again stays as it is");
	return kif_say_trouble(&st);
}
