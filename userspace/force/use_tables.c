// SPDX-License-Identifier: GPL-2.0-only
/*
 * use_tables.c - the tables of iptables, ip6tables, arptables and ebtables (the
 * legacy ones) in a network namespace: a table with rules, chains or a policy other
 * than ACCEPT is in use. They are read from the kernel as those programs do, so
 * that none of them need be installed.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_arp/arp_tables.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_bridge/ebtables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/in_use.h"
#include "force/use_netns.h"

/* No table is larger, and no list of tables longer. */
#define TABLE_MAX	(256u << 20)
#define LIST_MAX	(64u << 10)

/**
 * struct kind - a kind of table
 * @list: the file in /proc/net that lists those that exist
 * @prefix: the name of a table's module, without the table's name
 * @tool: the program for them
 * @family: of the socket to ask
 * @level: of the option
 * @info: the option that describes a table; the next one gives its entries
 * @entries_at: where in the structure for that option the entries begin
 * @target_at: where in an entry the offset of its target is
 * @hooks: the names of the chains
 */
struct kind {
	const char *list;
	const char *prefix;
	const char *tool;
	int family;
	int level;
	int info;
	size_t entries_at;
	size_t target_at;
	const char *hooks[NF_INET_NUMHOOKS];
};

#define INET_HOOKS { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" }

static const struct kind kinds[] = {
	{
		"ip_tables_names", "iptable_", "iptables-legacy", AF_INET, IPPROTO_IP,
		IPT_SO_GET_INFO, offsetof(struct ipt_get_entries, entrytable),
		offsetof(struct ipt_entry, target_offset), INET_HOOKS,
	}, {
		"ip6_tables_names", "ip6table_", "ip6tables-legacy", AF_INET6,
		IPPROTO_IPV6, IP6T_SO_GET_INFO,
		offsetof(struct ip6t_get_entries, entrytable),
		offsetof(struct ip6t_entry, target_offset), INET_HOOKS,
	}, {
		"arp_tables_names", "arptable_", "arptables-legacy", AF_INET, IPPROTO_IP,
		ARPT_SO_GET_INFO, offsetof(struct arpt_get_entries, entrytable),
		offsetof(struct arpt_entry, target_offset),
		{ "INPUT", "OUTPUT", "FORWARD" },
	},
};

/* ipt_getinfo, ip6t_getinfo and arpt_getinfo differ in how many hooks they have. */
struct info {
	unsigned int valid_hooks;
	unsigned int underflow[NF_INET_NUMHOOKS];
	unsigned int entries;
	unsigned int size;
};

static int get(const struct kind *kind, int option, void *data, socklen_t len)
{
	int fd = socket(kind->family, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	if (getsockopt(fd, kind->level, option, data, &len))
		err = -errno;
	close(fd);
	return err;
}

static int get_info(const struct kind *kind, const char *table, struct info *info)
{
	bool arp = kind->info == ARPT_SO_GET_INFO;
	struct arpt_getinfo arpt = { 0 };
	struct ipt_getinfo ipt = { 0 };
	int err;

	if (arp) {
		snprintf(arpt.name, sizeof(arpt.name), "%s", table);
		err = get(kind, kind->info, &arpt, sizeof(arpt));
		info->valid_hooks = arpt.valid_hooks;
		memcpy(info->underflow, arpt.underflow, sizeof(arpt.underflow));
		info->entries = arpt.num_entries;
		info->size = arpt.size;
		return err;
	}
	snprintf(ipt.name, sizeof(ipt.name), "%s", table);
	err = get(kind, kind->info, &ipt, sizeof(ipt));
	info->valid_hooks = ipt.valid_hooks;
	memcpy(info->underflow, ipt.underflow, sizeof(ipt.underflow));
	info->entries = ipt.num_entries;
	info->size = ipt.size;
	return err;
}

/* Whether the rule at the end of a chain accepts: that is the chain's policy. */
static bool accepts(const struct kind *kind, const char *entries,
		    const struct info *info, unsigned int hook)
{
	size_t at = info->underflow[hook];
	struct xt_standard_target target;
	__u16 offset;

	if (at + kind->target_at + sizeof(offset) > info->size)
		return false;
	memcpy(&offset, entries + at + kind->target_at, sizeof(offset));
	if (at + offset + sizeof(target) > info->size)
		return false;
	memcpy(&target, entries + at + offset, sizeof(target));
	return target.verdict == -NF_ACCEPT - 1;
}

/* Reads the entries, in the structure that the option takes; NULL: see *err. */
static char *get_entries(const struct kind *kind, const char *table,
			 const struct info *info, int *err)
{
	char *all;

	if (info->size > TABLE_MAX) {
		*err = -E2BIG;
		return NULL;
	}
	all = xcalloc(1, kind->entries_at + info->size);
	/* The name, and then the size. */
	snprintf(all, XT_TABLE_MAXNAMELEN, "%s", table);
	memcpy(all + XT_TABLE_MAXNAMELEN, &info->size, sizeof(info->size));
	*err = get(kind, kind->info + 1, all, kind->entries_at + info->size);
	if (!*err)
		return all;
	free(all);
	return NULL;
}

/**
 * struct finding - what makes a table one that is in use
 * @what: in words, separated by " and "
 * @todo: the commands that undo it
 */
struct finding {
	struct buf what;
	struct buf todo;
};

static void find_policy(struct finding *f, const struct netns *ns,
			const char *tool, const char *table, const char *chain)
{
	buf_addf(&f->what, "%sthe policy of %s", f->what.len ? ", " : "", chain);
	/* Policies first: flushing a chain that drops would cut off who does it. */
	buf_addf(&f->todo, "%s%s%s -t %s -P %s ACCEPT", f->todo.len ? "; " : "",
		 ns->enter, tool, esc(table), chain);
}

static void find_rules(struct finding *f, const struct netns *ns,
		       const char *tool, const char *table, unsigned int n)
{
	buf_addf(&f->what, "%s%u rule%s", f->what.len ? ", " : "", n, PLURAL(n));
	buf_addf(&f->todo, "%s%s%s -t %s -F; %s%s -t %s -X",
		 f->todo.len ? "; " : "", ns->enter, tool, esc(table),
		 ns->enter, tool, esc(table));
}

/* Adds what was found, and frees it. */
static void add_finding(struct in_use *u, const struct netns *ns,
			struct finding *f, const char *module, const char *table)
{
	if (f->what.len)
		in_use_add(u, module,
			   xasprintf("table %s%s (%s)", esc(table), ns->where,
				     f->what.s),
			   xstrdup(f->todo.s));
	buf_free(&f->what);
	buf_free(&f->todo);
}

static void look_at(struct in_use *u, const struct netns *ns,
		    const struct kind *kind, const char *table)
{
	char *module = xasprintf("%s%s", kind->prefix, table), *all = NULL;
	unsigned int hook, untouched = 1;
	struct info info = { 0 };
	struct finding f = { 0 };
	int err = 0;

	if (in_use_live(u, module))
		err = get_info(kind, table, &info);
	if (info.size)
		all = get_entries(kind, table, &info, &err);
	if (err)
		in_use_add_unknown(u, module, "its table", err);
	for (hook = 0; all && hook < NF_INET_NUMHOOKS; hook++) {
		if (!(info.valid_hooks & 1u << hook))
			continue;
		untouched++;
		if (!accepts(kind, all + kind->entries_at, &info, hook))
			find_policy(&f, ns, kind->tool, table, kind->hooks[hook]);
	}
	if (all && info.entries > untouched)
		find_rules(&f, ns, kind->tool, table, info.entries - untouched);
	add_finding(u, ns, &f, module, table);
	free(all);
	free(module);
}

static void look_at_all(struct in_use *u, const struct netns *ns,
			const struct kind *kind)
{
	char *file = xasprintf("net/%s", kind->list), *path = path_proc(file);
	struct buf b = { 0 };
	char *text, *line;
	size_t i;
	int err;

	err = read_whole(path, LIST_MAX, &b);
	text = b.s;
	while (!err && (line = next_line(&text)))
		if (*line)
			look_at(u, ns, kind, line);
	/* Only root may read the list; what has no list has no table. */
	for (i = 0; err && err != -ENOENT && i < u->n_live; i++)
		if (!strncmp(u->live[i].name, kind->prefix, strlen(kind->prefix)))
			in_use_add_unknown(u, u->live[i].name, "its table", err);
	buf_free(&b);
	free(path);
	free(file);
}

static const char *const bridge_hooks[NF_BR_NUMHOOKS] = {
	"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING", "BROUTING",
};

static bool is_bridge_hook(const char *chain, size_t *hook)
{
	for (*hook = 0; *hook < ARRAY_SIZE(bridge_hooks); (*hook)++)
		if (!strcmp(chain, bridge_hooks[*hook]))
			return true;
	return false;
}

/* Chains and rules follow each other; a chain begins with a bitmask of 0. */
static void read_bridge_table(struct finding *f, const struct netns *ns,
			      const char *table, const char *entries, size_t size)
{
	static const char tool[] = "ebtables-legacy";
	unsigned int rules = 0, next, mask;
	struct ebt_entries chain;
	size_t at = 0, hook;

	while (at + sizeof(struct ebt_entries) <= size) {
		memcpy(&mask, entries + at, sizeof(mask));
		if (mask & EBT_ENTRY_OR_ENTRIES) {
			rules++;
			memcpy(&next, entries + at + offsetof(struct ebt_entry, next_offset),
			       sizeof(next));
			at += next ? next : size;
			continue;
		}
		memcpy(&chain, entries + at, sizeof(chain));
		chain.name[sizeof(chain.name) - 1] = '\0';
		if (!is_bridge_hook(chain.name, &hook))
			rules++;
		else if (chain.policy != EBT_ACCEPT)
			find_policy(f, ns, tool, table, bridge_hooks[hook]);
		at += sizeof(chain);
	}
	if (rules)
		find_rules(f, ns, tool, table, rules);
}

/*
 * The entries of a table of ebtables, or NULL. The kernel wants the length of all,
 * though it copies the entries to where the structure points.
 */
static char *get_bridge_entries(const struct kind *kind,
				const struct ebt_replace *info, int *err)
{
	size_t len = sizeof(*info) + info->entries_size;
	char *all = xcalloc(1, len), *entries = xcalloc(1, info->entries_size);
	struct ebt_replace want = *info;

	want.num_counters = 0;
	want.entries = entries;
	memcpy(all, &want, sizeof(want));
	*err = get(kind, EBT_SO_GET_ENTRIES, all, len);
	free(all);
	if (!*err)
		return entries;
	free(entries);
	return NULL;
}

static void look_at_bridge_table(struct in_use *u, const struct netns *ns,
				 const char *table)
{
	static const struct kind kind = { .family = AF_INET, .level = IPPROTO_IP };
	char *module = xasprintf("ebtable_%s", table), *entries = NULL;
	struct ebt_replace info = { 0 };
	struct finding f = { 0 };
	int err = 0;

	if (!in_use_live(u, module))
		goto out;
	snprintf(info.name, sizeof(info.name), "%s", table);
	if (u->change || ns->own)
		err = get(&kind, EBT_SO_GET_INFO, &info, sizeof(info));
	if (!err && info.entries_size)
		entries = get_bridge_entries(&kind, &info, &err);
	if (err)
		in_use_add_unknown(u, module, "its table", err);
	else if (entries)
		read_bridge_table(&f, ns, table, entries, info.entries_size);
	add_finding(u, ns, &f, module, table);
out:
	free(entries);
	free(module);
}

/**
 * use_netns_tables - finds the legacy tables of this network namespace
 * @u: receives the uses
 * @ns: the namespace, for messages
 */
void use_netns_tables(struct in_use *u, const struct netns *ns)
{
	static const char *const bridge_tables[] = { "filter", "nat", "broute" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		look_at_all(u, ns, &kinds[i]);
	for (i = 0; i < ARRAY_SIZE(bridge_tables); i++)
		look_at_bridge_table(u, ns, bridge_tables[i]);
}
