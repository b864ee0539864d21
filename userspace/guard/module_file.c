// SPDX-License-Identifier: GPL-2.0-only
/*
 * module_file.c - what the file of nfguard's module says of itself, and whether a kernel
 * would take it: the index has its name alone, and that may be out of date.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/util.h"
#include "guard/module_file.h"

#define NO_VERMAGIC \
	"%s does not say for which kernel it was built: this one refuses it"

#define REINSTALL \
	"dkms install --force nfguard/%s -k %s, or make install KDIR=/lib/modules/%s/build"

/**
 * guard_info - a value of a module's .modinfo
 * @mod: the module
 * @key: its key
 *
 * Return: the value, to be freed; NULL if there is none, with errno 0 if the file could
 * be read.
 */
char *guard_info(struct kmod_module *mod, const char *key)
{
	struct kmod_list *info = NULL, *i;
	char *value = NULL;
	int err = kmod_module_get_info(mod, &info);

	errno = err < 0 ? -err : 0;
	if (err < 0)
		return NULL;
	kmod_list_foreach(i, info) {
		if (value || strcmp(kmod_module_info_get_key(i), key))
			continue;
		value = xstrdup(kmod_module_info_get_value(i));
	}
	kmod_module_info_free_list(info);
	errno = 0;
	return value;
}

/**
 * guard_is_signed - whether a module file has a signature that libkmod can read
 * @mod: the module
 *
 * Return: whether it has; the kernel may not trust it all the same.
 */
bool guard_is_signed(struct kmod_module *mod)
{
	char *id = guard_info(mod, "sig_id");

	free(id);
	return id;
}

/* An index has paths relative to its tree, or whole ones. */
static char *path_of(const char *tree_dir, const char *file)
{
	char *path = *file == '/' ? path_host(file) : xasprintf("%s/%s", tree_dir, file);
	char *followed = path_followed(path);

	free(path);
	return followed;
}

/**
 * guard_file_missing - whether the file of nfguard's module is not there
 * @tree_dir: the kernel's module tree
 * @file: the file, as the index there has it
 *
 * Return: a sentence that says so, to be freed; NULL if it is there.
 */
char *guard_file_missing(const char *tree_dir, const char *file)
{
	char *path = path_of(tree_dir, file), *text = NULL;

	if (access(path, F_OK))
		text = xasprintf("the module index names %s, but there is no such file",
				 esc(file));
	free(path);
	return text;
}

/*
 * A kernel with symbol versions ignores the release if the module has them, too; and
 * weak-modules links only modules whose versions it has compared.
 */
static char *compare(const char *release, const char *file, const char *vermagic)
{
	size_t n = strcspn(vermagic, " ");

	if ((n == strlen(release) && !strncmp(vermagic, release, n)) ||
	    strstr(file, "weak-updates/"))
		return NULL;
	return xasprintf("%s was built for kernel %s: this one refuses it%s", esc(file),
			 esc_n(vermagic, n), strstr(vermagic, " modversions") ?
			 ", unless all symbols that it needs have the same version" : "");
}

static char *read_file(const char *tree_dir, const char *file)
{
	struct kmod_ctx *ctx = libkmod_open_files(tree_dir, NULL, 0);
	char *path = path_of(tree_dir, file), *vermagic = NULL, *text;
	struct kmod_module *mod = NULL;
	int err = ctx ? kmod_module_new_from_path(ctx, path, &mod) : -ENOMEM;

	if (!err) {
		vermagic = guard_info(mod, "vermagic");
		err = -errno;
	}
	if (err)
		text = xasprintf("%s can't be read as a kernel module: %s", esc(file),
				 strerror(-err));
	else if (!vermagic)
		text = xasprintf(NO_VERMAGIC, esc(file));
	else
		text = compare(paths_release(tree_dir), file, vermagic);
	free(vermagic);
	free(path);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return text;
}

/**
 * guard_file_fault - why a kernel would not take the file of nfguard's module
 * @tree_dir: the kernel's module tree
 * @file: the file, as the index there has it
 *
 * It reads the file, which may be compressed: that takes some milliseconds.
 *
 * Return: a sentence, to be freed; NULL if nothing speaks against it.
 */
char *guard_file_fault(const char *tree_dir, const char *file)
{
	char *text = guard_file_missing(tree_dir, file);

	return text ? text : read_file(tree_dir, file);
}

/**
 * guard_file_remedy - what to do about a file that is missing or that a kernel refuses
 * @tree_dir: the kernel's module tree
 *
 * Return: the remedy, to be freed.
 */
char *guard_file_remedy(const char *tree_dir)
{
	const char *release = esc(paths_release(tree_dir));

	return xasprintf(REINSTALL, NFG_VERSION, release, release);
}
