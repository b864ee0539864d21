// SPDX-License-Identifier: GPL-2.0-only
/*
 * use_find.c - finds what uses the modules that are live, in all network namespaces
 * that have a name or a process.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/use_find.h"
#include "force/use_netns.h"
#include "force/use_process.h"
#include "policy/source.h"

/* /proc/modules and /proc/mounts are a few hundred KiB at most. */
#define LIST_MAX	(16u << 20)

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
	use_netns_links(u, ns);
	use_netns_nft(u, ns);
	use_netns_ipsec(u, ns);
	use_netns_tables(u, ns);
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
 * use_find_all - finds what uses the modules that are live
 * @u: filled in; free it with in_use_free()
 * @change: see struct in_use
 */
void use_find_all(struct in_use *u, bool change)
{
	struct diags diags = { 0 };

	*u = (struct in_use){ .tree = source_tree(&diags), .change = change };
	diags_free(&diags);
	each_line("modules", u, read_module);
	look_everywhere(u);
	each_line("mounts", u, read_mount);
	use_processes(u);
	use_ciphers(u);
}
