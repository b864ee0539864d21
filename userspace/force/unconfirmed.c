// SPDX-License-Identifier: GPL-2.0-only
/*
 * unconfirmed.c - the mark of a change that waits to be confirmed, and what it
 * takes to undo that change.
 *
 *	/run/nfguard/trial			locked as long as somebody can confirm,
 *						or restores what was before
 *	/etc/nfguard.d/compiled/unconfirmed	the mark, if policy files are to be
 *						restored: it survives a power cut
 *	/run/nfguard/unconfirmed-policy, -mode	the mark of what a reboot undoes
 *
 * A mark without the lock is left of a change that nobody can confirm any more, as
 * both the command and the process that should have restored were killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/save.h"
#include "base/when.h"
#include "force/unconfirmed.h"

#define FORMAT	"unconfirmed 1\n"
#define SUFFIX	".unconfirmed"

static const struct {
	const char *dir;
	const char *name;
} places[TRIALS] = {
	[TRIAL_FILES] = { NFG_STORE_DIR, "unconfirmed" },
	[TRIAL_POLICY] = { NFG_RUN_DIR, "unconfirmed-policy" },
	[TRIAL_MODE] = { NFG_RUN_DIR, "unconfirmed-mode" },
};

static int open_lock(int flags)
{
	char *dir = path_conf(NFG_RUN_DIR);
	char *path = xasprintf("%s/trial", dir);
	int fd;

	if (flags & O_CREAT)
		mkdir(dir, 0755);
	fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	free(path);
	free(dir);
	return fd < 0 ? -errno : fd;
}

/**
 * trial_lock - begins a trial: no other can begin until this one is over
 *
 * The lock is held by each process that has the file open, so by the one that
 * restores, too.
 *
 * Return: what to close() at the end, -EBUSY if another trial is under way, or
 * another negative errno.
 */
int trial_lock(void)
{
	int fd = open_lock(O_CREAT), err;

	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(fd);
	return err;
}

/* Whether a change waits to be confirmed, as far as this user may know. */
bool trial_waits(void)
{
	int fd = open_lock(0);
	bool waits;

	if (fd < 0)
		return false;
	waits = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return waits;
}

/* Waits until none does; false if that can't be told. */
bool trial_wait_for_end(void)
{
	int fd = open_lock(0), err;

	if (fd < 0)
		return fd == -ENOENT;
	do {
		err = flock(fd, LOCK_EX);
	} while (err && errno == EINTR);
	close(fd);
	return !err;
}

/* Tells one boot from another. */
static char *this_boot(void)
{
	char *path = path_proc("sys/kernel/random/boot_id"), *id;
	struct buf b = { 0 };

	if (!read_whole(path, 128, &b) && b.len)
		b.s[strcspn(b.s, "\n")] = '\0';
	id = xstrdup(b.s && *b.s ? b.s : "unknown");
	buf_free(&b);
	free(path);
	return id;
}

/**
 * unconfirmed_mark - marks a change as not confirmed yet
 * @u: what is to be known about it; @same_boot does not count
 *
 * It is on the disk before this returns.
 *
 * Return: 0, or a negative errno.
 */
int unconfirmed_mark(const struct unconfirmed *u)
{
	char *dir = path_conf(places[u->what].dir), *boot = this_boot();
	struct buf text = { 0 };
	int err;

	buf_addf(&text, FORMAT "deadline %llu\npid %lu\nknown %d\n",
		 u->deadline, u->pid, u->known);
	buf_adds(&text, "boot ");
	buf_add_word(&text, boot);
	buf_adds(&text, "\nmode ");
	buf_add_word(&text, u->mode);
	buf_adds(&text, "\ncommand ");
	buf_add_word(&text, u->command);
	buf_adds(&text, "\nfiles\n");
	snapshot_text(&u->before, &text);
	err = save_whole(dir, places[u->what].name, text.s, text.len, 0600);
	buf_free(&text);
	free(boot);
	free(dir);
	return err;
}

static void take_line(struct unconfirmed *u, const char *key, const char *word)
{
	if (!strcmp(key, "deadline")) {
		u->deadline = strtoull(word, NULL, 10);
	} else if (!strcmp(key, "pid")) {
		u->pid = strtoul(word, NULL, 10);
	} else if (!strcmp(key, "known")) {
		u->known = *word == '1';
	} else if (!strcmp(key, "mode")) {
		free(u->mode);
		u->mode = word_decode(word);
	} else if (!strcmp(key, "command")) {
		free(u->command);
		u->command = word_decode(word);
	} else if (!strcmp(key, "boot")) {
		char *now = this_boot(), *then = word_decode(word);

		u->same_boot = then && !strcmp(now, then);
		free(now);
		free(then);
	}
}

static bool parse(struct unconfirmed *u, const struct buf *text)
{
	const char *at = text->s, *end = at + text->len;

	if (!text->len || strncmp(at, FORMAT, strlen(FORMAT)))
		return false;
	at += strlen(FORMAT);
	while (at < end) {
		const char *eol = memchr(at, '\n', end - at);
		char *line, *word;

		if (!eol)
			return false;
		line = xstrndup(at, eol - at);
		word = strchr(line, ' ');
		at = eol + 1;
		if (!word) {
			bool files = !strcmp(line, "files");

			free(line);
			return files && snapshot_parse(&u->before, at, end - at);
		}
		*word++ = '\0';
		take_line(u, line, word);
		free(line);
	}
	return false;
}

/**
 * unconfirmed_read - reads the mark of a change that was not confirmed
 * @what: which one
 * @u: receives it; free it with unconfirmed_free() in any case
 *
 * Return: whether there is one. Of one that is not whole, only that is known.
 */
bool unconfirmed_read(enum trial what, struct unconfirmed *u)
{
	struct diags diags = { 0 };
	struct buf text = { 0 };
	int err;

	*u = (struct unconfirmed){ .what = what };
	err = read_trusted(places[what].dir, places[what].name, &text, &diags);
	if (!err && !parse(u, &text)) {
		unconfirmed_free(u);
		*u = (struct unconfirmed){ .what = what };
	}
	buf_free(&text);
	diags_free(&diags);
	return !err;
}

/* Removes the mark: it was confirmed, or undone. */
void unconfirmed_clear(enum trial what)
{
	char *dir = path_conf(places[what].dir);
	char *path = xasprintf("%s/%s", dir, places[what].name);

	if (!unlink(path))
		save_sync_dir(dir);
	free(path);
	free(dir);
}

void unconfirmed_free(struct unconfirmed *u)
{
	free(u->mode);
	free(u->command);
	snapshot_free(&u->before);
	*u = (struct unconfirmed){ 0 };
}

/* Keeps what is there now under a name that is not read. */
static int set_aside(const char *path, struct buf *told)
{
	char *full = path_conf(path);
	char *aside = xasprintf("%s" SUFFIX, full);
	int err = rename(full, aside) ? -errno : 0;

	if (!err)
		buf_addf(told, "%s%s" SUFFIX, told->len ? ", " : "", path);
	free(aside);
	free(full);
	return err;
}

/*
 * Each step leaves either the old file or the new one aside, so that it can be done
 * again after a power cut.
 */
static int restore_file(const char *path, const struct snap_file *was,
			struct buf *told)
{
	struct snapshot now = { 0 };
	bool there = snapshot_read(&now, path);
	int err = 0;

	if (there && was && snap_same(&now.files[0], was))
		goto out;
	if (there)
		err = set_aside(path, told);
	if (!err && was)
		err = snapshot_put(path, was);
out:
	snapshot_free(&now);
	return err;
}

static int restore_changes(const struct unconfirmed *u,
			   const struct snapshot *was,
			   const struct snapshot *is, struct buf *told)
{
	int err = 0, one;
	size_t i;

	for (i = 0; i < was->n; i++) {
		const struct snap_file *f = &was->files[i];

		one = snapshot_runtime(f) && !u->same_boot ? 0 :
		      restore_file(f->path, f, told);
		err = one ? one : err;
	}
	for (i = 0; i < is->n; i++) {
		const struct snap_file *f = &is->files[i];

		/* A file that shows only as the one before it was removed stays. */
		one = snapshot_find(was, f->path) || snapshot_shadows(was, f) ||
		      (snapshot_runtime(f) && !u->same_boot) ? 0 :
		      restore_file(f->path, NULL, told);
		err = one ? one : err;
	}
	return err;
}

/**
 * unconfirmed_restore_files - restores the policy files that a change had edited
 * @u: the change
 * @told: receives the names under which the edited ones are kept
 *
 * What was in /run before a reboot stays gone.
 *
 * Return: 0, or a negative errno, the last: then some are not restored.
 */
int unconfirmed_restore_files(const struct unconfirmed *u, struct buf *told)
{
	struct diags diags = { 0 };
	struct conf conf = { 0 };
	struct snapshot now, was, is;
	int err;

	if (!u->known)
		return -ENODATA;
	conf_read(&conf, CONF_ALL, NULL, &diags);
	snapshot_take(&now, &conf);
	snapshot_changes(&u->before, &now, &was, &is);
	err = restore_changes(u, &was, &is, told);
	snapshot_free(&was);
	snapshot_free(&is);
	snapshot_free(&now);
	conf_free(&conf);
	diags_free(&diags);
	return err;
}

static const char *const what_words[TRIALS] = {
	[TRIAL_FILES] = "policy files",
	[TRIAL_POLICY] = "policy in force",
	[TRIAL_MODE] = "mode",
};

/* Any mark; the one of the policy files first. */
static bool read_any(struct unconfirmed *u)
{
	enum trial what;

	for (what = 0; what < TRIALS; what++) {
		if (unconfirmed_read(what, u))
			return true;
		unconfirmed_free(u);
	}
	return false;
}

/**
 * unconfirmed_refuses - whether a change of the policy, mode or lock must not begin
 *
 * Return: true after an error message: another change waits to be confirmed, or
 * was never confirmed and not undone either.
 */
bool unconfirmed_refuses(void)
{
	struct unconfirmed u;
	bool refuses = true;
	char *until;

	if (trial_waits()) {
		read_any(&u);
		until = when_text(u.deadline);
		msg_err("nothing was changed: %s waits to be confirmed until %s (process %lu): type yes or no there, or wait",
			u.command ? esc(u.command) : "another change", until, u.pid);
		free(until);
	} else if (unconfirmed_read(TRIAL_FILES, &u)) {
		msg_err("nothing was changed: the policy files hold a change that was never confirmed: nfguard boot restores the files, nfguard apply keeps the change");
	} else {
		refuses = false;
	}
	unconfirmed_free(&u);
	return refuses;
}

/**
 * unconfirmed_left - finds a change that nobody confirmed and nobody can any more
 * @text: receives a sentence about it; free it
 * @remedy: receives what to do about it
 *
 * Return: whether there is one.
 */
bool unconfirmed_left(char **text, const char **remedy)
{
	static const char *const remedies[TRIALS] = {
		[TRIAL_FILES] = "nfguard boot restores the files, nfguard apply keeps the change",
		[TRIAL_POLICY] = "nfguard apply puts the policy files into effect again",
		[TRIAL_MODE] = "nfguard boot restores the mode, nfguard mode MODE keeps one",
	};
	struct unconfirmed u;
	bool left;
	char *until;

	left = !trial_waits() && read_any(&u);
	if (!left)
		return false;
	until = when_text(u.deadline);
	*text = xasprintf("%s changed the %s, was not confirmed by %s, and was not undone either",
			  u.command ? esc(u.command) : "a command", what_words[u.what],
			  until);
	*remedy = remedies[u.what];
	free(until);
	unconfirmed_free(&u);
	return true;
}

/* Warns of a change that waits to be confirmed, or of one that is left. */
void unconfirmed_say(void)
{
	struct unconfirmed u;
	const char *remedy;
	char *text, *until;

	if (paths_elsewhere())
		return;
	if (unconfirmed_left(&text, &remedy)) {
		msg_warn("%s: %s", text, remedy);
		free(text);
	} else if (trial_waits() && read_any(&u)) {
		until = when_text(u.deadline);
		msg_warn("%s waits to be confirmed until %s (process %lu)",
			 u.command ? esc(u.command) : "a change", until, u.pid);
		free(until);
		unconfirmed_free(&u);
	}
}
