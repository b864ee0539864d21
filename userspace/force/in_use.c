// SPDX-License-Identifier: GPL-2.0-only
/*
 * in_use.c - what uses the modules that are live.
 *
 * A reference count of 0 does not mean unused: wireguard, bridge and most other
 * kinds of interface hold none for their interfaces, and neither do tables of
 * iptables and nftables. Their modules can be removed, and take all that with them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/in_use.h"
#include "force/use_find.h"
#include "policy/source.h"

/* /proc/modules and /proc/mounts are a few hundred KiB at most. */
#define LIST_MAX	(16u << 20)

/* How many uses of a module are named. */
#define SHOWN		4

static const char uses_it[] = "uses it";

static const struct live_use *find_live(const struct in_use *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->n_live; i++)
		if (!strcmp(u->live[i].name, name))
			return &u->live[i];
	return NULL;
}

/**
 * in_use_live - whether a module is live; what is not needs no search for uses
 * @u: the uses
 * @module: its name
 */
bool in_use_live(const struct in_use *u, const char *module)
{
	return find_live(u, module);
}

static void add(struct in_use *u, const struct use *use)
{
	u->list = xgrow(u->list, u->n, sizeof(*u->list));
	u->list[u->n++] = *use;
}

/**
 * in_use_add - adds a use
 * @u: the uses
 * @module: the module that is used
 * @what: what uses it, for "WHAT uses it"; taken over
 * @remedy: the command that ends it; taken over
 */
void in_use_add(struct in_use *u, const char *module, char *what, char *remedy)
{
	add(u, &(struct use){
		.module = xstrdup(module), .what = what, .how = uses_it,
		.remedy = remedy,
	});
}

/**
 * in_use_add_unknown - counts a module as used, as its uses can't be read
 * @u: the uses
 * @module: the module
 * @what: what can't be read, for "WHAT can't be read"
 * @err: the negative errno
 */
void in_use_add_unknown(struct in_use *u, const char *module, const char *what,
			int err)
{
	bool root = err == -EPERM || err == -EACCES;

	add(u, &(struct use){
		.module = xstrdup(module), .what = xstrdup(what),
		.how = root ? "can't be read without root" :
			"can't be read, so it counts as used",
		.remedy = root ? xstrdup("run nfguard as root") :
			xasprintf("find out why (%s)", strerror(-err)),
	});
}

/**
 * in_use_add_alias - adds a use of the module behind an alias, if one is live
 * @u: the uses
 * @aliases: formats of the aliases to try, each the text before the kind; ends with
 *	NULL
 * @kind: the kind of interface, qdisc or file system
 * @what: what uses it
 * @remedy: the command that ends it
 */
void in_use_add_alias(struct in_use *u, const char *const *aliases,
		      const char *kind, const char *what, const char *remedy)
{
	struct ids targets = { 0 };
	size_t i;

	for (i = 0; u->tree && aliases[i] && !targets.n; i++) {
		char *alias = xasprintf("%s%s", aliases[i], kind);

		name_underscore(alias);
		tree_resolve(u->tree, alias, &targets);
		free(alias);
	}
	for (i = 0; i < targets.n; i++) {
		const char *name = u->tree->modules[targets.list[i]].name;

		if (in_use_live(u, name))
			in_use_add(u, name, xstrdup(what), xstrdup(remedy));
	}
	ids_free(&targets);
}

/* NAME SIZE REFS USERS STATE ADDRESS; USERS is "-" or ends each name with ','. */
static void read_module(struct in_use *u, char *line)
{
	struct live_use m = { 0 };
	char *name = strsep(&line, " "), *refs, *users, *user;

	strsep(&line, " ");
	refs = strsep(&line, " ");
	users = strsep(&line, " ");
	if (!users)
		return;
	m.name = xstrdup(name);
	m.refs = strtoul(refs, NULL, 10);
	while ((user = strsep(&users, ","))) {
		if (!*user || *user == '-' || *user == '[')
			continue;
		m.users = xgrow(m.users, m.n_users, sizeof(*m.users));
		m.users[m.n_users++] = xstrdup(user);
	}
	u->live = xgrow(u->live, u->n_live, sizeof(*u->live));
	u->live[u->n_live++] = m;
}

static void each_line(const char *file, struct in_use *u,
		      void (*each)(struct in_use *u, char *line))
{
	char *path = path_proc(file), *text, *line;
	struct buf b = { 0 };

	if (!read_whole(path, LIST_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text)))
			each(u, line);
	}
	buf_free(&b);
	free(path);
}

/* DEVICE DIRECTORY TYPE OPTIONS */
static void read_mount(struct in_use *u, char *line)
{
	static const char *const aliases[] = { "fs-", NULL };
	char *dir, *type, *what, *remedy;

	strsep(&line, " ");
	dir = strsep(&line, " ");
	type = strsep(&line, " ");
	if (!type)
		return;
	what = xasprintf("the file system on %s", esc(dir));
	remedy = xasprintf("umount %s", esc(dir));
	in_use_add_alias(u, aliases, type, what, remedy);
	free(remedy);
	free(what);
}

static void find_in_netns(struct in_use *u, const struct netns *ns)
{
	use_find_links(u, ns);
	use_find_nft(u, ns);
	use_find_tables(u, ns);
}

/**
 * struct seen - the network namespaces that were looked at
 * @list: their inodes
 * @n: how many
 */
struct seen {
	ino_t *list;
	size_t n;
};

static bool see(struct seen *seen, const char *path)
{
	struct stat st;
	size_t i;

	if (stat(path, &st))
		return false;
	for (i = 0; i < seen->n; i++)
		if (seen->list[i] == st.st_ino)
			return false;
	seen->list = xgrow(seen->list, seen->n, sizeof(*seen->list));
	seen->list[seen->n++] = st.st_ino;
	return true;
}

/* Looks around in another namespace; goes back to the one that @back is. */
static void look_in(struct in_use *u, int back, const char *path,
		    const char *where, const char *enter)
{
	struct netns ns = { .where = where, .enter = enter };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && !setns(fd, CLONE_NEWNET)) {
		find_in_netns(u, &ns);
		if (setns(back, CLONE_NEWNET)) {
			msg_err("cannot return to this network namespace: %s",
				strerror(errno));
			exit(EXIT_FAILURE);
		}
	}
	if (fd >= 0)
		close(fd);
}

/* Those that ip netns keeps, which need have no process. */
static void look_in_named(struct in_use *u, int back, struct seen *seen)
{
	static const char dir[] = "/run/netns";
	char *at = path_host(dir);
	struct dirent *entry;
	DIR *d = opendir(at);

	while (d && (entry = readdir(d))) {
		char *path = xasprintf("%s/%s", at, entry->d_name);
		char *where, *enter;

		if (*entry->d_name != '.' && see(seen, path)) {
			where = xasprintf(" in the network namespace %s",
					  esc(entry->d_name));
			enter = xasprintf("ip netns exec %s ", esc(entry->d_name));
			look_in(u, back, path, where, enter);
			free(enter);
			free(where);
		}
		free(path);
	}
	if (d)
		closedir(d);
	free(at);
}

static void look_in_process(struct in_use *u, int back, struct seen *seen,
			    const char *pid)
{
	char *path = xasprintf("/proc/%s/ns/net", pid);

	if (see(seen, path)) {
		char *file = xasprintf("/proc/%s/comm", pid);
		char *where, *enter;
		struct buf b = { 0 };

		if (!read_whole(file, 256, &b))
			b.s[strcspn(b.s, "\n")] = '\0';
		where = xasprintf(" in the network namespace of %s (%s)",
				  b.s ? esc(b.s) : "process", pid);
		enter = xasprintf("nsenter -t %s -n ", pid);
		look_in(u, back, path, where, enter);
		free(enter);
		free(where);
		buf_free(&b);
		free(file);
	}
	free(path);
}

/* All network namespaces that have a name or a process; root alone may enter them. */
static void look_everywhere(struct in_use *u)
{
	static const struct netns own = { .own = true, .where = "", .enter = "" };
	char *self = path_proc("self/ns/net");
	int back = open(self, O_RDONLY | O_CLOEXEC);
	struct seen seen = { 0 };
	struct dirent *entry;
	DIR *d;

	find_in_netns(u, &own);
	/* A fake host has one. */
	if (back >= 0) {
		see(&seen, self);
		look_in_named(u, back, &seen);
		d = opendir("/proc");
		while (d && (entry = readdir(d)))
			if (*entry->d_name >= '1' && *entry->d_name <= '9')
				look_in_process(u, back, &seen, entry->d_name);
		if (d)
			closedir(d);
		close(back);
	}
	free(seen.list);
	free(self);
}

/**
 * in_use_find - finds what uses the modules that are live
 * @u: filled in; free it with in_use_free()
 * @change: see struct in_use
 */
void in_use_find(struct in_use *u, bool change)
{
	struct diags diags = { 0 };

	*u = (struct in_use){ .tree = source_tree(&diags), .change = change };
	diags_free(&diags);
	each_line("modules", u, read_module);
	look_everywhere(u);
	each_line("mounts", u, read_mount);
}

static size_t count_uses(const struct in_use *u, const char *module)
{
	size_t i, n = 0;

	for (i = 0; i < u->n; i++)
		n += !strcmp(u->list[i].module, module);
	return n;
}

/* The uses of a module itself, as a sentence, and the commands that end them. */
static char *own_uses(const struct in_use *u, const char *module, char **remedy)
{
	struct buf what = { 0 }, todo = { 0 };
	size_t i, n = 0, all = count_uses(u, module);
	const char *how = uses_it;

	for (i = 0; i < u->n && n < SHOWN; i++) {
		const struct use *use = &u->list[i];

		if (strcmp(use->module, module))
			continue;
		buf_addf(&what, "%s%s", n ? ", " : "", use->what);
		buf_addf(&todo, "%s%s", n ? "; " : "", use->remedy);
		how = use->how;
		n++;
	}
	if (all > n) {
		buf_addf(&what, " and %zu more", all - n);
		buf_adds(&todo, "; and so on");
	}
	buf_addf(&what, " %s", all > 1 && how == uses_it ? "use it" : how);
	*remedy = todo.s;
	return what.s;
}

/* Deeper than modules ever need each other. */
#define DEPTH	32

static char *used_by(const struct in_use *u, const char *module, char **remedy,
		     int depth)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	if (count_uses(u, module))
		return own_uses(u, module, remedy);
	for (i = 0; m && i < m->n_users && depth < DEPTH; i++) {
		char *what = used_by(u, m->users[i], remedy, depth + 1), *all;

		if (!what)
			continue;
		all = depth && strstr(what, " needs ") ? xstrdup(what) :
			xasprintf("%s needs it, and %s", esc(m->users[i]), what);
		free(what);
		return all;
	}
	if (!m || m->refs <= m->n_users)
		return NULL;
	*remedy = xstrdup("end that");
	return xasprintf("something uses it (%lu reference%s: a rule, socket or open file)",
			 m->refs - m->n_users, PLURAL(m->refs - m->n_users));
}

/**
 * in_use_by - says what uses a module, or a module that needs it
 * @u: the uses
 * @module: its name
 * @remedy: receives the commands that end it, to be freed; NULL if nothing uses it
 *
 * Return: a sentence such as "interface wg0 uses it", to be freed, or NULL.
 */
char *in_use_by(const struct in_use *u, const char *module, char **remedy)
{
	*remedy = NULL;
	return used_by(u, module, remedy, 0);
}

static bool held(const struct in_use *u, const char *module, int depth)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	for (i = 0; m && i < m->n_users && depth < DEPTH; i++)
		if (held(u, m->users[i], depth + 1))
			return true;
	return m && m->refs > m->n_users;
}

/**
 * in_use_held - whether the kernel would not let go of a module
 * @u: the uses
 * @module: its name
 *
 * Return: whether it, or a module that needs it, has references that are not those
 * of modules.
 */
bool in_use_held(const struct in_use *u, const char *module)
{
	return held(u, module, 0);
}

static bool has_word(const struct buf *list, const char *word)
{
	size_t n = strlen(word);
	const char *at = list->s;

	while (at && (at = strstr(at, word))) {
		if ((at == list->s || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

/**
 * in_use_users - lists a module after those that need it, as rmmod wants them
 * @u: the uses
 * @module: its name
 * @out: receives the names, separated by spaces
 */
void in_use_users(const struct in_use *u, const char *module, struct buf *out)
{
	const struct live_use *m = find_live(u, module);
	size_t i;

	for (i = 0; m && i < m->n_users; i++)
		if (!has_word(out, m->users[i]))
			in_use_users(u, m->users[i], out);
	if (!has_word(out, module))
		buf_addf(out, "%s%s", out->len ? " " : "", esc(module));
}

void in_use_free(struct in_use *u)
{
	size_t i, k;

	for (i = 0; i < u->n; i++) {
		free(u->list[i].module);
		free(u->list[i].what);
		free(u->list[i].remedy);
	}
	for (i = 0; i < u->n_live; i++) {
		for (k = 0; k < u->live[i].n_users; k++)
			free(u->live[i].users[k]);
		free(u->live[i].users);
		free(u->live[i].name);
	}
	free(u->list);
	free(u->live);
	*u = (struct in_use){ 0 };
}
