// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_say.c - what the kernel module answers, as a sentence that names the
 * thing and the way out.
 */
#include <errno.h>
#include <string.h>

#include "abi/abi.h"
#include "base/exit.h"
#include "base/host.h"
#include "base/msg.h"
#include "guard/kernel_if.h"

/* The errnos of a refused write, from abi.h; dmesg names line and reason. */
static const struct {
	int err;
	const char *sentence;
} refusals[] = {
	{ ENOENT, "the kernel module is not loaded: modprobe nfguard" },
	{ EACCES, "only root may: run it as root" },
	{
		EPERM,
		"it takes CAP_MAC_ADMIN in the first user namespace: run it as root on the host, not in a container"
	},
	{
		EROFS,
		"the policy is locked: policy and mode stay as they are until the host reboots"
	},
	{ ESTALE, "someone else keeps changing the policy: try again" },
	{
		ESPIPE,
		"the kernel module wants the text in one write: the nfguard command and module do not fit each other"
	},
	{
		EFBIG,
		"the policy's text is longer than the kernel module takes: use fewer rules"
	},
	{
		EBADMSG,
		"the kernel module got a text that is not whole: the nfguard command and module do not fit each other (see dmesg)"
	},
	{
		EINVAL,
		"the kernel module does not know a word of it: the nfguard command and module do not fit each other (see dmesg)"
	},
	{ EILSEQ, "the kernel module got a byte outside printable ASCII (see dmesg)" },
	{
		ENAMETOOLONG,
		"a name, pattern or rule is longer than the kernel module takes (see dmesg)"
	},
	{
		E2BIG,
		"there are more entries, patterns or rules than the kernel module takes (see dmesg)"
	},
	{ EEXIST, "a name stands twice in it (see dmesg)" },
	{
		EBUSY,
		"the kernel module is just being removed: modprobe nfguard, and try again"
	},
	{ ENOMEM, "the kernel has no memory for it: free some, and try again" },
	{
		EIO,
		"the kernel module took only a part of it: the nfguard command and module do not fit each other"
	},
};

static const char *sentence_of(int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++)
		if (refusals[i].err == -err)
			return refusals[i].sentence;
	return strerror(-err);
}

/**
 * kif_say_refused - says why the kernel module refused a write
 * @what: what was to be changed: "policy", "mode", "record", "lock"
 * @err: the negative errno
 */
void kif_say_refused(const char *what, int err)
{
	msg_err("%s not changed: %s", what, sentence_of(err));
}

/**
 * kif_change_word - writes the mode, record or lock file, or says why not
 * @file: as for kif_write_word()
 * @word: what to write
 *
 * Return: whether it was taken.
 */
bool kif_change_word(const char *file, const char *word)
{
	int err = kif_write_word(file, word);

	if (err)
		kif_say_refused(file, err);
	return !err;
}

/**
 * kif_say_unreadable - says why a file in /proc/nfguard can't be read
 * @what: the file
 * @err: the negative errno
 */
void kif_say_unreadable(const char *what, int err)
{
	if (err == -EBADMSG)
		msg_err("/proc/nfguard/%s: not in a form that this command knows: the nfguard command and module do not fit each other",
			what);
	else if (err == -EACCES || err == -EPERM)
		msg_err("/proc/nfguard/%s: only root may read it: run it as root",
			what);
	else
		msg_err("/proc/nfguard/%s: %s", what, strerror(-err));
}

/**
 * kif_get_status - reads the status, or says why it can't be read
 * @st: gets it
 *
 * Return: whether it could be read.
 */
bool kif_get_status(struct kif_status *st)
{
	int err = kif_read_status(st);

	if (err)
		kif_say_unreadable(NFG_STATUS_FILE, err);
	return !err;
}

/**
 * kif_say_debugfs - says why what stands in debugfs can't be shown
 * @what: what is missing from the output: "hits", "counters"
 * @err: the negative errno
 */
void kif_say_debugfs(const char *what, int err)
{
	if (err == -ENOENT)
		msg_err("no %s: there is no /sys/kernel/debug/nfguard (mount -t debugfs none /sys/kernel/debug, unless the kernel runs with debugfs=off; the guard works without)",
			what);
	else if (err == -EACCES || err == -EPERM)
		msg_err("no %s: only root may read /sys/kernel/debug/nfguard: run it as root",
			what);
	else
		msg_err("no %s: /sys/kernel/debug/nfguard: %s", what,
			strerror(-err));
}

static void say_gates(const struct kif_status *st)
{
	if (strcmp(st->request_gate, NFG_WORD_ARMED))
		msg_err("the request gate is not armed (%s): requests pass unseen, only the load gate holds. Its kprobe is off: sysctl kernel.ftrace_enabled=1; echo 1 > /sys/kernel/debug/kprobes/enabled; if that does not help: modprobe -r nfguard; modprobe nfguard; nfguard apply",
			esc(st->request_gate));
	if (strcmp(st->load_gate, NFG_WORD_REGISTERED))
		msg_err("the load gate is not there (%s): modprobe and insmod pass unseen: modprobe -r nfguard; modprobe nfguard; nfguard apply",
			esc(st->load_gate));
	if (strcmp(st->ftrace_pin, NFG_WORD_HELD) &&
	    strcmp(st->ftrace_pin, NFG_WORD_UNNEEDED))
		msg_err("nothing keeps the request gate from being switched off (ftrace pin %s): sysctl kernel.ftrace_enabled=1; modprobe -r nfguard; modprobe nfguard; nfguard apply",
			esc(st->ftrace_pin));
}

/**
 * kif_say_trouble - says what keeps the guard from being whole
 * @st: the status
 *
 * Return: NFG_EXIT_WHOLE and nothing is said, or NFG_EXIT_NOT_GUARDING.
 */
int kif_say_trouble(const struct kif_status *st)
{
	switch (st->state) {
	case GUARD_WHOLE:
		return NFG_EXIT_WHOLE;
	case GUARD_NOT_LOADED:
		if (host_guard_off()) {
			msg_err("nfguard.off=1 stands on the kernel's command line: the kernel module is not loaded, nothing is in force: take it out of the boot loader's configuration, or for this boot: modprobe nfguard off=0 && nfguard apply");
			break;
		}
		msg_err("the kernel module is not loaded, nothing is in force: modprobe nfguard && nfguard apply");
		break;
	case GUARD_OFF:
		msg_err("the kernel module was loaded with off=1, nothing is in force: modprobe -r nfguard && modprobe nfguard off=0 && nfguard apply (and take nfguard.off=1 off the kernel command line)");
		break;
	case GUARD_DEGRADED:
		say_gates(st);
		break;
	}
	return NFG_EXIT_NOT_GUARDING;
}
