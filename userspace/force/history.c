// SPDX-License-Identifier: GPL-2.0-only
/*
 * history.c - who changed the policy, the mode and the lock, when, how and what.
 *
 *	/var/lib/nfguard/history/NUMBER	a change
 *	/run/nfguard/history/TIME	one that is to be moved there: at boot, /var may
 *					not be there yet, or not be writable
 *
 * A change is lines of a key and a word, then the policy files that it changed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
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
#include "guard/container.h"

#define PENDING_DIR	NFG_RUN_DIR "/history"

/* Bounds, with HISTORY_BYTES_MAX: the oldest are dropped. */
#define CHANGES_MAX	200
/* The files of one change, before and after. */
#define FILES_MAX	(1024u * 1024)

static char *command_line;
static char *command_note;

/**
 * history_command - keeps the command line, for the changes that it makes
 * @argc: as main() gets it
 * @argv: the same
 */
void history_command(int argc, char **argv)
{
	struct buf b = { 0 };
	int i;

	for (i = 0; i < argc; i++) {
		const char *slash = i ? NULL : strrchr(argv[i], '/');

		buf_addf(&b, "%s%s", i ? " " : "", slash ? slash + 1 : argv[i]);
	}
	free(command_line);
	command_line = xstrdup(b.s ? b.s : "nfguard");
	buf_free(&b);
}

const char *history_command_line(void)
{
	return command_line ? command_line : "nfguard";
}

/* What the next change is to be recorded with; NULL: nothing. */
void history_note(const char *note)
{
	free(command_note);
	command_note = note ? xstrdup(note) : NULL;
}

static char *name_of_uid(unsigned int uid)
{
	const struct passwd *pw = getpwuid(uid);

	return pw ? xstrdup(pw->pw_name) : xasprintf("%u", uid);
}

/* Who logged in, however often they became somebody else since. */
static char *login_name(void)
{
	char *path = path_proc("self/loginuid");
	struct buf b = { 0 };
	unsigned int uid = -1;
	bool known;

	if (!read_whole(path, 64, &b) && b.len && *b.s >= '0' && *b.s <= '9')
		uid = strtoul(b.s, NULL, 10);
	known = uid != (unsigned int)-1;
	buf_free(&b);
	free(path);
	return known ? name_of_uid(uid) : NULL;
}

static char *terminal(void)
{
	static const int fds[] = { STDIN_FILENO, STDERR_FILENO, STDOUT_FILENO };
	char name[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fds); i++)
		if (!ttyname_r(fds[i], name, sizeof(name)))
			return xstrdup(!strncmp(name, "/dev/", 5) ? name + 5 : name);
	return NULL;
}

static char *unit_name(void)
{
	char *path = path_proc("self/cgroup"), *text, *line, *name = NULL;
	struct buf b = { 0 };

	if (!read_whole(path, 64u << 10, &b)) {
		text = b.s;
		while (!name && (line = next_line(&text)))
			if (!strncmp(line, "0::", 3))
				name = container_name(line + 3);
	}
	buf_free(&b);
	free(path);
	return name;
}

static void add_key(struct buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "%s ", key);
	buf_add_word(b, value);
	buf_adds(b, "\n");
}

static void add_files(struct buf *b, const char *key, const struct snapshot *s)
{
	struct buf text = { 0 };

	snapshot_text(s, &text);
	buf_addf(b, "%s %zu\n", key, text.len);
	buf_add(b, text.s, text.len);
	buf_free(&text);
}

static void add_who(struct buf *b)
{
	char *user = name_of_uid(getuid()), *login = login_name();
	char *tty = terminal(), *unit = unit_name();

	buf_addf(b, "time %lld\nuid %u\n", (long long)time(NULL), getuid());
	add_key(b, "user", user);
	add_key(b, "login", login);
	add_key(b, "sudo_user", getenv("SUDO_USER"));
	add_key(b, "tty", tty);
	add_key(b, "unit", unit);
	add_key(b, "command", history_command_line());
	add_key(b, "note", command_note);
	free(user);
	free(login);
	free(tty);
	free(unit);
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

/* Adds a change as the next number; the directory is locked. */
static int add_numbered(const char *dir, const struct buf *text)
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

static int add_pending(const struct buf *text)
{
	char *run = path_conf(NFG_RUN_DIR), *dir = path_conf(PENDING_DIR);
	struct timespec now;
	char *name;
	int err;

	clock_gettime(CLOCK_REALTIME, &now);
	name = xasprintf("%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
	mkdir(run, 0755);
	mkdir(dir, 0700);
	err = save_whole(dir, name, text->s, text->len, 0600);
	free(name);
	free(dir);
	free(run);
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
		err = add_pending(text);
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
	add_who(&text);
	add_key(&text, "kind", HISTORY_POLICY);
	if (size_of(before) + size_of(after) > FILES_MAX) {
		add_key(&text, "omitted", "1");
	} else {
		add_files(&text, "before", before);
		add_files(&text, "after", after);
	}
	buf_adds(&text, "end\n");
	add(&text);
}

/**
 * history_add_mode - records a change of the mode
 * @before: the mode before
 * @after: the mode after
 */
void history_add_mode(const char *before, const char *after)
{
	struct buf text = { 0 };

	buf_adds(&text, HISTORY_FORMAT);
	add_who(&text);
	add_key(&text, "kind", HISTORY_MODE);
	add_key(&text, "mode_before", before);
	add_key(&text, "mode_after", after);
	buf_adds(&text, "end\n");
	add(&text);
}

void history_add_lock(void)
{
	struct buf text = { 0 };

	buf_adds(&text, HISTORY_FORMAT);
	add_who(&text);
	add_key(&text, "kind", HISTORY_LOCK);
	buf_adds(&text, "end\n");
	add(&text);
}
