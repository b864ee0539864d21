// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_loader.c - how this host's kernel command line is changed: by which command
 * depends on what it boots with, which shows in what is installed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/boot_entries.h"
#include "base/boot_loader.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"

#define GRUB_DROP_IN \
	"mkdir -p /etc/default/grub.d && echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX %s=%s\"' >>/etc/default/grub.d/nfguard.cfg && update-grub"

#define OTHERWISE \
	"add %s=%s to the kernel command line with the boot loader"

#define OF_ROOT \
	"add %s=%s to the kernel command line that the system in %s is to be booted with"

#define KERNEL_INSTALL \
	" && kernel-install add \"%s\" \"%s%s%s\""

#define CMDLINE_ADD \
	"echo ' %s=%s' >>/etc/kernel/cmdline"

/* What kernel-install(8) takes if there is no such file, as its 90-loaderentry does it. */
#define CMDLINE_COPY \
	"{ cat /usr/lib/kernel/cmdline; echo ' %s=%s'; } >/etc/kernel/cmdline"

#define CMDLINE_MAKE \
	"sed -E 's/(^| )(BOOT_IMAGE|initrd)=[^ ]*//g; s/$/ %s=%s/' /proc/cmdline >/etc/kernel/cmdline"

#define ENTRY \
	"add %s=%s to the options in %s"

enum loader {
	LOADER_OSTREE,
	LOADER_GRUBBY,
	LOADER_GRUB,
	LOADER_KERNEL_INSTALL,
	LOADERS,
};

/*
 * What exists on a host that has it. The first that is there counts. Whether the entries
 * are kernel-install's, which each host with systemd has, their names tell.
 */
static const char *const needs[LOADERS][2] = {
	[LOADER_OSTREE] = { "/run/ostree-booted", "/usr/bin/rpm-ostree" },
	/* Fedora's writes entries that others have too. */
	[LOADER_GRUBBY] = { "/usr/sbin/grubby", NULL },
	[LOADER_GRUB] = { "/usr/sbin/update-grub", "/boot/grub/grub.cfg" },
	[LOADER_KERNEL_INSTALL] = { "/usr/bin/kernel-install", NULL },
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

/* Whether an entry's file is called TOKEN-RELEASE[+TRIES], as kernel-install has it. */
static bool is_installed(const char *file, const char *release)
{
	const char *name = strrchr(file, '/'), *at = name ? name : file;
	size_t n = strlen(release);

	while ((at = strstr(at + 1, release)))
		if (at[-1] == '-' && (at[n] == '+' || !strcasecmp(at + n, ".conf") ||
				      !strcasecmp(at + n, ".efi")))
			return true;
	return false;
}

/* An entry that somebody wrote; a grub.cfg is made from other files. */
static bool is_written(const struct boot_entry *entry)
{
	const char *dot = strrchr(entry->file, '.');

	return entry->cmdline && dot && !strcasecmp(dot, ".conf");
}

/* The kernel's entry: kernel-install's if there is one, or NULL. */
static const struct boot_entry *find_entry(const struct boot_entries *e,
					   const char *release)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (is_installed(e->list[i].file, release))
			return &e->list[i];
	for (i = 0; i < e->n; i++)
		if (is_written(&e->list[i]))
			return &e->list[i];
	return NULL;
}

/*
 * The file may be empty, and takes a line break for a blank. The image is where the
 * kernel's package put it.
 */
static char *kernel_install_add(const char *key, const char *value, const char *release,
				const char *running)
{
	const char *name = release ? release : "$(uname -r)";
	const char *cmdline = is_there("/etc/kernel/cmdline") ? CMDLINE_ADD :
			      is_there("/usr/lib/kernel/cmdline") ? CMDLINE_COPY :
			      CMDLINE_MAKE;
	char *beside, *command;
	struct buf b = { 0 };
	bool there;

	beside = xasprintf("/lib/modules/%s/vmlinuz", release ? release : running);
	there = is_there(beside);
	command = xasprintf(cmdline, key, value);
	buf_adds(&b, command);
	buf_addf(&b, KERNEL_INSTALL, esc(name), there ? "/lib/modules/" : "/boot/vmlinuz-",
		 esc(name), there ? "/vmlinuz" : "");
	free(command);
	free(beside);
	return b.s;
}

/*
 * With the file kernel-install is in use, wherever the entries are. Without it the entries
 * tell: it made them, or somebody wrote them. NULL: there is none.
 */
static char *entry_add(const char *key, const char *value, const char *release)
{
	const struct boot_entry *entry;
	struct boot_entries entries;
	struct utsname running;
	const char *booted;
	char *add = NULL;

	uname(&running);
	booted = release ? release : running.release;
	boot_entries_find(&entries, booted);
	entry = find_entry(&entries, booted);
	if ((entry && is_installed(entry->file, booted)) || is_there("/etc/kernel/cmdline"))
		add = kernel_install_add(key, value, release, running.release);
	else if (entry)
		add = xasprintf(ENTRY, key, value, esc(entry->file));
	boot_entries_free(&entries);
	return add;
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
	char *add = NULL;

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
		add = entry_add(key, value, release);
		break;
	case LOADERS:
		break;
	}
	return add ? add : xasprintf(OTHERWISE, key, value);
}
