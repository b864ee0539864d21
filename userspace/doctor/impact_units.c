// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_units.c - which of systemd's units start, and the modules that they load
 * with modprobe or insmod.
 */
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "doctor/impact_units.h"

/* Where units are; a file shadows those of its name in later directories. */
static const char *const dirs[] = {
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system",
};

#define SERVICE	".service"

/* No module's name is as long. */
#define NAME_SIZE	64

/* The path of a file in one of the directories, @dir of them; not followed. */
static char *path_in(size_t dir, const char *file)
{
	char *name = xasprintf("%s/%s", dirs[dir], file), *path = path_host(name);

	free(name);
	return path;
}

/* Which of the directories a file is read from; ARRAY_SIZE(dirs) if none has it. */
static size_t first_dir(const char *file)
{
	struct stat st;
	size_t d;

	for (d = 0; d < ARRAY_SIZE(dirs); d++) {
		char *path = path_in(d, file);
		bool is = !lstat(path, &st);

		free(path);
		if (is)
			break;
	}
	return d;
}

/* systemctl mask makes such a link, of a unit or of what enables it. */
static bool is_masked(const char *file)
{
	static const char null[] = "/dev/null";
	size_t d = first_dir(file);
	char to[sizeof(null) + 1], *path;
	ssize_t n;

	if (d == ARRAY_SIZE(dirs))
		return false;
	path = path_in(d, file);
	n = readlink(path, to, sizeof(to));
	free(path);
	return n == (ssize_t)strlen(null) && !memcmp(to, null, n);
}

/* Takes over @unit. */
static void add_started(struct impacts *im, char *unit, const char *link)
{
	im->started = xgrow(im->started, im->n_started, sizeof(*im->started));
	im->started[im->n_started++] = (struct started){ unit, xstrdup(link) };
}

/* @path: a link that enables a unit, .../WHAT.wants/UNIT. */
static void take_link(struct impacts *im, const char *path)
{
	const char *unit = strrchr(path, '/') + 1, *link = unit - 1;
	const char *dot = strrchr(unit, '.');
	char *service;

	if (!dot)
		return;
	while (link > path && link[-1] != '/')
		link--;
	service = xasprintf("%.*s" SERVICE, (int)(dot - unit), unit);
	if (is_masked(link) || is_masked(unit) || is_masked(service)) {
		free(service);
		return;
	}
	add_started(im, xstrdup(unit), path);
	/* A socket, timer or path of a service's name starts that. */
	if (!strcmp(dot, ".socket") || !strcmp(dot, ".timer") || !strcmp(dot, ".path"))
		add_started(im, service, path);
	else
		free(service);
}

/**
 * impact_units_started - finds the units that start: some target wants them
 * @im: receives them
 *
 * systemctl enable makes links in /etc, packages bring some in /usr.
 */
void impact_units_started(struct impacts *im)
{
	static const char *const links[] = { "*.wants/*", "*.requires/*", "*.upholds/*" };
	size_t d, k, i;
	glob_t g;

	for (d = 0; d < ARRAY_SIZE(dirs); d++) {
		for (k = 0; k < ARRAY_SIZE(links); k++) {
			char *path = path_in(d, links[k]);

			/* Of a dangling link too, as links in an image are. */
			if (!glob(path, 0, NULL, &g)) {
				for (i = 0; i < g.gl_pathc; i++)
					take_link(im, g.gl_pathv[i]);
				globfree(&g);
			}
			free(path);
		}
	}
}

/**
 * impact_unit_link - what starts a unit
 * @im: has those that start
 * @unit: its name, or a shell pattern
 *
 * Return: the link by which a target wants it, NULL if it does not start.
 */
const char *impact_unit_link(const struct impacts *im, const char *unit)
{
	size_t i;

	for (i = 0; i < im->n_started; i++)
		if (!fnmatch(unit, im->started[i].unit, 0))
			return im->started[i].link;
	return NULL;
}

/**
 * struct command - how far a command of a unit has been read
 * @im: receives the modules
 * @file: the unit's file
 * @line: the line there
 * @loader: modprobe or insmod if it is one, else NULL
 * @all: modprobe -a: each word is a name, otherwise the others are parameters
 * @done: nothing more in it is a name
 */
struct command {
	struct impacts *im;
	const char *file;
	unsigned int line;
	const char *loader;
	bool all;
	bool done;
};

static bool ends_in(const char *word, const char *end)
{
	size_t n = strlen(word), k = strlen(end);

	return n >= k && !strcmp(word + n - k, end);
}

static void take_option(struct command *c, const char *option)
{
	bool is_short = option[1] != '-';

	if (!strcmp(option, "--remove") || (is_short && strchr(option, 'r')))
		c->done = true;
	c->all |= !strcmp(option, "--all") || (is_short && strchr(option, 'a'));
}

static void take_name(struct command *c, const char *word)
{
	static const struct program program = {
		.unit = "an enabled unit",
		.consequence = "that command of it then fails",
	};
	char name[NAME_SIZE];

	if (!strcmp(c->loader, "modprobe"))
		impact_need_name(c->im, &program, word, c->loader, c->file, c->line);
	else if (name_of_file(word, name, sizeof(name)))
		impact_need(c->im, &program, name, c->loader, c->file, c->line);
	c->done = !c->all;
}

static void take_word(struct command *c, const char *word)
{
	if (!*word || c->done)
		return;
	if (c->loader && *word == '-')
		take_option(c, word);
	else if (c->loader)
		take_name(c, word);
	else if (ends_in(word, "modprobe"))
		c->loader = "modprobe";
	else if (ends_in(word, "insmod"))
		c->loader = "insmod";
}

/* Exec...=[PREFIX]/sbin/modprobe [OPTION...] NAME..., or a shell's commands. */
static void take_exec(struct impacts *im, const char *file, unsigned int line, char *text)
{
	struct command c = { .im = im, .file = file, .line = line };
	char *word = text + strspn(text, " \t"), end;

	if (strncmp(word, "Exec", 4))
		return;
	word = strchr(word, '=');
	while (word) {
		word++;
		end = word[strcspn(word, " \t\r'\";&|")];
		word[strcspn(word, " \t\r'\";&|")] = '\0';
		take_word(&c, word);
		/* The next command. */
		if (end == ';' || end == '&' || end == '|')
			c = (struct command){ .im = im, .file = file, .line = line };
		word = end ? word + strlen(word) : NULL;
	}
}

/* Lines that end in a backslash are one with the next that is no comment. */
static void read_unit(struct impacts *im, const char *path)
{
	struct buf b = { 0 }, whole = { 0 };
	unsigned int n = 0, first = 0;
	char *text, *line;

	text = impact_read(path, &b) ? b.s : NULL;
	while ((line = next_line(&text))) {
		size_t len = strlen(line);
		bool more;

		n++;
		if (whole.len && strchr("#;", line[strspn(line, " \t")]))
			continue;
		first = whole.len ? first : n;
		more = len && line[len - 1] == '\\';
		buf_add(&whole, line, len - more);
		buf_adds(&whole, " ");
		if (more && text)
			continue;
		take_exec(im, path, first, whole.s);
		buf_free(&whole);
	}
	buf_free(&whole);
	buf_free(&b);
}

/* NAME, of a unit's file or of NAME.d/DROP-IN; of a template, a pattern of its units. */
static char *unit_of(const char *file)
{
	size_t n = strcspn(file, "/"), at = strcspn(file, "@");

	n -= file[n] ? strlen(".d") : 0;
	if (at < n && file[at + 1] == '.')
		return xasprintf("%.*s@*%.*s", (int)at, file, (int)(n - at - 1),
				 file + at + 1);
	return xstrndup(file, n);
}

static void read_units(struct impacts *im, size_t dir, const char *files)
{
	char *path = path_in(dir, files), *top = path_in(dir, "");
	glob_t g;
	size_t i;

	if (!glob(path, 0, NULL, &g)) {
		for (i = 0; i < g.gl_pathc; i++) {
			const char *file = g.gl_pathv[i] + strlen(top);
			char *unit = unit_of(file += strspn(file, "/"));

			if (impact_unit_link(im, unit) && first_dir(file) == dir)
				read_unit(im, g.gl_pathv[i]);
			free(unit);
		}
		globfree(&g);
	}
	free(top);
	free(path);
}

/**
 * impact_units - finds the denied modules that enabled units load
 * @im: receives them
 */
void impact_units(struct impacts *im)
{
	static const char *const files[] = {
		"*.service", "*.service.d/*.conf", "*.socket", "*.socket.d/*.conf",
	};
	size_t d, i;

	for (d = 0; d < ARRAY_SIZE(dirs); d++)
		for (i = 0; i < ARRAY_SIZE(files); i++)
			read_units(im, d, files[i]);
}
