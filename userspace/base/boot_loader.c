// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_loader.c - how this host's kernel command line is changed: by which command
 * depends on what it boots with, which shows in what is installed.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/boot_loader.h"
#include "base/cmdline.h"
#include "base/paths.h"
#include "base/util.h"

/**
 * struct boot_loader - a way to change the command line
 * @needs: what exists on a host that has it
 * @before: the command up to "KEY=VALUE"
 * @after: the rest of it
 * @replaces: it replaces an earlier value of KEY, which must therefore be repeated
 */
struct boot_loader {
	const char *needs[2];
	const char *before;
	const char *after;
	bool replaces;
};

/* The first that is there. Fedora's grubby writes entries that others have too. */
static const struct boot_loader boot_loaders[] = {
	{ { "/run/ostree-booted", "/usr/bin/rpm-ostree" },
	  "rpm-ostree kargs --append=", "", false },
	{ { "/usr/sbin/grubby", NULL },
	  "grubby --update-kernel=ALL --args=", "", true },
	{ { "/usr/sbin/update-grub", "/boot/grub/grub.cfg" },
	  "mkdir -p /etc/default/grub.d && echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX ",
	  "\"' >>/etc/default/grub.d/nfguard.cfg && update-grub", false },
	{ { "/usr/bin/kernel-install", "/etc/kernel/cmdline" },
	  "sed -i '1s/$/ ",
	  "/' /etc/kernel/cmdline && kernel-install add \"$(uname -r)\" \"/boot/vmlinuz-$(uname -r)\"",
	  false },
};

static bool is_there(const char *file)
{
	char *path = path_host(file);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static const struct boot_loader *find(void)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(boot_loaders); i++) {
		const struct boot_loader *b = &boot_loaders[i];

		for (k = 0; k < ARRAY_SIZE(b->needs); k++)
			if (b->needs[k] && !is_there(b->needs[k]))
				break;
		if (k == ARRAY_SIZE(b->needs))
			return b;
	}
	return NULL;
}

/* The values that the command line has now, and the new one. */
static void add_values(struct buf *b, const char *key, const char *value)
{
	struct cmdline now;
	const char *old;
	size_t at = 0;

	cmdline_read(&now);
	while ((old = cmdline_next(&now, key, &at)))
		buf_addf(b, "%s,", old);
	cmdline_free(&now);
	buf_adds(b, value);
}

/**
 * boot_loader_add - how to add a parameter to the kernel command line of each boot
 * @key: the parameter
 * @value: its value: a list of names, which may be added to others
 *
 * Return: a command, or a phrase on a host whose boot loader is not known; free it.
 */
char *boot_loader_add(const char *key, const char *value)
{
	const struct boot_loader *loader = find();
	struct buf b = { 0 };

	if (!loader)
		return xasprintf("add %s=%s to the kernel command line with the boot loader",
				 key, value);
	buf_addf(&b, "%s%s=", loader->before, key);
	if (loader->replaces)
		add_values(&b, key, value);
	else
		buf_adds(&b, value);
	buf_adds(&b, loader->after);
	return b.s;
}
