// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_config.c - which options that nfguard needs a kernel was built without.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "abi/options.h"
#include "base/kernel_config.h"
#include "base/output.h"
#include "base/paths.h"

#define NAME_OF(option)	"CONFIG_" #option,

static const char *const needed[] = { NFG_KERNEL_OPTIONS(NAME_OF) };

/* Frees the path. */
static bool read_config(char *path, struct buf *config)
{
	bool ok = !read_whole(path, 4 << 20, config);

	free(path);
	return ok;
}

/* Only the running kernel tells its own, and only if it was built to. */
static bool read_running(const char *release, struct buf *config)
{
	char *path = path_proc("config.gz");
	struct utsname u;
	bool ok;

	uname(&u);
	ok = !strcmp(u.release, release) && output_of("zcat", path, config);
	free(path);
	return ok;
}

static bool find_config(const char *tree_dir, struct buf *config)
{
	const char *release = paths_release(tree_dir);
	char *file = xasprintf("/boot/config-%s", release);
	bool ok;

	/* Debian's and most others'; Fedora's; a kernel built on this host. */
	ok = read_config(path_host(file), config) ||
	     read_config(xasprintf("%s/config", tree_dir), config) ||
	     read_config(xasprintf("%s/build/.config", tree_dir), config) ||
	     read_running(release, config);
	free(file);
	return ok;
}

static bool has_option(const char *config, const char *option)
{
	size_t len = strlen(option);
	const char *at = config;

	while ((at = strstr(at, option))) {
		const char *value = at + len;

		if ((at == config || at[-1] == '\n') && *value == '=' &&
		    (value[1] == 'y' || value[1] == 'm'))
			return true;
		at = value;
	}
	return false;
}

/**
 * kernel_lacks - find the options that a kernel lacks
 * @tree_dir: its module tree
 *
 * Return: the options that nfguard needs and the kernel was built without, for a
 * sentence; free it. NULL if it has all of them, or its configuration is nowhere.
 */
char *kernel_lacks(const char *tree_dir)
{
	struct buf config = { 0 }, lacks = { 0 };
	size_t i;

	if (find_config(tree_dir, &config)) {
		for (i = 0; i < ARRAY_SIZE(needed); i++) {
			if (!has_option(config.s, needed[i]))
				buf_addf(&lacks, "%s%s", lacks.len ? ", " : "",
					 needed[i]);
		}
	}
	buf_free(&config);
	return lacks.s;
}
