// SPDX-License-Identifier: GPL-2.0-only
/*
 * paths.c - every path that the program opens is made here.
 */
#include <stdlib.h>
#include <sys/utsname.h>

#include "paths.h"
#include "util.h"

const char *const nfg_conf_dirs[NFG_CONF_DIRS] = {
	NFG_EDIT_DIR,
	NFG_RUNTIME_DIR,
	"/usr/lib/nfguard.d",
};

static const char *root(const char *variable, const char *otherwise)
{
	const char *value = secure_getenv(variable);

	return value && *value ? value : otherwise;
}

char *path_conf(const char *dir)
{
	return xasprintf("%s%s", root("NFGUARD_ROOT", ""), dir);
}

char *path_proc(const char *file)
{
	return xasprintf("%s/%s", root("NFGUARD_PROC", "/proc"), file);
}

char *path_debugfs(const char *file)
{
	return xasprintf("%s/%s", root("NFGUARD_DEBUGFS", "/sys/kernel/debug"),
			 file);
}

char *path_modules(void)
{
	const char *dir = root("NFGUARD_MODULES", NULL);
	struct utsname u;

	if (dir)
		return xstrdup(dir);
	uname(&u);
	return xasprintf("/lib/modules/%s", u.release);
}

bool paths_conf_moved(void)
{
	return root("NFGUARD_ROOT", NULL);
}

bool paths_modules_moved(void)
{
	return root("NFGUARD_MODULES", NULL);
}
