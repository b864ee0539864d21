// SPDX-License-Identifier: GPL-2.0-only
/*
 * paths.c - builds every path that the program opens.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/in_root.h"
#include "base/paths.h"
#include "base/util.h"

const char *const nfg_conf_dirs[NFG_CONF_DIRS] = {
	NFG_EDIT_DIR,
	NFG_RUNTIME_DIR,
	"/usr/lib/nfguard.d",
};

const char *const nfg_modprobe_dirs[NFG_MODPROBE_DIRS] = {
	"/etc/modprobe.d",
	"/run/modprobe.d",
	"/usr/local/lib/modprobe.d",
	"/usr/lib/modprobe.d",
	"/lib/modprobe.d",
};

/* The arguments of --root and --kernel. */
static const char *other_root;
static const char *other_kernel;

/**
 * paths_set - select another system, or another kernel's modules
 * @root: the directory that holds the system; NULL: this host
 * @kernel: the kernel release; NULL: the running one, or the only one in @root
 *
 * Return: whether they are valid; if not, an error was printed.
 */
bool paths_set(const char *root, const char *kernel)
{
	struct stat st;

	if (root && (stat(root, &st) || !S_ISDIR(st.st_mode))) {
		msg_err("--root %s: not a directory", esc(root));
		return false;
	}
	if (kernel && (!*kernel || strchr(kernel, '/') || *kernel == '.')) {
		msg_err("--kernel %s: not a kernel release, such as uname -r prints",
			esc(kernel));
		return false;
	}
	other_root = root;
	other_kernel = kernel;
	return true;
}

/* As a shell takes it for one word. */
static void add_word(struct buf *b, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	if (*word && !word[strspn(word, plain)]) {
		buf_adds(b, word);
		return;
	}
	buf_adds(b, "'");
	for (; *word; word++)
		buf_addf(b, *word == '\'' ? "'\\''" : "%c", *word);
	buf_adds(b, "'");
}

/**
 * paths_options - the options that a command needs for the same system and kernel
 *
 * A remedy without them would change this host.
 *
 * Return: them with a blank before each, for a shell; empty if there are none; free it.
 */
char *paths_options(void)
{
	struct buf b = { 0 };

	buf_adds(&b, "");
	if (other_root) {
		buf_adds(&b, " --root ");
		add_word(&b, other_root);
	}
	if (other_kernel) {
		buf_adds(&b, " --kernel ");
		add_word(&b, other_kernel);
	}
	return b.s;
}

bool paths_elsewhere(void)
{
	return other_root || other_kernel;
}

const char *paths_root(void)
{
	return other_root;
}

const char *paths_kernel(void)
{
	return other_kernel;
}

static const char *root(const char *variable, const char *fallback)
{
	const char *value = secure_getenv(variable);

	return value && *value ? value : fallback;
}

static const char *conf_root(void)
{
	return other_root ? other_root : root("NFGUARD_ROOT", "");
}

/* On this host the kernel follows links; in an image they mean the image's files. */
static char *below(const char *top, const char *path)
{
	return *top ? in_root(top, path, false) : xstrdup(path);
}

char *path_conf(const char *dir)
{
	return below(conf_root(), dir);
}

char *path_host(const char *path)
{
	return below(paths_modules_moved() ? conf_root() : "", path);
}

bool path_is_there(const char *path)
{
	char *at = path_host(path);
	struct stat st;
	bool there = !lstat(at, &st);

	free(at);
	return there;
}

char *path_followed(const char *path)
{
	const char *top = conf_root();
	size_t n = strlen(top);

	while (n && top[n - 1] == '/')
		n--;
	if (!n || strncmp(path, top, n) || path[n] != '/')
		return xstrdup(path);
	return in_root(top, path + n, true);
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

char *path_sys(const char *file)
{
	return xasprintf("%s/%s", root("NFGUARD_SYS", "/sys"), file);
}

/* Adds the releases with a module tree below @dir, as words; returns how many. */
static size_t find_releases(const char *dir, struct buf *words)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	while (d && (entry = readdir(d))) {
		if (*entry->d_name == '.')
			continue;
		buf_addf(words, "%s%s", n++ ? " " : "", entry->d_name);
	}
	if (d)
		closedir(d);
	return n;
}

/* The tree of a release; if it has none, the error lists those that exist. */
static char *tree_of(const char *dir, const char *release, struct diags *diags)
{
	char *tree = xasprintf("%s/%s", dir, release), *there = path_followed(tree);
	bool is_there = !access(there, F_OK);
	struct buf words = { 0 };

	free(there);
	if (is_there)
		return tree;
	if (find_releases(dir, &words))
		diag_error(diags, tree, 0, 0,
			   "no module tree for this kernel (there are: %s): install its package",
			   esc(words.s));
	else
		diag_error(diags, tree, 0, 0,
			   "no module tree for this kernel: install its package");
	buf_free(&words);
	free(tree);
	return NULL;
}

static char *only_tree(const char *dir, struct diags *diags)
{
	struct buf words = { 0 };
	char *tree = NULL;

	switch (find_releases(dir, &words)) {
	case 0:
		diag_error(diags, dir, 0, 0,
			   "no kernel has modules here: install a kernel's package");
		break;
	case 1:
		tree = xasprintf("%s/%s", dir, words.s);
		break;
	default:
		diag_error(diags, dir, 0, 0,
			   "several kernels have modules here: choose one with --kernel: %s",
			   esc(words.s));
	}
	buf_free(&words);
	return tree;
}

/**
 * path_modules - find the module tree to look at
 * @diags: receives the reason if there is none
 *
 * Return: its directory, or NULL; free it.
 */
char *path_modules(struct diags *diags)
{
	const char *dir = root("NFGUARD_MODULES", NULL);
	char *trees, *tree;
	struct utsname u;

	if (dir && !paths_elsewhere())
		return xstrdup(dir);
	uname(&u);
	trees = other_root ? in_root(other_root, "/lib/modules", true) :
			     xstrdup("/lib/modules");
	if (other_root && !other_kernel)
		tree = only_tree(trees, diags);
	else
		tree = tree_of(trees, other_kernel ? other_kernel : u.release,
			       diags);
	free(trees);
	return tree;
}

/* The same, but prints the reason itself. */
char *path_modules_or_say(void)
{
	struct diags diags = { 0 };
	char *dir = path_modules(&diags);

	diags_print(&diags);
	diags_free(&diags);
	return dir;
}

bool paths_conf_moved(void)
{
	return *conf_root();
}

bool paths_modules_moved(void)
{
	return other_root || (root("NFGUARD_MODULES", NULL) && !paths_elsewhere());
}

const char *paths_release(const char *tree_dir)
{
	const char *slash = strrchr(tree_dir, '/');

	return slash ? slash + 1 : tree_dir;
}

bool paths_running(const char *tree_dir)
{
	const char *dir = root("NFGUARD_MODULES", NULL);
	const char *slash = strrchr(tree_dir, '/');
	struct utsname u;

	if (dir && !paths_elsewhere())
		return !strcmp(dir, tree_dir);
	uname(&u);
	return !other_root && slash && !strcmp(slash + 1, u.release);
}
