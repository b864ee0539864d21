// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_who.c - who makes a change, from where, and by which command.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/paths.h"
#include "force/history.h"
#include "guard/container.h"

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

/**
 * history_add_key - add a line to the record of a change
 * @b: the record
 * @key: the key
 * @value: its value; NULL: the line is left out
 */
void history_add_key(struct buf *b, const char *key, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "%s ", key);
	buf_add_word(b, value);
	buf_adds(b, "\n");
}

/* Adds the lines about who makes the change, when and how. */
void history_add_who(struct buf *b)
{
	char *user = name_of_uid(getuid()), *login = login_name();
	char *tty = terminal(), *unit = unit_name();

	buf_addf(b, "time %lld\nuid %u\n", (long long)time(NULL), getuid());
	history_add_key(b, "user", user);
	history_add_key(b, "login", login);
	history_add_key(b, "sudo_user", getenv("SUDO_USER"));
	history_add_key(b, "tty", tty);
	history_add_key(b, "unit", unit);
	history_add_key(b, "command", history_command_line());
	history_add_key(b, "note", command_note);
	free(user);
	free(login);
	free(tty);
	free(unit);
}
