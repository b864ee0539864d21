// SPDX-License-Identifier: GPL-2.0-only
/*
 * initramfs_check.c - copies of denied modules in the initramfs, from where they can be
 * loaded before the guard is; and whether the guard that is in there is today's.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/output.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "force/store.h"
#include "force/stored_mode.h"

/**
 * struct image - an initramfs
 * @src: the policy, for the kernel that it is of
 * @release: that kernel's release
 * @path: the image
 * @by_default: also look for modules that the default alone denies
 * @guarded: it has the guard, which denies what a rule denies
 * @report: gets the findings
 */
struct image {
	const struct source *src;
	const char *release;
	const char *path;
	bool by_default;
	bool guarded;
	struct report *report;
};

/* The first image that exists under a known name, or NULL. */
static char *find_image(const char *release)
{
	static const char *const names[] = {
		"/boot/initrd.img-%s", "/boot/initramfs-%s.img",
		"/boot/initrd-%s",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *at = strstr(names[i], "%s");
		char *name = xasprintf("%.*s%s%s", (int)(at - names[i]),
				       names[i], release, at + 2);
		char *path = path_host(name);

		free(name);
		if (!access(path, F_OK))
			return path;
		free(path);
	}
	return NULL;
}

#define WAIT_FOR_IMAGE	"wait: the image is being rebuilt (systemctl status nfguard-initramfs.service)"

#define GET_LSINITRD	"apt-get install dracut-core binutils, for lsinitrd to list what is in a unified kernel image"

/* What watches for a policy that the image lacks is enabled. */
#define PATH_UNIT	"/etc/systemd/system/paths.target.wants/nfguard-initramfs.path"

/* Whether a process has that name. */
static bool runs(const char *comm)
{
	char *proc = path_proc(""), *line = xasprintf("%s\n", comm);
	struct dirent *entry;
	DIR *d = opendir(proc);
	bool found = false;

	while (d && !found && (entry = readdir(d))) {
		char *path = xasprintf("%s%s/comm", proc, entry->d_name);
		struct buf b = { 0 };

		found = *entry->d_name >= '1' && *entry->d_name <= '9' &&
			!read_whole(path, 64, &b) && !strcmp(b.s, line);
		buf_free(&b);
		free(path);
	}
	if (d)
		closedir(d);
	free(line);
	free(proc);
	return found;
}

/*
 * Whether the image is being rebuilt, or is about to be: it then takes minutes until
 * what was found is true no more, and a second update-initramfs spoils the first's.
 */
static bool being_built(void)
{
	char *wanted = path_conf("/var/lib/nfguard/image-wanted");
	bool building = path_is_there(PATH_UNIT) && !access(wanted, F_OK);

	free(wanted);
	/* The kernel cuts names to 15 bytes. */
	return building || runs("update-initramf") || runs("mkinitramfs");
}

/* @it: "it" or "them". To be freed. */
static char *copy_remedy(const char *release, const char *it)
{
	if (being_built())
		return xstrdup(WAIT_FOR_IMAGE);
	if (path_is_there("/usr/share/initramfs-tools/hooks/nfguard"))
		return xasprintf("include nfguard in the image: update-initramfs -u -k %s",
				 esc(release));
	return xasprintf("include nfguard in the image, or remove %s from %s and rebuild that",
			 it, "the image's configuration");
}

/* In the initramfs rules hold, and the default does not. */
static void add_by_default(const struct image *image, const char *name)
{
	report_add(image->report, "initramfs", image->path, 0,
		   "no rule denies %s, and default deny does not hold in the initramfs: a copy in here can be loaded",
		   esc(name));
	report_remedy(image->report, "nfguard deny %s", esc(name));
	report_many(image->report, esc(name), "nfguard deny %s",
		    "no rule denies %%s, and default deny does not hold in the initramfs: copies in here can be loaded");
}

static void add_copy(const struct image *image, const char *name)
{
	char *one = copy_remedy(image->release, "it");
	char *many = copy_remedy(image->release, "them");

	report_add(image->report, "initramfs", image->path, 0,
		   "%s is denied, but a copy in here can be loaded before the guard is",
		   esc(name));
	report_remedy(image->report, "%s", one);
	report_many(image->report, esc(name), many,
		    "%%s are denied, but copies in here can be loaded before the guard is");
	free(many);
	free(one);
}

static void check_file(const struct image *image, const char *file)
{
	const struct closure *c = &image->src->closure;
	const struct ruling *ruling;
	size_t module;
	char name[256];

	if (!name_of_file(file, name, sizeof(name)))
		return;
	module = tree_find(c->tree, name);
	if (module == NAME_NONE)
		return;
	ruling = &c->modules[SCOPE_ANY][module];
	if (ruling->verdict != VERDICT_DENY)
		return;
	if (!ruling_denies_by_rule(ruling)) {
		if (image->by_default)
			add_by_default(image, name);
	} else if (!image->guarded) {
		add_copy(image, name);
	}
}

/* The same for the mode, of which there need be none in either place. */
static bool same_mode_in_image(const char *list)
{
	static const char mark[] = "nfguard.d/" NFG_STORED_MODE ".sha256-";
	const char *at = strstr(list, mark);
	char digest[SHA256_HEX];

	if (!stored_mode_digest(digest))
		return !at;
	return at && !strncmp(at + strlen(mark), digest, SHA256_HEX - 1);
}

/* Whether a list of files has the kernel module, for that kernel, and the command. */
static bool has_guard(const struct image *image, const char *list)
{
	char *dir = xasprintf("modules/%s/", image->release);
	bool has = false;
	const char *at;

	for (at = strstr(list, "/nfguard.ko"); at && !has; at = strstr(at + 1, "/nfguard.ko")) {
		const char *line = at;

		while (line > list && line[-1] != '\n')
			line--;
		line = strstr(line, dir);
		has = line && line < at;
	}
	free(dir);
	return has && strstr(list, "sbin/nfguard\n");
}

static void rebuild(const struct image *image)
{
	if (being_built())
		report_remedy(image->report, WAIT_FOR_IMAGE);
	else
		report_remedy(image->report, "update-initramfs -u -k %s", esc(image->release));
}

static void add_stale(const struct image *image, const char *what)
{
	report_add(image->report, "initramfs", image->path, 0,
		   "the %s in here is not the one stored for the next boot, yet it applies until nfguard.service runs",
		   what);
	rebuild(image);
}

/*
 * The hook for initramfs-tools names a file after the digest of the policy that it
 * put there, so that the image's list of files shows it. Returns whether the image
 * has the guard.
 */
static bool check_image_policy(const struct image *image, const char *list)
{
	char *mark = xasprintf("nfguard.d/compiled/%s.sha256-", image->release);
	const char *at = strstr(list, mark);
	char digest[SHA256_HEX] = "";

	if (at && !has_guard(image, list)) {
		report_add(image->report, "initramfs", image->path, 0,
			   "it has a policy, but not the kernel module and the command, so it does not guard the host");
		rebuild(image);
		at = NULL;
	} else if (at && !same_mode_in_image(list)) {
		add_stale(image, "mode");
	} else if (at && store_file_digest(image->release, digest) &&
		   strncmp(at + strlen(mark), digest, SHA256_HEX - 1)) {
		add_stale(image, "policy");
	}
	free(mark);
	return at;
}

/* Whether it begins as an EFI program does: lsinitramfs can't list one. */
static bool is_unified(const char *path)
{
	char mark[2] = "";
	FILE *f = fopen(path, "r");
	bool is = f && fread(mark, sizeof(mark), 1, f) && !memcmp(mark, "MZ", sizeof(mark));

	if (f)
		fclose(f);
	return is;
}

static void add_unlisted(const struct image *image)
{
	const char *remedy = "apt-get install initramfs-tools-core";

	if (being_built())
		remedy = WAIT_FOR_IMAGE;
	else if (geteuid())
		remedy = "run it as root";
	else if (is_unified(image->path))
		remedy = GET_LSINITRD;
	report_add(image->report, "initramfs", image->path, 0,
		   "the image can't be examined: neither lsinitramfs nor lsinitrd can list it");
	report_remedy(image->report, "%s", remedy);
}

static void check_image(struct image *image)
{
	struct buf list = { 0 };
	char *text, *line;

	if (access(image->path, F_OK) && errno == ENOENT) {
		report_add(image->report, "initramfs", image->path, 0,
			   "the boot loader's entry names it, but there is no such image");
		report_remedy(image->report, "make that image, or correct the entry");
		return;
	}
	if (!output_of("lsinitramfs", image->path, &list) &&
	    !output_of("lsinitrd", image->path, &list))
		add_unlisted(image);
	text = list.s;
	if (text)
		image->guarded = check_image_policy(image, text);
	while ((line = next_line(&text)))
		check_file(image, line);
	buf_free(&list);
}

/**
 * doctor_initramfs - finds copies of denied modules in the initramfs, and a policy
 * that is not the stored one
 * @src: the policy, for the kernel whose image is examined
 * @path: the image; NULL: the one in /boot with that kernel's release in its name
 * @by_default: also look for modules that the default alone denies: they were asked for
 * @report: gets the findings
 *
 * Return: whether the image has the guard, which is then loaded before all else.
 */
bool doctor_initramfs(const struct source *src, const char *path, bool by_default,
		      struct report *report)
{
	struct image image = {
		.src = src, .release = paths_release(src->closure.tree->dir), .path = path,
		.by_default = by_default, .report = report,
	};
	char *found = path ? NULL : find_image(image.release);

	if (found)
		image.path = found;
	if (image.path)
		check_image(&image);
	free(found);
	return image.guarded;
}
