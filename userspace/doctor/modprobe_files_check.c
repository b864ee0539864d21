// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe_files_check.c - files that somebody wrote for modprobe.d, and that modprobe
 * does not read as they were meant.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/drop_ins.h"
#include "base/paths.h"
#include "doctor/checks.h"
#include "doctor/modprobe_view.h"
#include "doctor/package_files.h"

/**
 * struct files_check - what the checks of files share
 * @src: the policy
 * @st: the guard's status
 * @view: modprobe.d as modprobe reads it
 * @read: the files that modprobe reads
 * @report: gets the findings
 */
struct files_check {
	const struct source *src;
	const struct kif_status *st;
	struct modprobe_view view;
	struct drop_ins read;
	struct report *report;
};

/* What package managers leave beside a file is not meant to be read. */
static bool is_leftover(const char *name)
{
	static const char *const marks[] = { ".dpkg-", ".rpm", ".ucf-" };
	size_t n = strlen(name), i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (strstr(name, marks[i]))
			return true;
	return *name == '.' || name[n - 1] == '~';
}

/* Whether a line would keep something out that nothing else does. */
static bool is_missed(const struct files_check *c, const struct modprobe_line *line)
{
	size_t module = tree_find(c->view.tree, line->name);

	if (!line_is(line, "blacklist") && !line_is_off(line) &&
	    !(line_is(line, "install") && install_refuses(line->rest)))
		return false;
	return module != NAME_NONE &&
	       !module_is_kept_out(c->src, c->st, &c->view, module);
}

/* Names the first line that is missed; @why: why modprobe does not read the file. */
static void report_unread(struct files_check *c, const char *path, const char *why,
			  const char *remedy)
{
	struct modprobe_lines lines = { 0 };
	const struct modprobe_line *first = NULL;
	size_t i, n = 0;

	modprobe_lines_add(&lines, path);
	for (i = 0; i < lines.n; i++) {
		if (!is_missed(c, &lines.list[i]))
			continue;
		if (!n++)
			first = &lines.list[i];
	}
	if (n) {
		report_add(c->report, "modprobe-file", path, first->line,
			   "modprobe does not read this file, as %s: '%s %s%s%s'%s",
			   why, esc(first->command), esc(first->name),
			   *first->rest ? " " : "", esc(first->rest),
			   n > 1 ? " and others have no effect" : " has no effect");
		report_remedy(c->report, "%s", remedy);
	}
	modprobe_lines_free(&lines);
}

static bool is_command(const char *word)
{
	static const char *const commands[] = {
		"alias", "blacklist", "config", "include", "install", "options",
		"remove", "softdep", "weakdep",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(word, commands[i]))
			return true;
	return false;
}

/* A page that a server sent in place of the file, say, or one from another system. */
static void report_foreign(struct files_check *c, const char *path)
{
	struct modprobe_lines lines = { 0 };
	const struct modprobe_line *first = NULL;
	size_t i, n = 0;

	modprobe_lines_add(&lines, path);
	for (i = 0; i < lines.n; i++) {
		const struct modprobe_line *line = &lines.list[i];

		if (is_command(line->command) && !strchr(line->name, '\r') &&
		    !strchr(line->rest, '\r'))
			continue;
		if (!n++)
			first = line;
	}
	if (n && is_command(first->command)) {
		report_add(c->report, "modprobe-file", path, first->line,
			   "%zu line%s end%s in CR LF, and modprobe takes the CR for a part of the name or command",
			   n, PLURAL(n), n == 1 ? "s" : "");
		report_remedy(c->report, "sed -i 's/\\r$//' %s", esc(path));
	} else if (n) {
		report_add(c->report, "modprobe-file", path, first->line,
			   "%zu of %zu lines %s not modprobe.d's, and modprobe ignores %s: '%.40s'",
			   n, lines.n, n == 1 ? "is" : "are", n == 1 ? "it" : "them",
			   esc(first->command));
		report_remedy(c->report, "%s", n == lines.n ?
			      "remove the file, or fetch again what was meant" :
			      "correct or remove them");
	}
	modprobe_lines_free(&lines);
}

/* What modprobe reads, or fails to. */
static void check_read(struct files_check *c, const char *path)
{
	char *real = path_followed(path);
	struct stat st;

	if (stat(real, &st)) {
		report_add(c->report, "modprobe-file", path, 0,
			   "a link that leads to no file, so modprobe reads nothing here");
		report_remedy(c->report, "restore the file, or remove the link");
	} else if (access(real, R_OK)) {
		report_add(c->report, "modprobe-file", path, 0,
			   "can't be read: %s", strerror(errno));
		report_remedy(c->report, geteuid() ? "run it as root" :
			      "make it readable, or remove it");
	} else if (S_ISREG(st.st_mode)) {
		report_foreign(c, path);
	}
	free(real);
}

/* The directory of the file of that name that modprobe reads, or -1. */
static int read_in(const struct files_check *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->read.n; i++)
		if (!strcmp(c->read.list[i].name, name))
			return c->read.list[i].dir;
	return -1;
}

static void check_file(struct files_check *c, const char *name, int dir,
		       const char *path)
{
	const char *from = nfg_modprobe_dirs[dir];
	int first = read_in(c, name);
	struct stat st;
	char *plain = xasprintf("%s/%s", from, name), *why, *remedy;

	if (!lstat(path, &st) && S_ISDIR(st.st_mode))
		goto out;
	if (!drop_in_is_read(name)) {
		remedy = xasprintf("rename it to end in .conf, or remove it");
		report_unread(c, path, "its name does not end in .conf", remedy);
		free(remedy);
	} else if (first == dir) {
		check_read(c, path);
	} else if (first >= 0 && !package_has(plain)) {
		why = xasprintf("%s has one of the same name",
				nfg_modprobe_dirs[first]);
		remedy = xasprintf("move its lines to %s/%s, or rename it",
				   nfg_modprobe_dirs[first], esc(name));
		report_unread(c, path, why, remedy);
		free(remedy);
		free(why);
	}
out:
	free(plain);
}

/* Whether an earlier directory is the same one: /lib is mostly a link. */
static bool is_repeated(const char *const *paths, int dir)
{
	struct stat st, other;
	int i;

	if (stat(paths[dir], &st))
		return true;
	for (i = 0; i < dir; i++)
		if (!stat(paths[i], &other) && other.st_ino == st.st_ino &&
		    other.st_dev == st.st_dev)
			return true;
	return false;
}

static void each_file(struct files_check *c, int dir, const char *path)
{
	struct dirent **entries;
	int n, i;

	n = scandir(path, &entries, NULL, alphasort);
	for (i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *file = xasprintf("%s/%s", path, name);

		if (!is_leftover(name))
			check_file(c, name, dir, file);
		free(file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/**
 * doctor_modprobe_files - finds files of modprobe.d that are not read as meant
 * @src: the policy; a module that it denies needs no line
 * @st: the guard's status
 * @report: gets the findings
 */
void doctor_modprobe_files(const struct source *src, const struct kif_status *st,
			   struct report *report)
{
	struct files_check c = { .src = src, .st = st, .report = report };
	char *paths[NFG_MODPROBE_DIRS];
	int i;

	modprobe_view_read(&c.view, src->closure.tree);
	drop_ins_find(&c.read, nfg_modprobe_dirs, NFG_MODPROBE_DIRS);
	for (i = 0; i < NFG_MODPROBE_DIRS; i++) {
		char *link = path_host(nfg_modprobe_dirs[i]);

		paths[i] = path_followed(link);
		free(link);
		if (!is_repeated((const char *const *)paths, i))
			each_file(&c, i, paths[i]);
	}
	for (i = 0; i < NFG_MODPROBE_DIRS; i++)
		free(paths[i]);
	drop_ins_free(&c.read);
	modprobe_view_free(&c.view);
}
