// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakenet.c - stands in for the kernel's netlink, preloaded with fakeguard.c: libmnl's
 * socket answers what files in $NFGUARD_PROC/fake say.
 *
 *	links		the interfaces: "NAME KIND up|down [BUS DEVICE]" a line, KIND "-": none
 *	links-of-NAME	the same of the network namespace NAME
 *	qdiscs		the qdiscs of lo: a kind a line
 *	nft		the tables of nftables: "FAMILY NAME" a line, FAMILY a number
 *	states		the states of IPsec: ESP over IPv4 or IPv6, "4" or "6" a line
 *	errno-nft	the errno that reading the tables gets
 *
 * A request by ioctl(2) for an interface is denied if there is a file
 *	request		"MISSED RULE": it is RULE's last hit, but for the first MISSED, which
 *			come too soon after another denial
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake.h"

/* libmnl's socket: answers one dump from a file, in one datagram. */
static struct mnl_socket {
	int bus;
	unsigned short type;
} netlink;

struct mnl_socket *mnl_socket_open(int bus)
{
	netlink.bus = bus;
	return &netlink;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *request,
			  size_t len)
{
	(void)nl;
	netlink.type = ((const struct nlmsghdr *)request)->nlmsg_type;
	return len;
}

static void put_attr(struct nlmsghdr *nlh, int type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attr + NLA_HDRLEN, data, len);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void put_text(struct nlmsghdr *nlh, int type, const char *text)
{
	put_attr(nlh, type, text, strlen(text) + 1);
}

/* One line of the file as a message. */
static void put_message(struct nlmsghdr *nlh, char *line)
{
	char *first = strtok(line, "\n "), *second = strtok(NULL, "\n ");
	char *third = strtok(NULL, "\n "), *bus = strtok(NULL, "\n ");
	char *device = strtok(NULL, "\n ");
	void *head = NLMSG_DATA(nlh);

	if (netlink.bus == NETLINK_XFRM) {
		struct xfrm_usersa_info *state = head;

		nlh->nlmsg_len = NLMSG_LENGTH(sizeof(*state));
		state->family = atoi(first) == 4 ? AF_INET : AF_INET6;
		state->id.proto = IPPROTO_ESP;
	} else if (netlink.type == RTM_GETLINK) {
		struct ifinfomsg *info = head;
		struct {
			struct nlattr attr;
			char kind[28];
		} nested = { { NLA_HDRLEN + sizeof(nested.kind), IFLA_INFO_KIND }, "" };

		nlh->nlmsg_len = NLMSG_LENGTH(sizeof(*info));
		info->ifi_flags = third && !strcmp(third, "up") ? IFF_UP : 0;
		put_text(nlh, IFLA_IFNAME, first);
		snprintf(nested.kind, sizeof(nested.kind), "%s", second);
		if (device) {
			put_text(nlh, IFLA_PARENT_DEV_NAME, device);
			put_text(nlh, IFLA_PARENT_DEV_BUS_NAME, bus);
		}
		if (strcmp(second, "-"))
			put_attr(nlh, IFLA_LINKINFO, &nested, sizeof(nested));
	} else if (netlink.type == RTM_GETQDISC) {
		struct tcmsg *tc = head;

		nlh->nlmsg_len = NLMSG_LENGTH(sizeof(*tc));
		tc->tcm_ifindex = 1;
		tc->tcm_parent = TC_H_ROOT;
		tc->tcm_handle = 0x10000;
		put_text(nlh, TCA_KIND, first);
	} else {
		struct nfgenmsg *msg = head;

		nlh->nlmsg_len = NLMSG_LENGTH(sizeof(*msg));
		msg->nfgen_family = atoi(first);
		put_text(nlh, NFTA_TABLE_NAME, second);
	}
}

/* Where setns() went: "links", or "links-of-NAME". */
static char links[64] = "links";

/* The fake host has its own network namespace, and those of ip netns. */
int setns(int fd, int type)
{
	char path[32], to[4096], *slash;
	ssize_t n;

	(void)type;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, to, sizeof(to) - 1);
	to[n < 0 ? 0 : n] = '\0';
	slash = strrchr(to, '/');
	if (strstr(to, "/run/netns/")) {
		snprintf(links, sizeof(links), "links-of-%.32s", slash + 1);
	} else if (strstr(to, "/self/ns/net")) {
		strcpy(links, "links");
	} else {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* The file with what was asked for. */
static const char *asked(void)
{
	switch (netlink.bus) {
	case NETLINK_NETFILTER:
		return "nft";
	case NETLINK_XFRM:
		return "states";
	default:
		return netlink.type == RTM_GETQDISC ? "qdiscs" : links;
	}
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *answer, size_t len)
{
	FILE *f = open_fake(asked());
	struct nlmsghdr *nlh = answer;
	char line[256], *at = answer;

	(void)nl;
	memset(answer, 0, len);
	errno = netlink.bus == NETLINK_NETFILTER ? number_in("errno-nft") : 0;
	if (errno)
		return -1;
	while (f && fgets(line, sizeof(line), f)) {
		nlh = (void *)at;
		nlh->nlmsg_type = 16;
		nlh->nlmsg_seq = 1;
		nlh->nlmsg_flags = NLM_F_MULTI;
		put_message(nlh, line);
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	if (f)
		fclose(f);
	nlh = (void *)at;
	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_seq = 1;
	nlh->nlmsg_flags = NLM_F_MULTI;
	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(int));
	return at - (char *)answer + NLMSG_ALIGN(nlh->nlmsg_len);
}

static FILE *write_below(const char *variable, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", getenv(variable), name);
	f = fopen(path, "w");
	if (!f)
		abort();
	return f;
}

static void note_request(const char *name, const char *rule)
{
	FILE *f = write_below("NFGUARD_DEBUGFS", "nfguard/rules");

	fprintf(f, "rule=1 request_denied=1 last=1.000 name=%s pid=%d comm=nfguard uid=0 ",
		name, getpid());
	fprintf(f, "text=\"%s\"\n", rule);
	fclose(f);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int fd, unsigned long request, ...) = dlsym(RTLD_NEXT, "ioctl");
	struct ifreq *ifr;
	char rule[64];
	va_list args;
	int missed;
	FILE *f;

	va_start(args, request);
	ifr = va_arg(args, void *);
	va_end(args);
	f = request == SIOCGIFFLAGS ? open_fake("request") : NULL;
	if (!f)
		return real(fd, request, ifr);
	if (fscanf(f, "%d %63[^\n]", &missed, rule) != 2)
		abort();
	fclose(f);
	if (!missed)
		note_request(ifr->ifr_name, rule);
	f = write_below("NFGUARD_PROC", "fake/request");
	fprintf(f, "%d %s\n", missed ? missed - 1 : 0, rule);
	fclose(f);
	errno = ENODEV;
	return -1;
}
