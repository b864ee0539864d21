// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeguard.c - stands in for the kernel module. It is preloaded into the nfguard command:
 * a write(2) to a file below $NFGUARD_PROC/nfguard changes the plain files there as the
 * module would change its own.
 *
 * Files in $NFGUARD_PROC/fake steer it:
 *	errno-FILE	the errno that each write to FILE gets
 *	stale		how many writes to policy lose to another writer
 *	errno-replace	the errno that rename(2) to a policy file gets
 *	errno-write	the errno that writes of policy files get
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *proc_dir(void)
{
	const char *dir = getenv("NFGUARD_PROC");

	return dir ? dir : "/nonexistent";
}

static long number_in(const char *name)
{
	char path[4096];
	long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/fake/%s", proc_dir(), name);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%ld", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

static void store(const char *dir, const char *name, const char *text,
		  size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", proc_dir(), dir, name);
	f = fopen(path, "w");
	if (!f)
		abort();
	fwrite(text, 1, len, f);
	fclose(f);
}

/* Rewrites the lines of the status file that begin with KEY. */
static void set_status(const char *key, const char *value)
{
	char path[4096], line[512], out[8192];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/nfguard/status", proc_dir());
	f = fopen(path, "r");
	if (!f)
		abort();
	while (fgets(line, sizeof(line), f)) {
		size_t k = strlen(key);

		if (!strncmp(line, key, k) && line[k] == ' ')
			n += sprintf(out + n, "%s %s\n", key, value);
		else
			n += sprintf(out + n, "%s", line);
	}
	fclose(f);
	store("nfguard", "status", out, n);
}

static void token_in_force(char *token, unsigned long *generation)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/nfguard/policy", proc_dir());
	f = fopen(path, "r");
	if (!f || fscanf(f, "policy 1 token=%63s", token) != 1)
		abort();
	fclose(f);
	*generation = strtoul(strchr(token, '.') + 1, NULL, 10);
}

static void set_token(unsigned long generation, char *token)
{
	char number[32];

	sprintf(token, "0123456789abcdef.%lu", generation);
	set_status("token", token);
	sprintf(number, "%lu", generation);
	set_status("generation", number);
}

/* Uses the tool sha256sum, and so checks the command's own digest. */
static void set_digest(void)
{
	char command[8192], digest[128] = "";
	FILE *f;

	snprintf(command, sizeof(command),
		 "unset LD_PRELOAD; tail -n +2 '%s/nfguard/policy' | sha256sum",
		 proc_dir());
	f = popen(command, "r");
	if (!f || fscanf(f, "%64s", digest) != 1)
		abort();
	pclose(f);
	set_status("sha256", digest);
}

static void put_in_force(unsigned long generation, const char *after_token,
			 size_t len)
{
	char token[64], *text = malloc(len + 256);
	size_t n;

	set_token(generation, token);
	n = sprintf(text, "policy 1 token=%s", token);
	memcpy(text + n, after_token, len);
	store("nfguard", "policy", text, n + len);
	set_digest();
	free(text);
}

static int write_policy(const char *text, size_t len)
{
	char given[64] = "", now[64], left[32];
	unsigned long generation;
	const char *rest;
	long stale = number_in("stale");

	token_in_force(now, &generation);
	if (stale) {
		sprintf(left, "%ld", stale - 1);
		store("fake", "stale", left, strlen(left));
		put_in_force(generation + 1, " entries=0\ndefault allow\nend\n", 29);
		return -ESTALE;
	}
	if (sscanf(text, "policy 1 token=%63s", given) != 1)
		return -EBADMSG;
	if (strcmp(given, now))
		return -ESTALE;
	rest = text + strlen("policy 1 token=") + strlen(given);
	put_in_force(generation + 1, rest, len - (rest - text));
	return 0;
}

/* Returns 0, or a negative errno for the write to fail with. */
static int write_file(const char *name, const char *text, size_t len)
{
	char key[64], word[64] = "";
	long err;

	snprintf(key, sizeof(key), "errno-%s", name);
	err = number_in(key);
	if (err)
		return -err;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, "\n"), text);
	if (!strcmp(name, "policy"))
		return write_policy(text, len);
	if (!strcmp(name, "mode"))
		set_status("mode", word);
	else if (!strcmp(name, "record"))
		set_status("record", word);
	else if (!strcmp(name, "lock"))
		set_status("locked", "1");
	return 0;
}

ssize_t write(int fd, const void *data, size_t len)
{
	ssize_t (*real)(int fd, const void *data, size_t len) = dlsym(RTLD_NEXT, "write");
	char link[64], path[4096], prefix[4096];
	ssize_t n;
	long err;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return real(fd, data, len);
	path[n] = '\0';
	n = snprintf(prefix, sizeof(prefix), "%s/nfguard/", proc_dir());
	if (!strncmp(path, prefix, n)) {
		err = -write_file(path + n, data, len);
	} else {
		err = strstr(path, "nfguard.d/") ? number_in("errno-write") : 0;
		if (!err)
			return real(fd, data, len);
	}
	if (!err)
		return len;
	errno = err;
	return -1;
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *from, const char *to) = dlsym(RTLD_NEXT, "rename");
	long err = number_in("errno-replace");

	if (!err)
		return real(from, to);
	errno = err;
	return -1;
}
