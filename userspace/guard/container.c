// SPDX-License-Identifier: GPL-2.0-only
/*
 * container.c - the unit, pod or container that a cgroup's path names. Each
 * container runtime has its own way of naming cgroups:
 *
 *	docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope
 *			docker, podman, containerd and CRI-O with systemd
 *	docker/ID	docker and others without systemd
 *	kubepods-burstable-podUID.slice, kubepods/burstable/podUID
 *			the Kubernetes pod around them
 *	lxc.payload.NAME, machine-NAME.scope, systemd-nspawn@NAME.service
 *			LXC, systemd's machines
 *
 * Anything else under systemd is in a unit: ssh.service, session-3.scope.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "guard/container.h"

/* A container's ID is a SHA-256; people know it by its first digits. */
#define ID_LEN		64
#define ID_SHOWN	12

/**
 * struct part - a component of a path
 * @s: where it begins
 * @len: its length
 */
struct part {
	const char *s;
	size_t len;
};

static bool is_id(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isxdigit((unsigned char)s[i]))
			return false;
	return len == ID_LEN;
}

static bool ends(const struct part *p, const char *with)
{
	size_t len = strlen(with);

	return p->len > len && !memcmp(p->s + p->len - len, with, len);
}

static bool begins(const struct part *p, const char *with)
{
	size_t len = strlen(with);

	return p->len > len && !memcmp(p->s, with, len);
}

/* Finds the component of @path before @at; false at the beginning of @path. */
static bool part_before(const char *path, const char *at, struct part *p)
{
	const char *end = at;

	while (end > path && end[-1] == '/')
		end--;
	p->s = end;
	while (p->s > path && p->s[-1] != '/')
		p->s--;
	p->len = end - p->s;
	return p->len;
}

static const char *runtime_word(const char *word, size_t len)
{
	static const char *const words[][2] = {
		{ "libpod", "podman" },
		{ "cri-containerd", "containerd" },
		{ "crio", "cri-o" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i][0]) == len && !memcmp(words[i][0], word, len))
			return words[i][1];
	return NULL;
}

/* "RUNTIME:ID" if a component names a container, else NULL. */
static char *container_of(const char *path, const struct part *p)
{
	size_t scope = strlen(".scope"), len;
	const char *id, *word;
	struct part before;

	if (begins(p, "lxc.payload."))
		return xasprintf("lxc:%.*s", (int)(p->len - strlen("lxc.payload.")),
				 p->s + strlen("lxc.payload."));
	if (begins(p, "machine-") && ends(p, ".scope"))
		return xasprintf("machine:%.*s",
				 (int)(p->len - strlen("machine-") - scope),
				 p->s + strlen("machine-"));
	if (begins(p, "systemd-nspawn@") && ends(p, ".service"))
		return xasprintf("machine:%.*s",
				 (int)(p->len - strlen("systemd-nspawn@") -
				       strlen(".service")),
				 p->s + strlen("systemd-nspawn@"));
	if (is_id(p->s, p->len)) {
		if (!part_before(path, p->s, &before) || begins(&before, "pod"))
			return xasprintf("%.*s", ID_SHOWN, p->s);
		return xasprintf("%.*s:%.*s", (int)before.len, before.s,
				 ID_SHOWN, p->s);
	}
	if (!ends(p, ".scope") || p->len < ID_LEN + scope + 2)
		return NULL;
	id = p->s + p->len - scope - ID_LEN;
	if (!is_id(id, ID_LEN) || id[-1] != '-')
		return NULL;
	len = id - 1 - p->s;
	word = runtime_word(p->s, len);
	if (word)
		return xasprintf("%s:%.*s", word, ID_SHOWN, id);
	return xasprintf("%.*s:%.*s", (int)len, p->s, ID_SHOWN, id);
}

/* The UID if a component names a pod, else NULL; in slices '_' stands for '-'. */
static char *pod_of(const struct part *p)
{
	const char *s = p->s;
	size_t len = p->len;
	char *uid, *c;

	if (ends(p, ".slice")) {
		len -= strlen(".slice");
		while (memchr(s, '-', len)) {
			len--;
			s++;
		}
	}
	if (len <= strlen("pod") || memcmp(s, "pod", strlen("pod")))
		return NULL;
	uid = xstrndup(s + strlen("pod"), len - strlen("pod"));
	for (c = uid; *c; c++)
		if (*c == '_')
			*c = '-';
	if (!uid[strspn(uid, "0123456789abcdef-")])
		return uid;
	free(uid);
	return NULL;
}

static bool is_unit(const struct part *p)
{
	static const char *const kinds[] = {
		".service", ".scope", ".socket", ".mount", ".swap",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (ends(p, kinds[i]))
			return true;
	return false;
}

/* The innermost container, with its pod if it is in one. */
static char *find_container(const char *path)
{
	const char *at = path + strlen(path);
	char *name = NULL, *pod = NULL, *both;
	struct part p;

	while (part_before(path, at, &p) && !pod) {
		at = p.s;
		if (!name)
			name = container_of(path, &p);
		pod = pod_of(&p);
	}
	if (!pod)
		return name;
	both = xasprintf("pod:%s%s%s", pod, name ? "/" : "", name ? name : "");
	free(pod);
	free(name);
	return both;
}

/**
 * container_name - name what a cgroup belongs to
 * @path: the cgroup's path
 *
 * Return: "docker:ID", "pod:UID/containerd:ID", "lxc:NAME", "machine:NAME", the
 * innermost unit, or the path itself if it names none of these; free it. NULL
 * for "/" and "-", which name nothing.
 */
char *container_name(const char *path)
{
	const char *at = path + strlen(path);
	struct part p;
	char *name;

	if (!strcmp(path, "/") || !strcmp(path, "-"))
		return NULL;
	name = find_container(path);
	if (name)
		return name;
	while (part_before(path, at, &p)) {
		if (is_unit(&p))
			return xstrndup(p.s, p.len);
		at = p.s;
	}
	return xstrdup(path);
}
