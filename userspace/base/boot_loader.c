// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_loader.c - how this host's kernel command line is changed: by which command
 * depends on what it boots with, which shows in what is installed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/boot_loader.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"

#define GRUB_DROP_IN \
	"mkdir -p /etc/default/grub.d && echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX %s=%s\"' >>/etc/default/grub.d/nfguard.cfg && update-grub"

#define OF_ROOT \
	"add %s=%s to the kernel command line that the system in %s is to be booted with"

#define KERNEL_INSTALL \
	"echo ' %s=%s' >>/etc/kernel/cmdline && kernel-install add \"%s\" \"%s%s%s\""

enum loader {
	LOADER_OSTREE,
	LOADER_GRUBBY,
	LOADER_GRUB,
	LOADER_KERNEL_INSTALL,
	LOADERS,
};

/* What exists on a host that has it. The first that is there counts. */
static const char *const needs[LOADERS][2] = {
	[LOADER_OSTREE] = { "/run/ostree-booted", "/usr/bin/rpm-ostree" },
	/* Fedora's writes entries that others have too. */
	[LOADER_GRUBBY] = { "/usr/sbin/grubby", NULL },
	[LOADER_GRUB] = { "/usr/sbin/update-grub", "/boot/grub/grub.cfg" },
	[LOADER_KERNEL_INSTALL] = { "/usr/bin/kernel-install", "/etc/kernel/cmdline" },
};

static bool is_there(const char *file)
{
	char *path = path_host(file);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static enum loader find(void)
{
	size_t i, k;

	for (i = 0; i < LOADERS; i++) {
		for (k = 0; k < ARRAY_SIZE(needs[i]); k++)
			if (needs[i][k] && !is_there(needs[i][k]))
				break;
		if (k == ARRAY_SIZE(needs[i]))
			break;
	}
	return i;
}

/* grubby replaces a value, so that the one before must be repeated. */
static char *grubby_add(const char *key, const char *value, const char *release,
			const struct cmdline *now)
{
	struct cmdline running = { 0 };
	struct buf b = { 0 };
	const char *old;
	size_t at = 0;

	buf_addf(&b, "grubby --update-kernel=%s%s --args=%s=", release ? "/boot/vmlinuz-" :
		 "ALL", release ? esc(release) : "", key);
	if (!now)
		cmdline_read(&running);
	while ((old = cmdline_next(now ? now : &running, key, &at)))
		buf_addf(&b, "%s,", esc(old));
	buf_adds(&b, value);
	cmdline_free(&running);
	return b.s;
}

/*
 * The file may be empty, and takes a line break for a blank. The image is where the
 * kernel's package put it.
 */
static char *kernel_install_add(const char *key, const char *value, const char *release)
{
	const char *name = release ? release : "$(uname -r)";
	struct utsname running;
	char *beside, *command;
	bool there;

	uname(&running);
	beside = xasprintf("/lib/modules/%s/vmlinuz", release ? release : running.release);
	there = is_there(beside);
	command = xasprintf(KERNEL_INSTALL, key, value, esc(name),
			    there ? "/lib/modules/" : "/boot/vmlinuz-", esc(name),
			    there ? "/vmlinuz" : "");
	free(beside);
	return command;
}

/**
 * boot_loader_add - how to add a parameter to a kernel's command line, for each boot
 * @key: the parameter
 * @value: its value: a list of names, which may be added to others
 * @release: the kernel's release; NULL: the running one
 * @now: the command line that it has; NULL: that of the running one
 *
 * Return: a command, or a phrase on a host whose boot loader is not known, and for
 * another system, which a command here would not change; free it.
 */
char *boot_loader_add(const char *key, const char *value, const char *release,
		      const struct cmdline *now)
{
	if (paths_root())
		return xasprintf(OF_ROOT, key, value, esc(paths_root()));
	switch (find()) {
	case LOADER_OSTREE:
		return xasprintf("rpm-ostree kargs --append=%s=%s", key, value);
	case LOADER_GRUBBY:
		return grubby_add(key, value, release, now);
	case LOADER_GRUB:
		return xasprintf(GRUB_DROP_IN, key, value);
	case LOADER_KERNEL_INSTALL:
		return kernel_install_add(key, value, release);
	case LOADERS:
		break;
	}
	return xasprintf("add %s=%s to the kernel command line with the boot loader",
			 key, value);
}
