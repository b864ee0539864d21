// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree_read.c - reads a whole module tree, or reports why it can't.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/paths.h"
#include "tree/depmod_index.h"
#include "tree/modprobe_d.h"
#include "tree/tree.h"

/* Some fifty times the largest in any distribution. */
#define INDEX_MAX	(64u << 20)

/*
 * The header of a binary index (libkmod 30, libkmod-index.h): magic, version, and
 * the offset of its root node, which is written last. All big-endian.
 */
#define BIN_MAGIC	0xb007f457u
#define BIN_OFFSET	0x0fffffffu	/* the other bits are flags */

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* Why an open file can't be a binary index, or NULL. */
static const char *bin_fault(int fd)
{
	unsigned char head[12];
	struct stat st;
	ssize_t n = read(fd, head, sizeof(head));

	if (n < 0 || fstat(fd, &st))
		return strerror(errno);
	if (n < (ssize_t)sizeof(head))
		return "truncated";
	if (big_endian(head) != BIN_MAGIC)
		return "not a module index";
	if ((big_endian(head + 8) & BIN_OFFSET) >= st.st_size)
		return "truncated";
	return NULL;
}

/* modprobe reads these; if they are broken it crashes or finds nothing. */
static bool check_bin(const char *dir, const char *file, struct diags *diags)
{
	char *path = xasprintf("%s/%s", dir, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *why;

	why = fd < 0 ? strerror(errno) : bin_fault(fd);
	if (why)
		diag_error(diags, path, 0, 0, "%s: rebuild the index: depmod",
			   why);
	if (fd >= 0)
		close(fd);
	free(path);
	return !why;
}

/**
 * struct index_file - a file of the tree
 * @name: its name
 * @optional: a kernel with nothing to list in it lacks the file
 * @read: reads it
 */
struct index_file {
	const char *name;
	bool optional;
	bool (*read)(struct tree *tree, struct buf *b, const char *path,
		     struct diags *diags);
};

static bool read_dep(struct tree *tree, struct buf *b, const char *path,
		     struct diags *diags)
{
	return index_dep(tree, b->s, b->len, path, diags);
}

static bool read_builtin(struct tree *tree, struct buf *b, const char *path,
			 struct diags *diags)
{
	return index_builtin(tree, b->s, b->len, path, diags);
}

static bool read_modinfo(struct tree *tree, struct buf *b, const char *path,
			 struct diags *diags)
{
	return index_modinfo(tree, b->s, b->len, path, diags);
}

static bool read_aliases(struct tree *tree, struct buf *b, const char *path,
			 struct diags *diags)
{
	return index_aliases(tree, b->s, b->len, path, diags);
}

/* In this order: each refers only to what is in those before it. */
static const struct index_file files[] = {
	{ "modules.dep", false, read_dep },
	{ "modules.builtin", false, read_builtin },
	{ "modules.builtin.modinfo", true, read_modinfo },
	{ "modules.alias", false, read_aliases },
};

/* Read by tree_read_symbols(), and by libkmod. */
static const char *const others[] = { "modules.symbols", "modules.softdep" };

static const char *const bins[] = {
	"modules.dep.bin", "modules.alias.bin", "modules.symbols.bin",
};

/*
 * Reads a file of the tree; its text lives as long as the tree, since the aliases
 * point into it. Returns 0 or a negative errno, which was reported unless it is
 * for a missing optional file.
 */
static int read_text(struct tree *tree, const char *path, bool optional,
		     struct buf *b, struct diags *diags)
{
	int err;

	buf_add(b, "", 0);
	err = read_whole(path, INDEX_MAX, b);
	tree_keep(tree, b->s);
	if (err && !(err == -ENOENT && optional))
		diag_error(diags, path, 0, 0, "%s: rebuild the index: depmod",
			   strerror(-err));
	return err;
}

static bool read_file(struct tree *tree, const struct index_file *file,
		      struct diags *diags)
{
	char *path = xasprintf("%s/%s", tree->dir, file->name);
	struct buf b = { 0 };
	int err = read_text(tree, path, file->optional, &b, diags);
	bool ok;

	if (err) {
		ok = err == -ENOENT && file->optional;
	} else {
		digest_add(&tree->digests, file->name, b.s, b.len);
		ok = file->read(tree, &b, path, diags);
	}
	free(path);
	return ok;
}

static bool check_bins(const char *dir, struct diags *diags)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bins); i++)
		if (!check_bin(dir, bins[i], diags))
			return false;
	return true;
}

static int digest_file(const char *dir, const char *file, struct buf *digests)
{
	char *path = xasprintf("%s/%s", dir, file);
	int err = digest_add_file(digests, file, path);

	free(path);
	return err;
}

/*
 * Called before they are read: if one changes in between, the digest is that of
 * the old file, and what is compiled now counts as stale. The other way around it
 * would count as fresh.
 */
static void digest_others(const char *dir, struct buf *digests)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		digest_file(dir, others[i], digests);
	modprobe_d_digest(digests);
}

/**
 * tree_digest - find out whether a tree is one that was read before, without reading it
 * @dir: its directory
 * @digests: receives what tree_read() would leave in its @digests
 *
 * Return: whether that is known; if not, tree_read() tells why it can't be read.
 */
bool tree_digest(const char *dir, struct buf *digests)
{
	struct diags ignored = { 0 };
	bool known;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		int err = digest_file(dir, files[i].name, digests);

		if (err && !(err == -ENOENT && files[i].optional))
			return false;
	}
	known = check_bins(dir, &ignored);
	diags_free(&ignored);
	digest_others(dir, digests);
	return known;
}

/**
 * tree_read - read a module tree
 * @tree: receives it; free it with tree_free() in any case
 * @dir: its directory
 * @diags: receives the reason if it can't be read completely
 *
 * Return: whether it was read completely.
 */
bool tree_read(struct tree *tree, const char *dir, struct diags *diags)
{
	size_t i;

	*tree = (struct tree){ .dir = xstrdup(dir) };
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!read_file(tree, &files[i], diags))
			return false;
	if (!check_bins(dir, diags))
		return false;
	digest_others(dir, &tree->digests);
	return modprobe_d_read(tree, diags);
}

/**
 * tree_read_builtin - read only what is built into the kernel
 * @tree: receives it; free it with tree_free() in any case
 * @dir: its directory
 * @diags: receives the reason if it can't be read
 *
 * Return: whether it was read.
 */
bool tree_read_builtin(struct tree *tree, const char *dir, struct diags *diags)
{
	static const struct index_file builtin = {
		"modules.builtin", false, read_builtin,
	};

	*tree = (struct tree){ .dir = xstrdup(dir) };
	return read_file(tree, &builtin, diags);
}

/**
 * tree_read_symbols - read the aliases that are symbols
 * @tree: the tree, already read
 * @wanted: for each module whether its symbols are wanted; NULL: all are
 * @diags: receives the reason if they can't be read
 *
 * A third of all aliases are symbols, and hardly any matters: they are read only
 * once it is known which do.
 *
 * Return: whether they were read.
 */
bool tree_read_symbols(struct tree *tree, const bool *wanted,
		       struct diags *diags)
{
	char *path = xasprintf("%s/modules.symbols", tree->dir);
	struct buf b = { 0 };
	bool ok;

	ok = !read_text(tree, path, false, &b, diags) &&
	     index_symbols(tree, b.s, b.len, wanted, path, diags);
	free(path);
	return ok;
}

/* Looks at the modules of each kernel installed on this host, until one ends that. */
static void trees_each(bool (*ends)(const struct tree *tree, void *data), void *data)
{
	char *path = path_host("/lib/modules");
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool end = false;

	while (dir && !end && (entry = readdir(dir))) {
		char *tree_dir = xasprintf("%s/%s", path, entry->d_name);
		struct diags ignored = { 0 };
		struct tree tree = { 0 };

		if (*entry->d_name != '.')
			end = tree_read(&tree, tree_dir, &ignored) && ends(&tree, data);
		tree_free(&tree);
		diags_free(&ignored);
		free(tree_dir);
	}
	if (dir)
		closedir(dir);
	free(path);
}

/**
 * struct lookup - a search for a name in several trees
 * @name: the normalised name
 * @but: names that are not meant by it, or NULL
 * @known: whether a tree has it
 * @nearest: a tree's name that is nearest to it, or NULL
 */
struct lookup {
	const char *name;
	const struct names *but;
	bool known;
	char *nearest;
};

static bool knows(const struct tree *tree, void *data)
{
	struct lookup *l = data;

	l->known = tree_knows(tree, l->name);
	return l->known;
}

/**
 * trees_know - whether some kernel installed on this host knows a name
 * @name: the normalised name
 */
bool trees_know(const char *name)
{
	struct lookup l = { .name = name };

	trees_each(knows, &l);
	return l.known;
}

static bool has_near(const struct tree *tree, void *data)
{
	struct lookup *l = data;
	const char *near = tree_nearest(tree, l->name, l->but);

	l->nearest = near ? xstrdup(near) : NULL;
	return near;
}

/**
 * trees_nearest - tree_nearest() in the first kernel on this host that has a near name
 * @name: the mistyped name, normalised
 * @but: names that are not meant by it, or NULL
 *
 * Return: the name, to be freed, or NULL.
 */
char *trees_nearest(const char *name, const struct names *but)
{
	struct lookup l = { .name = name, .but = but };

	trees_each(has_near, &l);
	return l.nearest;
}
