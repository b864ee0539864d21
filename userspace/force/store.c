// SPDX-License-Identifier: GPL-2.0-only
/*
 * store.c - stores the compiled policy for boot, and reads it there.
 *
 *	/etc/nfguard.d/compiled/RELEASE		the policy, compiled for a kernel
 *				last-good	the policy files that it was made from
 *
 * A compiled policy is this line, and then the kernel's own text, whose last line
 * is "end":
 *
 *	compiled 1 kernel=RELEASE from=DIGEST policy=DIGEST
 *
 * It is good as long as its sources still have the digest that "from" states.
 * Rules in /run are not in it, as they must not survive a reboot.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "abi/abi.h"
#include "base/digest.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/applied.h"
#include "force/mirror.h"
#include "force/store.h"

#define FORMAT	1

/*
 * The digest of everything that a compiled policy is made from; @tree: the digests of
 * the files of the module tree.
 *
 * That is the policy files, the tree's index, modprobe.d and the version of this
 * program. The names of policy files and of those in modprobe.d count, but not
 * their directories, so that an image and the host made from it have the same
 * digest.
 */
static void digest_sources(const struct conf *conf, const struct buf *tree,
			   char digest[SHA256_HEX])
{
	struct buf list = { 0 };
	size_t i;

	buf_adds(&list, "nfguard " NFG_VERSION "\n");
	for (i = 0; i < conf->n_files; i++) {
		const struct conf_file *f = conf->files[i];
		const char *slash = strrchr(f->path, '/');

		digest_add(&list, slash ? slash + 1 : f->path, f->text, f->len);
	}
	buf_add(&list, tree->s, tree->len);
	sha256_hex(list.s, list.len, digest);
	buf_free(&list);
}

/* If it is a link, in an image it means a directory there. */
static char *store_dir(void)
{
	char *link = path_conf(NFG_STORE_DIR), *dir = path_followed(link);

	free(link);
	return dir;
}

static char *path_stored(const char *name)
{
	char *dir = store_dir();
	char *path = xasprintf("%s/%s", dir, name);

	free(dir);
	return path;
}

/* The value of "KEY=VALUE" if it is the next word of the line, or NULL. */
static char *next_value(char **line, const char *key)
{
	char *word = strsep(line, " ");
	size_t n = strlen(key);

	return word && !strncmp(word, key, n) ? word + n : NULL;
}

/* Parses a compiled policy; false if it is not whole or not for that kernel. */
static bool parse(char *text, const char *release, struct stored *stored)
{
	char digest[SHA256_HEX], *start = xasprintf("compiled %d ", FORMAT);
	bool ours = !strncmp(text, start, strlen(start));
	char *line, *kernel, *from, *policy;

	text += strlen(start);
	free(start);
	if (!ours)
		return false;
	line = next_line(&text);
	kernel = next_value(&line, "kernel=");
	from = next_value(&line, "from=");
	policy = next_value(&line, "policy=");
	if (!kernel || !from || !policy || line || !text ||
	    strcmp(kernel, release))
		return false;
	sha256_hex(text, strlen(text), digest);
	if (strcmp(digest, policy))
		return false;
	stored->made_from = xstrdup(from);
	stored->sha256 = xstrdup(policy);
	stored->body = xstrdup(text);
	return true;
}

/**
 * store_read - reads the stored policy of a kernel
 * @tree_dir: its module tree; only the name counts, it need not exist
 * @stored: filled in; free it with stored_free() even on failure
 * @diags: receives the reason if it must not be used
 *
 * Return: 0, -ENOENT if there is none, -EBADMSG if it is not whole or for another
 * kernel, or another negative errno.
 */
int store_read(const char *tree_dir, struct stored *stored, struct diags *diags)
{
	struct buf b = { 0 };
	int err = read_trusted(NFG_STORE_DIR, paths_release(tree_dir), &b, diags);

	*stored = (struct stored){ 0 };
	if (!err && !parse(b.s, paths_release(tree_dir), stored))
		err = -EBADMSG;
	buf_free(&b);
	return err;
}

/**
 * store_read_fresh - read a kernel's stored policy, if compiling would only yield it again
 * @tree_dir: the kernel's module tree
 * @conf: the policy files, read without an error
 * @stored: filled in; free it with stored_free() even on failure
 * @diags: receives the reason if what is stored must not be used
 *
 * Rules in /run are not in what is stored: with some, it is never fresh.
 *
 * Return: whether it is.
 */
bool store_read_fresh(const char *tree_dir, const struct conf *conf,
		      struct stored *stored, struct diags *diags)
{
	char digest[SHA256_HEX];
	struct buf tree = { 0 };
	bool fresh;

	*stored = (struct stored){ 0 };
	fresh = tree_digest(tree_dir, &tree) && !store_read(tree_dir, stored, diags);
	if (fresh) {
		digest_sources(conf, &tree, digest);
		fresh = !strcmp(stored->made_from, digest);
	}
	buf_free(&tree);
	return fresh;
}

/**
 * store_read_last_good - compiles the last policy files that had no errors
 * @src: filled in; free it with source_free() even on failure
 * @diags: receives the reason if they must not be used
 *
 * Return: as source_read().
 */
bool store_read_last_good(struct source *src, struct diags *diags)
{
	struct buf b = { 0 };
	bool ok = false;

	*src = (struct source){ 0 };
	if (!read_trusted(NFG_STORE_DIR, NFG_LAST_GOOD, &b, diags))
		ok = source_read_text(src, NFG_LAST_GOOD, &b);
	buf_free(&b);
	return ok;
}

/**
 * store_file_digest - the digest of the file that store_read() reads
 * @release: the kernel's release
 * @digest: receives it, SHA256_HEX bytes
 *
 * Return: whether the file could be read.
 */
bool store_file_digest(const char *release, char *digest)
{
	char *path = path_stored(release);
	struct buf b = { 0 };
	bool ok = !read_whole(path, NFG_TEXT_MAX, &b);

	if (ok)
		sha256_hex(b.s, b.len, digest);
	buf_free(&b);
	free(path);
	return ok;
}

void stored_free(struct stored *stored)
{
	free(stored->made_from);
	free(stored->sha256);
	free(stored->body);
	*stored = (struct stored){ 0 };
}

/* Whether write_stored() changed a file. */
static bool stored_changed;

static int write_stored(const char *name, const struct buf *text)
{
	char *dir = store_dir(), *path = path_stored(name);
	struct buf old = { 0 };
	int err = 0;

	if (read_whole(path, NFG_TEXT_MAX, &old) || old.len != text->len ||
	    memcmp(old.s, text->s, text->len)) {
		/* The policy in force is also readable by root only. */
		err = save_whole(dir, name, text->s, text->len, 0600);
		stored_changed |= !err;
	}
	if (err)
		msg_err("%s: cannot be written: %s", esc(path), strerror(-err));
	buf_free(&old);
	free(path);
	free(dir);
	return err;
}

static int write_last_good(const struct conf *conf)
{
	struct buf text = { 0 };
	struct snapshot files;
	int err;

	snapshot_take(&files, conf);
	applied_text(&files, &text);
	err = write_stored(NFG_LAST_GOOD, &text);
	snapshot_free(&files);
	buf_free(&text);
	return err;
}

static bool is_runtime(const struct conf_file *file)
{
	char *dir = path_conf(NFG_RUNTIME_DIR);
	size_t n = strlen(dir);
	bool is = !strncmp(file->path, dir, n) && file->path[n] == '/';

	free(dir);
	return is;
}

/* Whether some of the policy files do not survive a reboot. */
static bool has_runtime(const struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->n_files; i++)
		if (is_runtime(conf->files[i]))
			return true;
	return false;
}

static bool make_parent(void)
{
	char *link = path_conf(NFG_EDIT_DIR), *parent = path_followed(link);
	bool there = !mkdir(parent, 0755) || errno == EEXIST;

	free(parent);
	free(link);
	return there;
}

/**
 * store_policy - stores a compiled policy for its kernel's next boot
 * @src: the policy, compiled without rules in /run
 *
 * Return: 0, or a negative errno, which was reported.
 */
int store_policy(const struct source *src)
{
	const char *tree_dir = src->closure.tree->dir;
	char from[SHA256_HEX], policy[SHA256_HEX];
	struct buf text = { 0 };
	int err;

	if (!make_parent() && !src->conf.n_files)
		return 0;	/* no rules, and no place to store them */
	digest_sources(&src->conf, &src->closure.tree->digests, from);
	sha256_hex(src->body.s, src->body.len, policy);
	buf_addf(&text, "compiled %d kernel=%s from=%s policy=%s\n", FORMAT,
		 paths_release(tree_dir), from, policy);
	buf_add(&text, src->body.s, src->body.len);
	err = write_last_good(&src->conf);
	if (!err)
		err = write_stored(paths_release(tree_dir), &text);
	buf_free(&text);
	return err;
}

/**
 * store_lasting - compiles the policy files, except those in /run, and stores the
 * result
 *
 * Return: an enum nfg_exit.
 */
int store_lasting(void)
{
	struct source src;
	int err = NFG_EXIT_BAD_INPUT;

	if (source_read_lasting(&src))
		err = store_policy(&src) ? NFG_EXIT_FAILED : NFG_EXIT_WHOLE;
	diags_print(&src.diags);
	source_free(&src);
	return err;
}

/**
 * store_in_root - store the policy of the system below --root, for its boots
 * @src: the policy
 *
 * Its boot finds out what changed, and records it. Failing is only a warning.
 */
void store_in_root(const struct source *src)
{
	if (!has_runtime(&src->conf) && store_policy(src))
		msg_warn("the policy could not be stored in there: its boot compiles the policy files itself");
	mirror_after(src);
}

#define IMAGE_DIR	"/var/lib/nfguard"
#define IMAGE_WANTED	"image-wanted"

/**
 * store_want_image - have the initramfs rebuilt, as what it carries has changed
 *
 * nfguard-initramfs.path waits for a file, and its service removes it once the
 * images are rebuilt, so that a reboot in between does not lose the job. Its
 * content, the time, tells one job from the next.
 *
 * Return: whether this host has an initramfs that can be rebuilt.
 */
bool store_want_image(void)
{
	char *program = path_conf("/usr/sbin/update-initramfs");
	char *dir = path_conf(IMAGE_DIR), *text;
	struct timespec now;
	bool rebuilds = !access(program, X_OK);

	clock_gettime(CLOCK_REALTIME, &now);
	text = xasprintf("%lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
	if (rebuilds &&
	    save_whole(dir, IMAGE_WANTED, text, strlen(text), 0644))
		msg_warn("%s/%s: cannot be written: rebuild the initramfs by hand: update-initramfs -u -k all",
			 esc(dir), IMAGE_WANTED);
	free(text);
	free(dir);
	free(program);
	return rebuilds;
}

/**
 * store_after - stores the policy that took effect, for the next boot
 * @src: that policy, or NULL to compile the policy files
 *
 * It is also recorded as a change. Failing to store it is not an error, only a
 * warning: boot then compiles it. The mirror follows, where there is one.
 */
void store_after(const struct source *src)
{
	int err;

	stored_changed = false;
	applied_now(src ? &src->conf : NULL);
	if (!src || has_runtime(&src->conf))
		err = store_lasting();
	else
		err = store_policy(src);
	if (err)
		msg_warn("the policy could not be stored for the next boot, which then compiles the policy files itself; what is in force is not affected");
	mirror_after(src);
	if (stored_changed)
		store_want_image();
}
