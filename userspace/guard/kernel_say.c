// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_say.c - turns the kernel module's answers into sentences that name the
 * thing and end with the remedy.
 */
#include <errno.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "guard/gates.h"
#include "guard/kernel_if.h"

#define NOT_LOADED	"the kernel module is not loaded"
#define INCOMPATIBLE	"the nfguard command and kernel module are incompatible: install the same version of both, then reboot"

/*
 * The errnos of a refused write, from abi.h; dmesg names line and reason. The
 * command checks the same limits, so what only the kernel refuses is INCOMPATIBLE.
 */
static const struct {
	int err;
	const char *sentence;
} refusals[] = {
	{ ENOENT, NOT_LOADED ": " KIF_LOAD_IT },
	{ EACCES, "only root may change it: run it as root" },
	{
		EPERM,
		"this needs CAP_MAC_ADMIN in the initial user namespace: run it as root on the host, not in a container"
	},
	{
		EROFS,
		"it is locked until the host reboots: reboot, and change it before the lock: systemctl disable nfguard-lock.service"
	},
	{ ESTALE, "something else keeps changing the policy: try again" },
	{
		ESPIPE,
		"the kernel module needs the text in one write: "
		INCOMPATIBLE
	},
	{
		EFBIG,
		"the policy text is longer than the kernel module accepts: use fewer rules"
	},
	{
		EBADMSG,
		"the kernel module received an incomplete text (see dmesg): "
		INCOMPATIBLE
	},
	{
		EINVAL,
		"the kernel module does not know a word in it (see dmesg): "
		INCOMPATIBLE
	},
	{
		EILSEQ,
		"the kernel module received a byte outside printable ASCII (see dmesg): "
		INCOMPATIBLE
	},
	{
		ENAMETOOLONG,
		"a name, pattern or rule is longer than the kernel module accepts (see dmesg): "
		INCOMPATIBLE
	},
	{
		E2BIG,
		"there are more entries, patterns or rules than the kernel module accepts (see dmesg): "
		INCOMPATIBLE
	},
	{
		EEXIST,
		"the kernel module received a name twice (see dmesg): "
		INCOMPATIBLE
	},
	{
		EBUSY,
		"the kernel module is being removed: " KIF_LOAD_IT ", then try again"
	},
	{ ENOMEM, "the kernel is out of memory: free some, then try again" },
	{
		EIO,
		"the kernel module accepted only a part of it: "
		INCOMPATIBLE
	},
};

static const char *sentence_of(int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++)
		if (refusals[i].err == -err)
			return refusals[i].sentence;
	return NULL;
}

/**
 * kif_say_refused - print why the kernel module refused a write
 * @what: what was to be changed: "policy", "mode", "record", "lock"
 * @err: the negative errno
 */
void kif_say_refused(const char *what, int err)
{
	const char *sentence = sentence_of(err);

	/* Of what is locked, this alone can be prepared. */
	if (err == -EROFS && !strcmp(what, NFG_POLICY_FILE))
		msg_err("%s not changed: it is locked until the host reboots: for the next boot, edit the policy files, nfguard apply --store, then reboot",
			what);
	else if (sentence)
		msg_err("%s not changed: %s", what, sentence);
	else
		msg_err("%s not changed: %s: see dmesg", what, strerror(-err));
}

/**
 * kif_change_word - write the mode, record or lock file, or print why not
 * @file: as for kif_write_word()
 * @word: what to write
 *
 * Return: whether it was accepted.
 */
bool kif_change_word(const char *file, const char *word)
{
	int err = kif_write_word(file, word);

	if (err)
		kif_say_refused(file, err);
	return !err;
}

/**
 * kif_say_unreadable - print why a file in /proc/nfguard can't be read
 * @what: the file
 * @err: the negative errno
 */
void kif_say_unreadable(const char *what, int err)
{
	if (err == -EBADMSG)
		msg_err("/proc/nfguard/%s: unknown format: " INCOMPATIBLE, what);
	else if (err == -ENOENT)
		msg_err("/proc/nfguard/%s: " NOT_LOADED ": " KIF_LOAD_IT, what);
	else if (err == -EACCES || err == -EPERM)
		msg_err("/proc/nfguard/%s: only root may read it: run it as root",
			what);
	else
		msg_err("/proc/nfguard/%s: %s: try again", what, strerror(-err));
}

/**
 * kif_get_status - read the status, or print why it can't be read
 * @st: receives it
 *
 * Return: whether it was read; a kernel module that is not loaded has a status too.
 */
bool kif_get_status(struct kif_status *st)
{
	int err = kif_read_status(st);

	if (err)
		kif_say_unreadable(NFG_STATUS_FILE, err);
	return !err;
}

/**
 * kif_say_debugfs - print why something in debugfs can't be shown
 * @what: what is missing from the output: "hits", "counters", "events"
 * @err: the negative errno
 */
void kif_say_debugfs(const char *what, int err)
{
	if (err == -ENOENT)
		msg_err("cannot read the %s: there is no /sys/kernel/debug/nfguard (the guard works without it): mount -t debugfs none /sys/kernel/debug, or boot without debugfs=off",
			what);
	else if (err == -EACCES || err == -EPERM)
		msg_err("cannot read the %s: only root may read /sys/kernel/debug/nfguard: run it as root",
			what);
	else
		msg_err("cannot read the %s: /sys/kernel/debug/nfguard: %s: try again",
			what, strerror(-err));
}

/**
 * kif_say_trouble - print what keeps the guard from being fully in effect
 * @st: the status
 *
 * Return: NFG_EXIT_WHOLE if nothing was printed, or NFG_EXIT_NOT_GUARDING.
 */
int kif_say_trouble(const struct kif_status *st)
{
	switch (st->state) {
	case GUARD_WHOLE:
		return NFG_EXIT_WHOLE;
	case GUARD_NOT_LOADED:
		if (host_guard_off()) {
			msg_err("nfguard.off=1 is on the kernel command line: the kernel module is not loaded, nothing is in force: remove it from the boot loader's configuration, and for this boot: %s",
				kif_reload(st));
			break;
		}
		msg_err(NOT_LOADED ", nothing is in force: %s", kif_reload(st));
		break;
	case GUARD_OFF:
		msg_err("the kernel module was loaded with off=1, nothing is in force: %s (and remove nfguard.off=1 from the kernel command line)",
			kif_reload(st));
		break;
	case GUARD_DEGRADED:
		gates_say(st);
		break;
	}
	return NFG_EXIT_NOT_GUARDING;
}
