// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeguard.c - stands in for the kernel module, preloaded into the nfguard
 * command: a write(2) to a file below $NFGUARD_PROC/nfguard does to the plain
 * files there what the module would do to its own. delete_module(2) takes modules
 * without references out of $NFGUARD_PROC/modules, and the tables of iptables are
 * what files say. fakenet.c does that for netlink.
 *
 * Files in $NFGUARD_PROC/fake steer it:
 *	errno-FILE	the errno that each write to FILE gets
 *	stale		how many writes to policy lose to another writer
 *	errno-replace	the errno that rename(2) to a policy file gets
 *	errno-write	the errno that writes of policy files get
 *	removal		1: nfguard is being removed when it is locked
 *	TABLE		a legacy table (of iptables, or ebtable_NAME): "RULES POLICY"
 *	errno-TABLE	the errno that reading it gets
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_bridge/ebtables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake.h"

static const char *proc_dir(void)
{
	const char *dir = getenv("NFGUARD_PROC");

	return dir ? dir : "/nonexistent";
}

long number_in(const char *name)
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

FILE *open_fake(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/fake/%s", proc_dir(), name);
	return fopen(path, "r");
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

static int write_lock(const char *word)
{
	/* As abi.h says. */
	if (strcmp(word, "degraded") &&
	    !system("LD_PRELOAD= grep -q '^state degraded' \"$NFGUARD_PROC/nfguard/status\""))
		return -ENODEV;
	set_status("locked", "1");
	if (number_in("removal"))
		store(".", "modules", "nfguard 1 0 - Unloading 0x0\n", 28);
	return 0;
}

/* Returns 0, or a negative errno for the write to fail with. */
static int write_file(const char *name, const char *text, size_t len)
{
	char key[64], word[64] = "";

	snprintf(key, sizeof(key), "errno-%s", name);
	if (number_in(key))
		return -number_in(key);
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, "\n"), text);
	if (!strcmp(name, "policy"))
		return write_policy(text, len);
	if (!strcmp(name, "lock"))
		return write_lock(word);
	set_status(name, word);		/* mode or record */
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

/* A rule of an ipt table that ends a chain: the policy. */
struct end {
	struct ipt_entry entry;
	struct xt_standard_target target;
};

/* Fills in a table whose chains are INPUT, FORWARD and OUTPUT. */
static void fill_table(int entries, void *data, int rules, const char *policy)
{
	const unsigned int hooks[] = {
		NF_INET_LOCAL_IN, NF_INET_FORWARD, NF_INET_LOCAL_OUT,
	};
	struct ipt_getinfo *info = data;
	struct end *ends = (void *)((struct ipt_get_entries *)data)->entrytable;
	int i;

	if (!entries) {
		for (i = 0; i < 3; i++) {
			info->valid_hooks |= 1 << hooks[i];
			info->underflow[hooks[i]] = i * sizeof(struct end);
		}
		info->num_entries = 4 + rules;
		info->size = 3 * sizeof(struct end);
		return;
	}
	for (i = 0; i < 3; i++) {
		ends[i].entry.target_offset = sizeof(struct ipt_entry);
		ends[i].target.verdict = -NF_ACCEPT - 1;
	}
	/* Of FORWARD. */
	if (!strcmp(policy, "DROP"))
		ends[1].target.verdict = -NF_DROP - 1;
}

static void fill_bridge_table(int entries, struct ebt_replace *info, int rules,
			      const char *policy)
{
	struct ebt_entries *chain = (void *)info->entries;

	if (!entries) {
		info->nentries = rules;
		info->entries_size = sizeof(*chain);
		return;
	}
	memset(chain, 0, sizeof(*chain));
	strcpy(chain->name, "FORWARD");
	chain->policy = strcmp(policy, "DROP") ? EBT_ACCEPT : EBT_DROP;
}

int getsockopt(int fd, int level, int option, void *data, socklen_t *len)
{
	int (*real)(int fd, int level, int option, void *data, socklen_t *len);
	char name[128], key[160], policy[16] = "ACCEPT";
	const char *prefix = "iptable_";
	int rules = 0;
	FILE *f;

	real = dlsym(RTLD_NEXT, "getsockopt");
	if (level == IPPROTO_IP && option >= EBT_SO_GET_INFO)
		prefix = "ebtable_";
	else if (level == IPPROTO_IPV6)
		prefix = "ip6table_";
	else if (level != IPPROTO_IP || option < IPT_SO_GET_INFO)
		return real(fd, level, option, data, len);
	snprintf(name, sizeof(name), "%s%s", prefix, (char *)data);
	snprintf(key, sizeof(key), "errno-%s", name);
	errno = number_in(key);
	f = errno ? NULL : open_fake(name);
	if (!f) {
		errno = errno ? errno : ENOENT;
		return -1;
	}
	if (fscanf(f, "%d %15s", &rules, policy) < 1)
		abort();
	fclose(f);
	if (*prefix == 'e')
		fill_bridge_table(option == EBT_SO_GET_ENTRIES, data, rules, policy);
	else
		fill_table(option == IPT_SO_GET_ENTRIES, data, rules, policy);
	return 0;
}

/* Takes a module out of the list, and out of the users of those that it needed. */
int delete_module(const char *name, unsigned int flags)
{
	char path[4096], line[1024], *out = NULL;
	int found = 0, busy = 0;
	FILE *f, *mem;
	size_t len;

	(void)flags;
	snprintf(path, sizeof(path), "%s/modules", proc_dir());
	f = fopen(path, "r");
	mem = open_memstream(&out, &len);
	while (f && mem && fgets(line, sizeof(line), f)) {
		char mod[256], users[512], rest[256], user[258], *at;
		unsigned long size, refs;

		if (sscanf(line, "%255s %lu %lu %511s %255[^\n]", mod, &size, &refs,
			   users, rest) != 5)
			abort();
		if (!strcmp(mod, name)) {
			found = 1;
			busy = refs > 0;
			continue;
		}
		snprintf(user, sizeof(user), "%s,", name);
		at = strstr(users, user);
		if (at && (at == users || at[-1] == ',')) {
			memmove(at, at + strlen(user), strlen(at + strlen(user)) + 1);
			refs--;
		}
		fprintf(mem, "%s %lu %lu %s %s\n", mod, size, refs,
			*users ? users : "-", rest);
	}
	if (f)
		fclose(f);
	if (mem)
		fclose(mem);
	if (found && !busy)
		store(".", "modules", out, len);
	free(out);
	errno = found ? EAGAIN : ENOENT;
	return found && !busy ? 0 : -1;
}
