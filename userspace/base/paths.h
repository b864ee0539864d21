/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paths.h - builds every path that the program opens, so that tests can
 * substitute trees of their own.
 */
#ifndef NFGUARD_PATHS_H
#define NFGUARD_PATHS_H

#include <stdbool.h>

#include "base/msg.h"

/* The policy directories; the first wins if two have a file of the same name. */
#define NFG_CONF_DIRS	3
extern const char *const nfg_conf_dirs[NFG_CONF_DIRS];

/* Where libkmod looks; for another root it has to be told. */
#define NFG_MODPROBE_DIRS	5
extern const char *const nfg_modprobe_dirs[NFG_MODPROBE_DIRS];

/* The lines of modprobe.d that are kept true; no other file may be called so. */
#define NFG_MIRROR_DIR		"/etc/modprobe.d"
#define NFG_MIRROR_FILE		"nfguard.conf"

/* What deny, allow and remove edit: in /etc, or in /run with --runtime. */
#define NFG_EDIT_DIR		"/etc/nfguard.d"
#define NFG_EDIT_FILE		"50-nfguard.conf"
#define NFG_RUNTIME_DIR		"/run/nfguard.d"
#define NFG_RUNTIME_FILE	"00-runtime.conf"

/* The state of this boot: what loaded the kernel module, the policy files' lock. */
#define NFG_RUN_DIR		"/run/nfguard"

/* What boot reads, on the root file system: /var may not be there yet. */
#define NFG_STORE_DIR		NFG_EDIT_DIR "/compiled"

/*
 * Each call returns a string for the caller to free.
 *
 * path_conf() is for the policy directories. path_host() is for whatever else
 * belongs to a host, such as modprobe.d: it uses the same root, but only if the
 * module tree is elsewhere too. Both resolve the links in a path inside that root,
 * and do not leave it; a link at its end is left to path_followed().
 *
 * The environment can change the roots, unless the program runs with more
 * rights than its caller: NFGUARD_ROOT is put before the policy directories,
 * NFGUARD_PROC replaces /proc, NFGUARD_DEBUGFS /sys/kernel/debug, NFGUARD_SYS
 * the rest of /sys, and NFGUARD_MODULES the running kernel's module directory.
 */
char *path_conf(const char *dir);
char *path_host(const char *path);
/* Whether the host has it, be it a link that leads nowhere. */
bool path_is_there(const char *path);
/* Where a path from one of these leads: what to open. */
char *path_followed(const char *path);
char *path_proc(const char *file);
char *path_debugfs(const char *file);
char *path_sys(const char *file);
char *path_modules(struct diags *diags);
char *path_modules_or_say(void);

bool paths_set(const char *root, const char *kernel);
/* Whether --root or --kernel selected another system or kernel. */
bool paths_elsewhere(void);
char *paths_options(void);
/* The directory of --root, or NULL. */
const char *paths_root(void);
/* The release of --kernel, or NULL. */
const char *paths_kernel(void);

/* Whether the policy directories are under another root, and may not be root's. */
bool paths_conf_moved(void);
/* The release of the kernel that a module tree is of; part of @tree_dir. */
const char *paths_release(const char *tree_dir);
/* Whether a module tree is that of the running kernel. */
bool paths_running(const char *tree_dir);
/* Whether the module directory is one that --root or the environment names. */
bool paths_modules_moved(void);

#endif /* NFGUARD_PATHS_H */
