// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernels.c - the kernels that this host can boot, and whether they have nfguard: on
 * one without it nothing is in force, whatever the policy files say.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/kernel_config.h"
#include "base/kernel_image.h"
#include "base/paths.h"
#include "guard/kernels.h"
#include "guard/module.h"
#include "guard/module_file.h"

#define NOT_CHOSEN \
	"remove that kernel, or see that the boot loader does not choose it"

#define THEN	": nothing is in force once it is booted"

/* A module index is a few MiB at most. */
#define INDEX_MAX	(64u << 20)

/* "PATH: NEEDED NEEDED": the path in the line of nfguard's module, to be freed, or NULL. */
static char *find_guard(char *index)
{
	char *line, *slash;

	while ((line = next_line(&index))) {
		line[strcspn(line, ":")] = '\0';
		slash = strrchr(line, '/');
		if (!strncmp(slash ? slash + 1 : line, "nfguard.ko", strlen("nfguard.ko")))
			return xstrdup(line);
	}
	return NULL;
}

static void look_for_guard(struct kernel *k)
{
	char *path = xasprintf("%s/modules.dep", k->tree_dir);
	struct buf b = { 0 };

	k->tree = !read_whole(path, INDEX_MAX, &b);
	free(k->guard);
	k->guard = k->tree ? find_guard(b.s) : NULL;
	buf_free(&b);
	free(path);
}

static struct kernel *find_or_add(struct kernels *k, const char *release)
{
	char *trees;
	size_t i;

	for (i = 0; i < k->n; i++)
		if (!strcmp(k->list[i].release, release))
			return &k->list[i];
	trees = path_host("/lib/modules");
	k->list = xgrow(k->list, k->n, sizeof(*k->list));
	k->list[k->n] = (struct kernel){
		.release = xstrdup(release),
		.tree_dir = xasprintf("%s/%s", trees, release),
	};
	free(trees);
	look_for_guard(&k->list[k->n]);
	return &k->list[k->n++];
}

static void add_here(struct kernels *k)
{
	struct diags diags = { 0 };
	char *dir = path_modules(&diags);
	const char *slash = dir ? strrchr(dir, '/') : NULL;
	struct kernel *here;

	diags_free(&diags);
	if (!slash) {
		free(dir);
		return;
	}
	here = find_or_add(k, slash + 1);
	here->here = true;
	free(here->tree_dir);
	here->tree_dir = dir;
	look_for_guard(here);
}

/* Calls a function for each name in a directory. */
static void scan(struct kernels *k, const char *dir,
		 void (*each)(struct kernels *k, const char *name))
{
	char *path = path_host(dir);
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort), i;

	for (i = 0; i < n; i++) {
		if (*entries[i]->d_name != '.')
			each(k, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(path);
}

static void add_tree(struct kernels *k, const char *name)
{
	find_or_add(k, name);
}

static void add_image(struct kernels *k, const char *name)
{
	char *release = kernel_image_release(name);

	if (release)
		find_or_add(k, release)->image = true;
	free(release);
}

/**
 * kernels_find - find the kernels that are installed
 * @k: filled in; free it with kernels_free()
 */
void kernels_find(struct kernels *k)
{
	*k = (struct kernels){ 0 };
	add_here(k);
	scan(k, "/lib/modules", add_tree);
	scan(k, "/boot", add_image);
}

/* Other directories in /lib/modules are what a kernel's package left behind. */
bool kernel_can_boot(const struct kernel *k)
{
	return k->here || k->image || k->tree;
}

/**
 * kernel_by_hand - whether a kernel is booted only if somebody chooses it
 * @k: the kernel
 *
 * A rescue image is a copy of the kernel that was installed first, for a host whose own
 * kernels don't boot: it has no modules but those of its initramfs.
 */
bool kernel_by_hand(const struct kernel *k)
{
	return !k->here && !k->tree && kernel_is_rescue(k->release);
}

/**
 * kernel_unguarded - why nothing would be in force once a kernel is booted
 * @k: the kernel
 * @remedy: receives what to do about it, to be freed; NULL if there is nothing
 *
 * It reads no module: guard_file_fault() does.
 *
 * Return: a sentence, to be freed; NULL if it can load nfguard, as far as is seen.
 */
char *kernel_unguarded(const struct kernel *k, char **remedy)
{
	char *lacks = kernel_lacks(k->tree_dir), *text = NULL;
	char *missing = k->guard ? guard_file_missing(k->tree_dir, k->guard) : NULL;

	*remedy = NULL;

	if (kernel_by_hand(k)) {
		text = xstrdup("a rescue image, which has no nfguard" THEN);
		*remedy = xstrdup("boot it only to repair this host, or remove it");
	} else if (lacks) {
		text = xasprintf("%s, which was built without %s" THEN,
				 "nfguard cannot run on this kernel", lacks);
		*remedy = xstrdup(NOT_CHOSEN);
	} else if (!k->guard && k->tree) {
		text = xstrdup("nfguard is not installed for this kernel" THEN);
		*remedy = xstrdup(GUARD_INSTALL);
	} else if (!k->guard && kernel_can_boot(k)) {
		text = xstrdup("an image of it is in /boot, but no module index" THEN);
		*remedy = xstrdup("install the package with its modules, or remove that kernel");
	} else if (missing) {
		text = xasprintf("%s" THEN, missing);
		*remedy = guard_file_remedy(k->tree_dir);
	}
	free(missing);
	free(lacks);
	return text;
}

void kernels_free(struct kernels *k)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		free(k->list[i].release);
		free(k->list[i].tree_dir);
		free(k->list[i].guard);
	}
	free(k->list);
	*k = (struct kernels){ 0 };
}
