// SPDX-License-Identifier: GPL-2.0-only
/*
 * history.c - who changed the policy, the mode and the lock, when, how and what.
 *
 *	/var/lib/nfguard/history/NUMBER	a change
 *	/var/lib/nfguard/mode		the mode in force, as last recorded
 *	/run/nfguard/history/TIME	one that is to be moved there: at boot, /var may
 *					not be there yet, or not be writable
 *
 * A change is lines of a key and a word, then the policy files that it changed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "base/save.h"
#include "force/history.h"
#include "force/stored_mode.h"

#define PENDING_DIR	NFG_RUN_DIR "/history"
/* There the mode of this boot; before the others, which are named by their time. */
#define PENDING_BOOT	"0"
#define BOOT_KEY	"boot"
#define MODE_FILE	"mode"

/* Bounds, with HISTORY_BYTES_MAX: the oldest are dropped. */
#define CHANGES_MAX	200
/* The files of one change, before and after. */
#define FILES_MAX	(1024u * 1024)

static void add_files(struct buf *b, const char *key, const struct snapshot *s)
{
	struct buf text = { 0 };

	snapshot_text(s, &text);
	buf_addf(b, "%s %zu\n", key, text.len);
	buf_add(b, text.s, text.len);
	buf_free(&text);
}

static unsigned long number_of(const char *name)
{
	unsigned long n;
	char *end;

	if (*name < '1' || *name > '9')
		return 0;
	n = strtoul(name, &end, 10);
	return *end ? 0 : n;
}

static int by_number(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/**
 * history_list - finds the changes that are kept
 * @dir: their directory
 * @numbers: receives their numbers, sorted; free them
 *
 * Return: how many.
 */
size_t history_list(const char *dir, unsigned long **numbers)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	*numbers = NULL;
	while (d && (entry = readdir(d))) {
		if (!number_of(entry->d_name))
			continue;
		*numbers = xgrow(*numbers, n, sizeof(**numbers));
		(*numbers)[n++] = number_of(entry->d_name);
	}
	if (d)
		closedir(d);
	if (n)
		qsort(*numbers, n, sizeof(**numbers), by_number);
	return n;
}

/* Drops the oldest until the rest is within the bounds; the newest stays. */
static void prune(const char *dir)
{
	unsigned long *numbers;
	size_t n = history_list(dir, &numbers), i, bytes = 0, kept = 0;

	for (i = n; i-- > 0;) {
		char *path = xasprintf("%s/%lu", dir, numbers[i]);
		struct stat st;

		if (!lstat(path, &st))
			bytes += st.st_size;
		if (kept && (kept >= CHANGES_MAX || bytes > HISTORY_BYTES_MAX))
			unlink(path);
		else
			kept++;
		free(path);
	}
	free(numbers);
}

/* What was changed, without who did it and when. */
static const char *what_of(const struct buf *text)
{
	return text->len ? strstr(text->s, "\nkind " HISTORY_POLICY "\n") : NULL;
}

/*
 * Whether the newest change is the same one of the policy files: each boot finds
 * them changed until they are stored.
 */
static bool known_already(const char *dir, unsigned long newest,
			  const struct buf *text)
{
	char *path = xasprintf("%s/%lu", dir, newest);
	const char *what = what_of(text), *was;
	struct buf old = { 0 };
	bool known = false;

	if (what && !read_whole(path, HISTORY_BYTES_MAX, &old)) {
		was = what_of(&old);
		known = was && !strcmp(was, what);
	}
	buf_free(&old);
	free(path);
	return known;
}

static int add_next(const char *dir, const struct buf *text)
{
	unsigned long *numbers;
	size_t n = history_list(dir, &numbers);
	char *name = xasprintf("%lu", n ? numbers[n - 1] + 1 : 1);
	int err = 0;

	if (!n || !known_already(dir, numbers[n - 1], text))
		err = save_whole(dir, name, text->s, text->len, 0600);
	free(name);
	free(numbers);
	return err;
}

/* The word of a key that has a mode, of a record; NULL if it is none of the mode. */
static char *mode_of(const struct buf *text, const char *key)
{
	static const char kind[] = "\nkind " HISTORY_MODE "\n";
	/* Keys come before the policy files. */
	const char *at = text->len ? strstr(text->s, "\nkind ") : NULL;
	char *start = xasprintf("\n%s ", key);
	char *word = NULL;

	if (at && !strncmp(at, kind, strlen(kind)))
		at = strstr(at, start);
	else
		at = NULL;
	if (at) {
		at += strlen(start);
		word = xstrndup(at, strcspn(at, "\n"));
	}
	free(start);
	return word;
}

/* The mode that was in force when a change of it was last recorded, or NULL. */
static const char *known_mode(void)
{
	char *path = path_conf(NFG_STATE_DIR "/" MODE_FILE);
	struct buf b = { 0 };
	const char *word = NULL;

	if (!read_whole(path, 64, &b) && b.len) {
		b.s[strcspn(b.s, "\n")] = '\0';
		word = mode_word(b.s);
	}
	buf_free(&b);
	free(path);
	return word;
}

static int save_known_mode(const char *word)
{
	char *dir = path_conf(NFG_STATE_DIR), *line = xasprintf("%s\n", word);
	int err = save_whole(dir, MODE_FILE, line, strlen(line), 0600);

	free(line);
	free(dir);
	return err;
}

/*
 * Makes the record of a boot's mode one of the change from the mode that is known.
 * Returns false if that is no other mode.
 */
static bool make_change(const struct buf *text, struct buf *change)
{
	char *was = mode_of(text, "mode_before"), *is = mode_of(text, "mode_now");
	const char *known = known_mode(), *at = strstr(text->s, "\nmode_before ");
	const char *from = known ? known : was;
	bool differs = at && from && is && strcmp(from, is);

	if (differs) {
		buf_add(change, text->s, at + 1 - text->s);
		history_add_key(change, "mode_before", from);
		at += 1 + strcspn(at + 1, "\n");
		buf_adds(change, at + 1);
	}
	free(is);
	free(was);
	return differs;
}

/* Adds a change as the next number; the directory is locked. */
static int add_numbered(const char *dir, const struct buf *text)
{
	char *now = mode_of(text, "mode_now");
	struct buf change = { 0 };
	int err = 0;

	if (!now || !strstr(text->s, "\n" BOOT_KEY " "))
		err = add_next(dir, text);
	else if (make_change(text, &change))
		err = add_next(dir, &change);
	if (!err && now)
		err = save_known_mode(now);
	buf_free(&change);
	free(now);
	return err;
}

/* Moves what was recorded before /var was there. */
static void take_pending(const char *dir)
{
	char *pending = path_conf(PENDING_DIR);
	struct dirent **list;
	int i, n = scandir(pending, &list, NULL, alphasort);

	for (i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", pending, list[i]->d_name);
		struct buf text = { 0 };

		if (list[i]->d_name[0] != '.' &&
		    !read_whole(path, HISTORY_BYTES_MAX, &text) &&
		    !add_numbered(dir, &text))
			unlink(path);
		buf_free(&text);
		free(path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	free(pending);
}

/**
 * history_open - opens and locks the directory of the changes, made if need be
 * @dir: the directory
 *
 * Return: what to close() at the end, or a negative errno.
 */
int history_open(const char *dir)
{
	char *parent = path_conf(NFG_STATE_DIR);
	int fd;

	if (!mkdir(parent, 0755))
		chmod(parent, 0755);
	mkdir(dir, 0700);
	free(parent);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) && errno == EINTR)
		;
	take_pending(dir);
	return fd;
}

static int add_pending(const char *name, const struct buf *text)
{
	char *run = path_conf(NFG_RUN_DIR), *dir = path_conf(PENDING_DIR);
	int err;

	mkdir(run, 0755);
	mkdir(dir, 0700);
	err = save_whole(dir, name, text->s, text->len, 0600);
	free(dir);
	free(run);
	return err;
}

static int add_pending_now(const struct buf *text)
{
	struct timespec now;
	char *name;
	int err;

	clock_gettime(CLOCK_REALTIME, &now);
	name = xasprintf("%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
	err = add_pending(name, text);
	free(name);
	return err;
}

static void add(struct buf *text)
{
	char *dir = path_conf(NFG_HISTORY_DIR);
	int fd = history_open(dir), err = fd < 0 ? fd : 0;

	if (!err) {
		err = add_numbered(dir, text);
		prune(dir);
		close(fd);
	}
	if (err)
		err = add_pending_now(text);
	if (err)
		msg_warn("%s: the change could not be recorded there: %s",
			 NFG_HISTORY_DIR, strerror(-err));
	free(dir);
	buf_free(text);
}

static size_t size_of(const struct snapshot *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->files[i].len;
	return n;
}

/**
 * history_add_policy - records a change of the policy files
 * @before: those that were removed or changed, as they were
 * @after: those that were added or changed, as they are
 */
void history_add_policy(const struct snapshot *before,
			const struct snapshot *after)
{
	struct buf text = { 0 };

	buf_adds(&text, HISTORY_FORMAT);
	history_add_who(&text);
	history_add_key(&text, "kind", HISTORY_POLICY);
	if (size_of(before) + size_of(after) > FILES_MAX) {
		history_add_key(&text, "omitted", "1");
	} else {
		add_files(&text, "before", before);
		add_files(&text, "after", after);
	}
	buf_adds(&text, "end\n");
	add(&text);
}

static void begin_mode(struct buf *text, const char *before, const char *after)
{
	buf_adds(text, HISTORY_FORMAT);
	history_add_who(text);
	history_add_key(text, "kind", HISTORY_MODE);
	history_add_key(text, "mode_before", before);
	history_add_key(text, "mode_after", after);
}

/**
 * history_add_mode - records a change of the mode
 * @before: the mode before
 * @after: the mode after
 * @in_force: that is in force now, not only from the next boot on
 */
void history_add_mode(const char *before, const char *after, bool in_force)
{
	struct buf text = { 0 };

	begin_mode(&text, before, after);
	history_add_key(&text, "mode_now", in_force ? after : NULL);
	buf_adds(&text, "end\n");
	add(&text);
}

/**
 * history_add_boot_mode - records the mode after a boot, if it is another one than
 * was last recorded
 * @first: the mode of a host on which no change of it was ever recorded
 * @now: the mode in force
 *
 * As long as /var is missing or can't be written, nobody knows whether it is: that
 * is found out with the next change, or once somebody reads the history. Of a boot
 * one record is kept until then. Nothing is written if the mode is as it was.
 */
void history_add_boot_mode(const char *first, const char *now)
{
	char *dir = path_conf(NFG_HISTORY_DIR);
	const char *known = known_mode();
	struct buf text = { 0 };
	struct stat st;
	bool there = known || !lstat(dir, &st);

	if (there && !strcmp(known ? known : first, now))
		goto out;
	begin_mode(&text, first, now);
	history_add_key(&text, "mode_now", now);
	history_add_key(&text, BOOT_KEY, "1");
	buf_adds(&text, "end\n");
	if (there)
		add(&text);
	else
		add_pending(PENDING_BOOT, &text);
out:
	buf_free(&text);
	free(dir);
}

void history_add_lock(void)
{
	struct buf text = { 0 };

	buf_adds(&text, HISTORY_FORMAT);
	history_add_who(&text);
	history_add_key(&text, "kind", HISTORY_LOCK);
	buf_adds(&text, "end\n");
	add(&text);
}
