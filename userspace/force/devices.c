// SPDX-License-Identifier: GPL-2.0-only
/*
 * devices.c - from a device in sysfs to the modules that it runs on: its own driver's
 * and those of each device above it, and of each device that it is made of (device
 * mapper, RAID, multipath).
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/util.h"
#include "force/devices.h"

/* Files of proc that are read whole are not longer. */
#define FILE_MAX	(4u << 20)

/* Devices stacked on one another (md on dm on a partition ...). */
#define STACK_MAX	16

/* The last component of what a link in @dir points to, or NULL; to be freed. */
static char *link_name(const char *dir, const char *link)
{
	char *path = xasprintf("%s/%s", dir, link), target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash;

	free(path);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return xstrdup(slash ? slash + 1 : target);
}

/**
 * device_line - the first line of a small file of a device
 * @dir: the device's directory in sysfs
 * @file: the file in it
 *
 * Return: the line, to be freed, or NULL if it can't be read.
 */
char *device_line(const char *dir, const char *file)
{
	char *path = xasprintf("%s/%s", dir, file), *line = NULL;
	struct buf b = { 0 };

	if (!read_whole(path, FILE_MAX, &b)) {
		b.s[strcspn(b.s, "\n")] = '\0';
		line = xstrdup(b.s);
	}
	buf_free(&b);
	free(path);
	return line;
}

/**
 * device_has - whether a device has a file or link
 * @dir: the device's directory in sysfs
 * @file: the file in it
 */
bool device_has(const char *dir, const char *file)
{
	char *path = xasprintf("%s/%s", dir, file);
	bool is = !access(path, F_OK);

	free(path);
	return is;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/**
 * device_walk_up - visit the drivers' modules of a device and of each above it
 * @v: what is done with them
 * @device: the device's directory in sysfs, without links in its path
 *
 * Some directories between devices are not devices (".../virtio1/block/vda").
 */
void device_walk_up(struct device_visitor *v, const char *device)
{
	char *dir = xstrdup(device), *slash;
	const char *leaf = base_name(device);

	while (strcmp(base_name(dir), "devices") && (slash = strrchr(dir, '/'))) {
		char *module = link_name(dir, "driver/module");
		char *how = strcmp(base_name(dir), leaf) ?
			    xasprintf("%s is on %s", leaf, base_name(dir)) :
			    xasprintf("the driver of %s", leaf);

		if (module)
			v->found(v, module, how);
		free(how);
		free(module);
		*slash = '\0';
	}
	free(dir);
}

static void walk_block(struct device_visitor *v, const char *device,
		       unsigned int depth);

/* Each of the links in a directory of a device leads to another device. */
static void walk_links(struct device_visitor *v, const char *device, const char *sub,
		       const char *prefix, unsigned int depth)
{
	char *path = xasprintf("%s/%s", device, sub);
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *link, *other;

		if (*entry->d_name == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		link = xasprintf("%s/%s", path, entry->d_name);
		other = realpath(link, NULL);
		if (other)
			walk_block(v, other, depth + 1);
		free(other);
		free(link);
	}
	if (dir)
		closedir(dir);
	free(path);
}

/* "crypto-..." names of what dm-crypt uses now: who uses it, /proc/crypto hides. */
static void add_ciphers(struct device_visitor *v, const char *how)
{
	char *path = path_proc("crypto"), *text, *line;
	char *module = NULL;
	struct buf b = { 0 };

	if (!read_whole(path, FILE_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			const char *value = strchr(line, ':');

			if (!value)
				continue;
			value += 1 + strspn(value + 1, " ");
			if (!strncmp(line, "module", 6)) {
				free(module);
				module = xstrdup(value);
			}
			if (strncmp(line, "refcnt", 6) || !module ||
			    strtoul(value, NULL, 10) < 2 || !strcmp(module, "kernel"))
				continue;
			v->found(v, module, how);
		}
	}
	free(module);
	buf_free(&b);
	free(path);
}

/*
 * The targets of a mapped device are for an ioctl to tell; but each target's module
 * is used while such a device is there, and its name begins so.
 */
static void add_targets(struct device_visitor *v, const char *how)
{
	char *path = path_proc("modules"), *text, *line;
	struct buf b = { 0 };

	if (!read_whole(path, FILE_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			char name[64];
			unsigned int users;

			if (sscanf(line, "%63s %*u %u", name, &users) == 2 && users &&
			    !strncmp(name, "dm_", 3))
				v->found(v, name, how);
		}
	}
	buf_free(&b);
	free(path);
}

static void add_mapped(struct device_visitor *v, const char *device)
{
	char *uuid = device_line(device, "dm/uuid");
	char *name = device_line(device, "dm/name");
	char *how = xasprintf("%s is the mapped device %s", base_name(device),
			      name ? name : "?");

	v->found(v, "dm_mod", how);
	add_targets(v, how);
	if (uuid && !strncmp(uuid, "CRYPT-", 6)) {
		v->found(v, "dm_crypt", how);
		add_ciphers(v, how);
	}
	free(how);
	free(name);
	free(uuid);
}

static void add_raid(struct device_visitor *v, const char *device)
{
	char *level = device_line(device, "md/level");
	char *how = xasprintf("%s is a RAID array, level %s", base_name(device),
			      level ? level : "?");
	char *alias = xasprintf("md-%s", level ? level : "");

	v->found(v, "md_mod", how);
	if (level)
		v->found(v, alias, how);
	free(alias);
	free(how);
	free(level);
}

/* A device without a driver is of the module that its name begins with: zram0. */
static void add_by_name(struct device_visitor *v, const char *device)
{
	const char *leaf = base_name(device);
	char *name = xstrndup(leaf, strcspn(leaf, "0123456789"));
	char *how = xasprintf("%s", leaf);

	v->found(v, name, how);
	free(how);
	free(name);
}

static void walk_block(struct device_visitor *v, const char *device,
		       unsigned int depth)
{
	char *disk = xstrdup(device), *slash;

	if (depth > STACK_MAX) {
		free(disk);
		return;
	}
	/* A partition lies in its disk's directory. */
	slash = strrchr(disk, '/');
	if (slash && device_has(disk, "partition"))
		*slash = '\0';
	device_walk_up(v, disk);
	if (device_has(disk, "dm"))
		add_mapped(v, disk);
	else if (device_has(disk, "md"))
		add_raid(v, disk);
	else if (strstr(disk, "/virtual/block/"))
		add_by_name(v, disk);
	walk_links(v, disk, "slaves", "", depth);
	/* With native multipath, the controllers of the subsystem. */
	if (strstr(disk, "/nvme-subsystem/")) {
		slash = strrchr(disk, '/');
		*slash = '\0';
		walk_links(v, disk, "", "nvme", depth);
	}
	free(disk);
}

/**
 * device_walk_node - visit the modules of a block device and of all beneath it
 * @v: what is done with them
 * @number: "MAJOR:MINOR", or "" if only the node is known
 * @node: its node below /dev; used if no device has that number, as btrfs and
 *	others give their file systems numbers of their own
 */
void device_walk_node(struct device_visitor *v, const char *number, const char *node)
{
	char *link = xasprintf("dev/block/%s", number), *path = path_sys(link);
	char *device = *number ? realpath(path, NULL) : NULL;
	struct stat st;

	if (!device && *node == '/' && !stat(node, &st) && S_ISBLK(st.st_mode)) {
		free(link);
		free(path);
		link = xasprintf("dev/block/%u:%u", major(st.st_rdev), minor(st.st_rdev));
		path = path_sys(link);
		device = realpath(path, NULL);
	}
	if (device)
		walk_block(v, device, 0);
	free(device);
	free(path);
	free(link);
}
