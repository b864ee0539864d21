// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_image.c - which kernel an image is, by its file's name.
 */
#include <string.h>

#include "base/kernel_image.h"
#include "base/util.h"

/* What distributions call an image, before its release. */
static const char *const prefixes[] = {
	"vmlinuz-", "vmlinux-", "Image-", "image-", "kernel-",
};

/* What follows the prefix, or NULL. */
static const char *after_prefix(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (!strncmp(name, prefixes[i], n) && name[n])
			return name + n;
	}
	return NULL;
}

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name), len = strlen(end);

	return n > len && !strcmp(name + n - len, end);
}

/* What no boot loader offers: leftovers of packages and editors, signatures. */
static bool is_leftover(const char *name)
{
	static const char *const ends[] = {
		"~", ".sig", ".hmac", ".sha512hmac", ".rpmsave", ".rpmnew", ".tmp",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (has_end(name, ends[i]))
			return true;
	return strstr(name, ".dpkg-");
}

/**
 * kernel_image_release - the release of the kernel in an image in /boot
 * @name: the name of its file
 *
 * make install keeps the image of the same release that was there as RELEASE.old, and
 * an image may be compressed.
 *
 * Return: the release, to be freed; NULL if it is no kernel's image.
 */
char *kernel_image_release(const char *name)
{
	static const char *const ends[] = { ".gz", ".xz", ".zst", ".old" };
	const char *rest = after_prefix(name);
	char *release;
	size_t i;

	if (!rest || is_leftover(rest))
		return NULL;
	release = xstrdup(rest);
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (has_end(release, ends[i]))
			release[strlen(release) - strlen(ends[i])] = '\0';
	return release;
}

/**
 * kernel_image_is - whether a path in a boot loader's entry is the image of a kernel
 * @path: the path, in which kernel-install has .../RELEASE/linux
 * @release: the kernel's release
 */
bool kernel_image_is(const char *path, const char *release)
{
	const char *base = strrchr(path, '/'), *rest;
	size_t n = strlen(release);

	base = base ? base + 1 : path;
	if (!strcmp(base, "linux") || !strcmp(base, "vmlinuz"))
		return (size_t)(base - path) > n + 1 && base[-(long)n - 2] == '/' &&
		       !strncmp(base - n - 1, release, n);
	rest = after_prefix(base);
	return rest && !strcmp(rest, release);
}

/* Fedora's rescue image is that of the kernel that was installed first, for any use. */
bool kernel_is_rescue(const char *release)
{
	static const char prefix[] = "0-rescue-";

	return !strncmp(release, prefix, strlen(prefix));
}
