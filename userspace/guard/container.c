// SPDX-License-Identifier: GPL-2.0-only
/*
 * container.c - the unit, pod or container that the path of a cgroup names. Who
 * runs containers has his own way of naming their cgroups:
 *
 *	docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope
 *			docker, podman, containerd and CRI-O beside systemd
 *	docker/ID	docker, and others, without
 *	kubepods-burstable-podUID.slice, kubepods/burstable/podUID
 *			a pod of Kubernetes around them
 *	lxc.payload.NAME, machine-NAME.scope, systemd-nspawn@NAME.service
 *			LXC, machines of systemd
 *
 * All else under systemd is in a unit: ssh.service, session-3.scope.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "guard/container.h"

/* An ID of a container is a SHA-256; people know it by its first digits. */
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

/* The component before @at within @path; false at its beginning. */
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

/* "RUNTIME:ID" of a component that is a container's, else NULL. */
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

/* The UID of the pod that a component stands for; in slices it has '_' for '-'. */
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

/* The innermost container, in its pod if it is in one. */
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
 * container_name - names what a cgroup belongs to
 * @path: the cgroup's path
 *
 * Return: "docker:ID", "pod:UID/containerd:ID", "lxc:NAME", "machine:NAME", the
 * innermost unit, or the path where it names none of these, to be freed; NULL
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
