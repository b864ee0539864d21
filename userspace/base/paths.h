/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paths.h - every path that the program opens is made here, so that tests can
 * put a tree of their own in its place.
 */
#ifndef NFGUARD_PATHS_H
#define NFGUARD_PATHS_H

#include <stdbool.h>

#include "base/msg.h"

/* The policy directories, first wins where two have a file of one name. */
#define NFG_CONF_DIRS	3
extern const char *const nfg_conf_dirs[NFG_CONF_DIRS];

/* Where libkmod looks, for a root of which it does not know. */
#define NFG_MODPROBE_DIRS	5
extern const char *const nfg_modprobe_dirs[NFG_MODPROBE_DIRS];

/* What deny, allow and remove edit: in /etc, and in /run with --runtime. */
#define NFG_EDIT_DIR		"/etc/nfguard.d"
#define NFG_EDIT_FILE		"50-nfguard.conf"
#define NFG_RUNTIME_DIR		"/run/nfguard.d"
#define NFG_RUNTIME_FILE	"00-runtime.conf"

/* What is about this boot: who loaded the kernel module, the lock of the files. */
#define NFG_RUN_DIR		"/run/nfguard"

/*
 * path_host() is for what belongs to a host beside the policy: modprobe.d, say.
 * It is moved where both the policy and the modules are.
 *
 * The roots come from the environment, unless the program runs with more
 * rights than its caller: NFGUARD_ROOT before the policy directories,
 * NFGUARD_PROC for /proc, NFGUARD_DEBUGFS for /sys/kernel/debug,
 * NFGUARD_SYS for the rest of /sys,
 * NFGUARD_MODULES for the running kernel's module directory.
 * Each call returns a string for the caller to free.
 */
char *path_conf(const char *dir);
char *path_host(const char *path);
char *path_proc(const char *file);
char *path_debugfs(const char *file);
char *path_sys(const char *file);
char *path_modules(struct diags *diags);
char *path_modules_or_say(void);

bool paths_set(const char *root, const char *kernel);
/* Whether it is not this host and its running kernel that is looked at. */
bool paths_elsewhere(void);

/* Whether a policy may belong to the caller and not to root. */
bool paths_conf_moved(void);
/* Whether the module directory is one that the environment names. */
bool paths_modules_moved(void);

#endif /* NFGUARD_PATHS_H */
