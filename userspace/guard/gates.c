// SPDX-License-Identifier: GPL-2.0-only
/*
 * gates.c - what keeps a gate or the ftrace pin from holding, and what to do.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/msg.h"
#include "base/paths.h"
#include "guard/counter.h"
#include "guard/gates.h"

/* The watch of the kernel module, which arms what can be armed (kmod/watch.c). */
#define ARMED_SOON	"the kernel module then arms it within some 10 seconds"

static bool path_has(char *path, const char *what)
{
	bool has = file_has(path, what);

	free(path);
	return has;
}

/* Whether all kprobes are off; false also if that can't be read. */
bool gates_kprobes_off(void)
{
	return path_has(path_debugfs("kprobes/enabled"), "0");
}

bool gates_ftrace_off(void)
{
	return path_has(path_proc("sys/kernel/ftrace_enabled"), "0");
}

/* What to do if all kprobes are off. Lockdown refuses every write to debugfs. */
const char *gates_kprobes_remedy(void)
{
	return host_locked_down() ? "reboot (lockdown keeps debugfs from being written)" :
	       "echo 1 > /sys/kernel/debug/kprobes/enabled";
}

static bool is_enabled(const char *patch)
{
	return path_has(xasprintf("%s/enabled", patch), "1");
}

/**
 * gates_live_patch - find the live patch that replaces the probed function
 *
 * /sys/kernel/livepatch/PATCH/OBJECT/FUNCTION,NUMBER; the kernel's own code is the
 * object vmlinux.
 *
 * Return: its name, to be freed, or NULL.
 */
char *gates_live_patch(void)
{
	static const char below[] = "/vmlinux/__request_module,*";
	char *dir = path_sys("kernel/livepatch"), *found = NULL;
	char *pattern = xasprintf("%s/*%s", dir, below);
	glob_t files = { 0 };
	size_t i;

	if (!glob(pattern, 0, NULL, &files)) {
		for (i = 0; i < files.gl_pathc && !found; i++) {
			char *patch = files.gl_pathv[i];

			strstr(patch, "/vmlinux/__request_module,")[0] = '\0';
			if (is_enabled(patch))
				found = xstrdup(strrchr(patch, '/') + 1);
		}
	}
	globfree(&files);
	free(pattern);
	free(dir);
	return found;
}

/**
 * gates_unenforced - how many requests to be denied may have gone through
 * @n: gets the number, since the kernel module was loaded
 *
 * Return: whether it is known: the counters are for root, and in debugfs.
 */
bool gates_unenforced(unsigned long long *n)
{
	struct kif_counters counters;

	if (kif_read_counters(&counters))
		return false;
	*n = kif_counter(&counters, counter_key(NFG_REQUEST_UNENFORCED));
	kif_counters_free(&counters);
	return true;
}

/* The errno at the end of a value such as "degraded -EBUSY", in words; "" if none. */
static const char *reason(const char *value)
{
	const char *text = strrchr(value, '-');
	int err;

	for (err = 1; text && err < 256; err++) {
		const char *name = strerrorname_np(err);

		if (!name || (strcmp(text + 1, name) && atoi(text + 1) != err))
			continue;
		/* What the canary gets if nothing answers it. */
		if (err == ENAMETOOLONG || err == ENODATA)
			return "its probe does not answer";
		return strerror(err);
	}
	return "";
}

/* "(degraded -EBUSY: Device or resource busy)". To be freed. */
static char *why(const char *value)
{
	const char *words = reason(value);

	return xasprintf("(%s%s%s)", esc(value), *words ? ": " : "", words);
}

static void say_request_gate(const struct kif_status *st)
{
	char *patch = gates_live_patch(), *because = why(st->request_gate);
	struct buf todo = { 0 };

	if (gates_ftrace_off())
		buf_adds(&todo, "ftrace is off: sysctl kernel.ftrace_enabled=1; ");
	if (gates_kprobes_off())
		buf_addf(&todo, "kprobes are off: %s; ", gates_kprobes_remedy());
	if (patch)
		buf_addf(&todo,
			 "the live patch %s replaces __request_module: echo 0 > /sys/kernel/livepatch/%s/enabled, or boot a kernel that has the fix; ",
			 esc(patch), esc(patch));
	if (todo.len)
		buf_adds(&todo, ARMED_SOON);
	else if (geteuid())
		buf_adds(&todo, "run nfguard status as root, which can read why");
	else
		buf_addf(&todo,
			 "wait some 10 seconds, as the kernel module tries to arm it again; if nfguard selftest still fails: %s",
			 kif_reload(st));
	msg_err("the request gate is not armed %s: requests get through%s: %s",
		because, strcmp(st->load_gate, NFG_WORD_REGISTERED) ? "" :
		", only the load gate holds", todo.s);
	buf_free(&todo);
	free(because);
	free(patch);
}

static void say_pin(const struct kif_status *st)
{
	char *because = why(st->ftrace_pin);

	if (gates_ftrace_off())
		msg_err("the ftrace pin is missing %s: ftrace is off, and the request gate can't be armed: sysctl kernel.ftrace_enabled=1; "
			ARMED_SOON, because);
	else
		msg_err("the ftrace pin is missing %s: sysctl kernel.ftrace_enabled=0 could switch the request gate off: wait some 10 seconds, as the kernel module tries again; if nfguard status still says so: %s",
			because, kif_reload(st));
	free(because);
}

/**
 * gates_say - print which of the gates and the pin do not hold
 * @st: the status
 *
 * A line for each: what it is, why, what that means, and what to do in this state.
 */
void gates_say(const struct kif_status *st)
{
	char *because;

	if (strcmp(st->request_gate, NFG_WORD_ARMED))
		say_request_gate(st);
	if (strcmp(st->load_gate, NFG_WORD_REGISTERED)) {
		because = why(st->load_gate);
		msg_err("the load gate is not registered %s: modprobe and insmod pass unseen: %s",
			because, kif_reload(st));
		free(because);
	}
	if (strcmp(st->ftrace_pin, NFG_WORD_HELD) &&
	    strcmp(st->ftrace_pin, NFG_WORD_UNNEEDED))
		say_pin(st);
}
