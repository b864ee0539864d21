// SPDX-License-Identifier: GPL-2.0-only
/*
 * use_process.c - the processes that have a socket or device of a module open, and the
 * ciphers of modules that are in use. The kernel keeps those modules; this is to name
 * what it keeps them for. Of processes of others only root sees it.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/in_use.h"
#include "force/use_process.h"

/* Neither file is longer. */
#define LIST_MAX	(16u << 20)

/**
 * struct protocol - a kind of socket
 * @name: what the kernel calls it
 * @module: its module
 */
struct protocol {
	char *name;
	char *module;
};

/**
 * struct process - a process that is looked at
 * @u: receives the uses
 * @pid: its process ID
 * @what: what messages call it, NULL until something is found
 * @first: how many uses there were before
 * @protocols: the kinds of sockets that belong to live modules
 * @n_protocols: how many
 */
struct process {
	struct in_use *u;
	const char *pid;
	char *what;
	size_t first;
	const struct protocol *protocols;
	size_t n_protocols;
};

/* PROTOCOL SIZE SOCKETS MEMORY PRESS MAXHDR SLAB MODULE ... */
static size_t read_protocols(const struct in_use *u, struct protocol **list)
{
	char *path = path_proc("net/protocols"), *text, *line;
	struct buf b = { 0 };
	size_t n = 0;

	if (!read_whole(path, LIST_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			char name[32], module[64];

			if (sscanf(line, "%31s %*s %*s %*s %*s %*s %*s %63s", name,
				   module) != 2 || !in_use_live(u, module))
				continue;
			*list = xgrow(*list, n, sizeof(**list));
			(*list)[n++] = (struct protocol){ xstrdup(name), xstrdup(module) };
		}
	}
	buf_free(&b);
	free(path);
	return n;
}

static const char *what_of(struct process *p)
{
	char *file, *path;
	struct buf b = { 0 };

	if (p->what)
		return p->what;
	file = xasprintf("%s/comm", p->pid);
	path = path_proc(file);
	if (!read_whole(path, 256, &b))
		b.s[strcspn(b.s, "\n")] = '\0';
	p->what = xasprintf("process %s (%s)", b.s ? esc(b.s) : "?", p->pid);
	buf_free(&b);
	free(path);
	free(file);
	return p->what;
}

/* A process with many sockets of a kind is one use. */
static bool is_new(const struct process *p, const char *module)
{
	size_t i;

	for (i = p->first; i < p->u->n; i++)
		if (!strcmp(p->u->list[i].module, module))
			return false;
	return true;
}

static void take_socket(struct process *p, const char *path)
{
	char name[32];
	ssize_t n = getxattr(path, "system.sockprotoname", name, sizeof(name) - 1);
	size_t i;

	if (n <= 0)
		return;
	name[n] = '\0';
	for (i = 0; i < p->n_protocols; i++) {
		const struct protocol *proto = &p->protocols[i];

		if (!strcmp(proto->name, name) && is_new(p, proto->module))
			in_use_add(p->u, proto->module, xstrdup(what_of(p)),
				   xasprintf("kill %s", p->pid));
	}
}

static void take_device(struct process *p, const struct stat *st)
{
	char *alias = xasprintf("%s-major-%u-%u", S_ISCHR(st->st_mode) ? "char" : "block",
				major(st->st_rdev), minor(st->st_rdev));
	struct ids targets = { 0 };
	size_t i;

	name_underscore(alias);
	if (p->u->tree)
		tree_resolve(p->u->tree, alias, &targets);
	for (i = 0; i < targets.n; i++) {
		const char *module = p->u->tree->modules[targets.list[i]].name;

		if (in_use_live(p->u, module) && is_new(p, module))
			in_use_add(p->u, module, xstrdup(what_of(p)),
				   xasprintf("kill %s", p->pid));
	}
	ids_free(&targets);
	free(alias);
}

static void look_at(struct process *p)
{
	char *file = xasprintf("%s/fd", p->pid), *dir = path_proc(file);
	DIR *d = opendir(dir);
	struct dirent *entry;
	struct stat st;

	p->first = p->u->n;
	while (d && (entry = readdir(d))) {
		char *path = xasprintf("%s/%s", dir, entry->d_name);

		if (*entry->d_name == '.' || stat(path, &st))
			;
		else if (S_ISSOCK(st.st_mode))
			take_socket(p, path);
		else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
			take_device(p, &st);
		free(path);
	}
	if (d)
		closedir(d);
	free(p->what);
	free(dir);
	free(file);
}

/**
 * use_processes - finds the processes that have a socket or device of a live module open
 * @u: receives the uses
 */
void use_processes(struct in_use *u)
{
	struct protocol *protocols = NULL;
	size_t i, n = read_protocols(u, &protocols);
	char *proc = path_proc("");
	DIR *d = opendir(proc);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (*entry->d_name >= '1' && *entry->d_name <= '9')
			look_at(&(struct process){
				.u = u, .pid = entry->d_name,
				.protocols = protocols, .n_protocols = n,
			});
	}
	if (d)
		closedir(d);
	for (i = 0; i < n; i++) {
		free(protocols[i].name);
		free(protocols[i].module);
	}
	free(protocols);
	free(proc);
}

/* The value of a line "KEY : VALUE" of /proc/crypto, or NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) || !strchr(" :", line[n]))
		return NULL;
	line += n + strspn(line + n, " ");
	return *line == ':' ? line + 1 + strspn(line + 1, " ") : NULL;
}

static void add_cipher(struct in_use *u, const char *module, const char *name)
{
	in_use_add(u, module, xasprintf("something with the cipher %s", esc(name)),
		   xstrdup("end what has it, such as an IPsec tunnel or an encrypted disk"));
}

/**
 * use_ciphers - finds the ciphers of live modules that are in use
 * @u: receives the uses
 *
 * One reference is that of the list of ciphers; each user has another.
 */
void use_ciphers(struct in_use *u)
{
	char *path = path_proc("crypto"), *text, *line;
	const char *name = "", *module = "", *value;
	struct buf b = { 0 };
	unsigned long users;

	if (!read_whole(path, LIST_MAX, &b)) {
		text = b.s;
		while ((line = next_line(&text))) {
			name = (value = value_of(line, "name")) ? value : name;
			module = (value = value_of(line, "module")) ? value : module;
			value = value_of(line, "refcnt");
			users = value ? strtoul(value, NULL, 10) : 0;
			if (users < 2 || !in_use_live(u, module))
				continue;
			add_cipher(u, module, name);
		}
	}
	buf_free(&b);
	free(path);
}
