/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * use_netns.h - finds what uses modules in the network namespace of this process.
 */
#ifndef NFGUARD_USE_NETNS_H
#define NFGUARD_USE_NETNS_H

#include <stdbool.h>

struct in_use;

/**
 * struct netns - a network namespace, for messages and commands
 * @own: whether it is that of this process
 * @where: "" for the own one, else e.g. " in the network namespace of runc (812)"
 * @enter: "" for the own one, else e.g. "nsenter -t 812 -n "
 */
struct netns {
	bool own;
	const char *where;
	const char *enter;
};

void use_net_each_up(void (*each)(const char *name, const char *kind, void *data),
		     void *data);
void use_netns_links(struct in_use *u, const struct netns *ns);
void use_netns_nft(struct in_use *u, const struct netns *ns);
void use_netns_ipsec(struct in_use *u, const struct netns *ns);
void use_netns_tables(struct in_use *u, const struct netns *ns);

#endif /* NFGUARD_USE_NETNS_H */
