// SPDX-License-Identifier: GPL-2.0-only
/*
 * selftest.c - proves that both gates work on this host now.
 *
 * The request gate is proved by the canary behind each read of status. The
 * load gate is proved by a helper module that it refuses whatever the policy
 * says: the refusal must come back as EPERM, and the gate must report that it was
 * the one that refused, since lockdown, a missing capability and modules_disabled
 * give the same errno.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/table.h"
#include "guard/kernel_if.h"
#include "tree/libkmod.h"
#include "verbs/verb.h"

static const struct column columns[] = {
	{ NULL, "gate", COLUMN_TEXT },
	{ NULL, "ok", COLUMN_BOOL },
	{ NULL, "text", COLUMN_TEXT },
};

/* For JSON; one per run. */
static struct table *results;

static void result(bool ok, const char *gate, const char *text)
{
	say("%s%s gate: %s\n", ok ? "ok      " : "not ok  ", gate, esc(text));
	table_row(results);
	table_text(results, "gate", gate);
	table_text(results, "ok", ok ? "1" : "0");
	table_text(results, "text", text);
}

static int test_request_gate(const struct kif_status *st)
{
	if (strcmp(st->request_gate, NFG_WORD_ARMED)) {
		result(false, "request", st->request_gate);
		return NFG_EXIT_NOT_GUARDING;
	}
	result(true, "request", "the canary was caught");
	return NFG_EXIT_WHOLE;
}

/*
 * The time of the last proof is in whole seconds, so a second proof in the same one
 * would look like none: wait until the clock is past it. A time further ahead (the
 * clock was set back) can't be hit by chance.
 */
static void leave_second(unsigned long long proved)
{
	for (;;) {
		struct timespec now, rest = { 0 };

		clock_gettime(CLOCK_REALTIME_COARSE, &now);
		if ((unsigned long long)now.tv_sec > proved ||
		    (unsigned long long)now.tv_sec + 1 < proved)
			return;
		rest.tv_nsec = 1000000000 - now.tv_nsec;
		if (rest.tv_nsec > 999999999)
			rest.tv_nsec = 999999999;
		nanosleep(&rest, NULL);
	}
}

/* Something returned EPERM before the load gate was asked: what? */
static void say_other_refusal(void)
{
	char *disabled = path_proc("sys/kernel/modules_disabled");

	if (!host_may_load_modules())
		msg_err("the load gate was not reached: selftest needs CAP_SYS_MODULE: run it as root on the host");
	else if (file_has(disabled, "1"))
		msg_err("the load gate was not reached: kernel.modules_disabled=1 keeps every module out until the host reboots");
	else if (!host_not_locked_down())
		msg_err("the load gate was not reached: lockdown or another security module refused %s first: sign it with a key that the kernel trusts",
			NFG_PROOF_MODULE);
	else
		msg_err("the load gate was not reached: something else refused %s with EPERM first, or the gate is gone: see dmesg",
			NFG_PROOF_MODULE);
	free(disabled);
}

static int say_got_in(struct kmod_module *mod)
{
	int err = kmod_module_remove_module(mod, 0);

	result(false, "load", NFG_PROOF_MODULE " got in");
	if (err)
		msg_err("%s got in and could not be removed (%s): modprobe -r %s",
			NFG_PROOF_MODULE, strerror(-err), NFG_PROOF_MODULE);
	msg_err("the load gate does not work: it lets modprobe and insmod load anything: reload nfguard and see dmesg");
	return NFG_EXIT_NOT_GUARDING;
}

static int say_not_tried(int err)
{
	const char *remedy = "";

	if (err == -EKEYREJECTED)
		remedy = ": it is not signed with a key that this kernel trusts";
	else if (err == -ENOEXEC || err == -EINVAL)
		remedy = ": it was not built for this kernel: install nfguard's modules for it";
	result(false, "load", "not proved");
	msg_err("%s could not be tried: %s%s", NFG_PROOF_MODULE, strerror(-err),
		remedy);
	return NFG_EXIT_FAILED;
}

static int judge(struct kmod_module *mod, int err, unsigned long long proved_before)
{
	struct kif_status st;

	if (!err || err == -EEXIST)
		return say_got_in(mod);
	if (err != -EPERM)
		return say_not_tried(err);
	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.load_proved == proved_before) {
		result(false, "load", "not proved");
		say_other_refusal();
		return NFG_EXIT_NOT_GUARDING;
	}
	result(true, "load", NFG_PROOF_MODULE " was refused with EPERM");
	return NFG_EXIT_WHOLE;
}

static int test_load_gate(const struct kif_status *st, struct kmod_ctx *ctx)
{
	struct kmod_module *mod = NULL;
	const char *path;
	int err;

	if (kmod_module_new_from_name(ctx, NFG_PROOF_MODULE, &mod))
		return say_not_tried(-ENOMEM);
	path = kmod_module_get_path(mod);
	if (!path) {
		result(false, "load", "not proved");
		msg_err("there is no module %s in %s: install nfguard's modules for this kernel, then depmod",
			NFG_PROOF_MODULE, esc(kmod_get_dirname(ctx)));
		err = NFG_EXIT_FAILED;
		goto out;
	}
	leave_second(st->load_proved);
	err = judge(mod, kmod_module_insert_module(mod, 0, NULL),
		    st->load_proved);
out:
	kmod_module_unref(mod);
	return err;
}

int cmd_selftest(const struct invocation *inv)
{
	struct kmod_ctx *ctx;
	struct kif_status st;
	int worst, load;
	char *dir;

	if (!kif_get_status(&st))
		return NFG_EXIT_FAILED;
	if (st.state == GUARD_NOT_LOADED || st.state == GUARD_OFF)
		return kif_say_trouble(&st);
	results = table_new("selftest", columns, ARRAY_SIZE(columns), true);
	worst = test_request_gate(&st);
	dir = path_modules_or_say();
	ctx = dir ? libkmod_open(dir) : NULL;
	free(dir);
	load = ctx ? test_load_gate(&st, ctx) : say_not_tried(-ENOENT);
	kmod_unref(ctx);
	if (given(inv, OPT_JSON))
		table_print(results);
	table_free(results);
	return nfg_exit_worse(nfg_exit_worse(worst, load), kif_say_trouble(&st));
}
