// SPDX-License-Identifier: GPL-2.0-only
/*
 * use_net.c - the interfaces, qdiscs, nftables tables and IPsec states of a network
 * namespace, and the modules behind them.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/paths.h"
#include "force/in_use.h"
#include "force/use_netns.h"

/**
 * struct search - what the callbacks of a dump get
 * @u: receives the uses
 * @ns: the network namespace
 */
struct search {
	struct in_use *u;
	const struct netns *ns;
};

/*
 * Sends a request for all of something, and has each answer read. Returns 0 or a
 * negative errno.
 */
static int dump(int bus, struct nlmsghdr *request, mnl_cb_t each, void *data)
{
	struct mnl_socket *nl = mnl_socket_open(bus);
	char answer[32768];
	ssize_t n = -1;
	int err = 0;

	if (!nl)
		return -errno;
	request->nlmsg_seq = 1;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(nl, request, request->nlmsg_len) >= 0)
		while ((n = mnl_socket_recvfrom(nl, answer, sizeof(answer))) > 0) {
			n = mnl_cb_run(answer, n, 1, mnl_socket_get_portid(nl),
				       each, data);
			if (n <= MNL_CB_STOP)
				break;
		}
	if (n < 0)
		err = -errno;
	mnl_socket_close(nl);
	return err;
}

/* The text of an attribute, or NULL. */
static const char *text_of(const struct nlattr *attr)
{
	return attr && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0 ?
	       mnl_attr_get_str(attr) : NULL;
}

static const struct nlattr *find(const struct nlmsghdr *nlh, size_t offset,
				 int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, offset)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static const char *kind_of(const struct nlmsghdr *nlh)
{
	const struct nlattr *info, *attr;

	info = find(nlh, sizeof(struct ifinfomsg), IFLA_LINKINFO);
	if (!info)
		return NULL;
	mnl_attr_for_each_nested(attr, info)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			return text_of(attr);
	return NULL;
}

/*
 * A tunnel's module makes one of these in every network namespace. Nobody asked for
 * it, it can't be deleted, and it does nothing unless someone sets it up.
 */
static bool is_fallback(const char *name)
{
	static const char *const names[] = {
		"sit0", "tunl0", "gre0", "gretap0", "erspan0", "ip6tnl0",
		"ip6gre0", "ip_vti0", "ip6_vti0",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/*
 * The device of an interface in /sys, to be freed, or NULL. class/net shows the network
 * namespace that it was mounted in; in others the interface itself tells, since Linux 5.14.
 */
static char *device_of(const struct search *s, const char *name,
		       const struct nlmsghdr *nlh)
{
	size_t offset = sizeof(struct ifinfomsg);
	const char *bus, *device;

	if (s->ns->own)
		return xasprintf("class/net/%s/device", name);
	bus = text_of(find(nlh, offset, IFLA_PARENT_DEV_BUS_NAME));
	device = text_of(find(nlh, offset, IFLA_PARENT_DEV_NAME));
	return bus && device ? xasprintf("bus/%s/devices/%s", bus, device) : NULL;
}

/* A device with a driver of its own, e.g. a network card, if it is up. */
static void add_driver(struct search *s, const char *name, const char *device)
{
	char *file = xasprintf("%s/driver/module", device);
	char *path = path_sys(file), *slash, to[4096];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	if (n > 0) {
		to[n] = '\0';
		slash = strrchr(to, '/');
		in_use_add(s->u, slash ? slash + 1 : to,
			   xasprintf("interface %s%s", esc(name), s->ns->where),
			   xasprintf("%sip link set %s down", s->ns->enter, esc(name)));
	}
	free(path);
	free(file);
}

/*
 * The interfaces of a kind go one by one, but for those of Open vSwitch: they are ports of
 * its datapath, which goes as a whole, and comes back as long as its daemon runs.
 */
static char *remedy_of_link(const struct netns *ns, const char *name, const char *kind)
{
	if (!strcmp(kind, "openvswitch"))
		return xasprintf("%sovs-appctl exit; %sovs-dpctl del-dp ovs-system", ns->enter,
				 ns->enter);
	return xasprintf(is_fallback(name) ? "%sip link set %s down" : "%sip link del %s",
			 ns->enter, esc(name));
}

static int read_link(const struct nlmsghdr *nlh, void *data)
{
	static const char *const aliases[] = { "rtnl-link-", "", NULL };
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const char *name = text_of(find(nlh, sizeof(*info), IFLA_IFNAME));
	const char *kind = kind_of(nlh);
	struct search *s = data;
	bool up = info->ifi_flags & IFF_UP;
	char *what, *remedy, *device;

	if (!name)
		return MNL_CB_OK;
	device = !kind && up ? device_of(s, name, nlh) : NULL;
	if (device)
		add_driver(s, name, device);
	free(device);
	if (!kind || (is_fallback(name) && !up))
		return MNL_CB_OK;
	what = xasprintf("interface %s%s", esc(name), s->ns->where);
	remedy = remedy_of_link(s->ns, name, kind);
	in_use_add_alias(s->u, aliases, kind, what, remedy);
	free(remedy);
	free(what);
	return MNL_CB_OK;
}

/* A qdisc without a handle is the default, which can only be replaced. */
static char *remedy_of_qdisc(const struct netns *ns, const struct tcmsg *tc,
			     const char *kind, const char *device)
{
	if (tc->tcm_parent == TC_H_INGRESS)
		return xasprintf("%stc qdisc del dev %s %s", ns->enter, device,
				 esc(kind));
	if (tc->tcm_handle)
		return xasprintf("%stc qdisc del dev %s root", ns->enter, device);
	return xasprintf("%ssysctl net.core.default_qdisc=pfifo_fast; "
			 "%stc qdisc replace dev %s root pfifo_fast",
			 ns->enter, ns->enter, device);
}

static int read_qdisc(const struct nlmsghdr *nlh, void *data)
{
	static const char *const aliases[] = { "sch_", "net-sch-", NULL };
	const struct tcmsg *tc = mnl_nlmsg_get_payload(nlh);
	const char *kind = text_of(find(nlh, sizeof(*tc), TCA_KIND));
	char device[IF_NAMESIZE] = "?";
	struct search *s = data;
	char *what, *remedy;

	if (!kind)
		return MNL_CB_OK;
	if_indextoname(tc->tcm_ifindex, device);
	what = xasprintf("qdisc %s on %s%s", esc(kind), esc(device), s->ns->where);
	remedy = remedy_of_qdisc(s->ns, tc, kind, esc(device));
	in_use_add_alias(s->u, aliases, kind, what, remedy);
	free(remedy);
	free(what);
	return MNL_CB_OK;
}

/**
 * struct visit - what a visit of the interfaces is given
 * @each: called for each
 * @data: for that
 */
struct visit {
	void (*each)(const char *name, const char *kind, void *data);
	void *data;
};

static int visit_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const char *name = text_of(find(nlh, sizeof(*info), IFLA_IFNAME));
	const char *kind = kind_of(nlh);
	const struct visit *visit = data;

	if (name && kind && (info->ifi_flags & IFF_UP))
		visit->each(name, kind, visit->data);
	return MNL_CB_OK;
}

static int dump_links(mnl_cb_t each, void *data)
{
	struct nlmsghdr *nlh;
	char buf[256];

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	return dump(NETLINK_ROUTE, nlh, each, data);
}

/**
 * use_net_each_up - visits the interfaces that are up and of a kind
 * @each: called for each, with @data
 * @data: for @each
 */
void use_net_each_up(void (*each)(const char *name, const char *kind, void *data),
		     void *data)
{
	struct visit visit = { each, data };

	dump_links(visit_link, &visit);
}

/**
 * use_netns_links - finds the interfaces and qdiscs of this network namespace
 * @u: receives the uses
 * @ns: the namespace, for messages
 */
void use_netns_links(struct in_use *u, const struct netns *ns)
{
	struct search s = { .u = u, .ns = ns };
	char buf[256];
	struct nlmsghdr *nlh;
	int err;

	err = dump_links(read_link, &s);
	if (err)
		msg_warn("cannot tell which interfaces there are%s: %s",
			 ns->where, strerror(-err));
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = RTM_GETQDISC;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct tcmsg));
	/* The kernel keeps the module of a qdisc: this is only for its name. */
	dump(NETLINK_ROUTE, nlh, read_qdisc, &s);
}

static const char *family_word(int family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_ARP:
		return "arp";
	case NFPROTO_NETDEV:
		return "netdev";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_IPV6:
		return "ip6";
	default:
		return "?";
	}
}

static int read_table(const struct nlmsghdr *nlh, void *data)
{
	const struct nfgenmsg *msg = mnl_nlmsg_get_payload(nlh);
	const char *name = text_of(find(nlh, sizeof(*msg), NFTA_TABLE_NAME));
	const char *family = family_word(msg->nfgen_family);
	struct search *s = data;

	if (name)
		in_use_add(s->u, "nf_tables",
			   xasprintf("table %s %s%s", family, esc(name), s->ns->where),
			   xasprintf("%snft delete table %s %s", s->ns->enter, family,
				     esc(name)));
	return MNL_CB_OK;
}

/**
 * use_netns_nft - finds the tables of nftables in this network namespace
 * @u: receives the uses
 * @ns: the namespace, for messages
 *
 * Any table counts: iptables-nft makes them too, with chains of any policy.
 */
void use_netns_nft(struct in_use *u, const struct netns *ns)
{
	struct search s = { .u = u, .ns = ns };
	struct nlmsghdr *nlh;
	struct nfgenmsg *msg;
	char buf[256];
	int err;

	/* If it is not live, asking would have the kernel request it. */
	if (!in_use_live(u, "nf_tables"))
		return;
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	msg = mnl_nlmsg_put_extra_header(nlh, sizeof(*msg));
	msg->nfgen_family = NFPROTO_UNSPEC;
	msg->version = NFNETLINK_V0;
	err = dump(NETLINK_NETFILTER, nlh, read_table, &s);
	if (err)
		in_use_add_unknown(u, "nf_tables", "the list of its tables", err);
}

/* What transforms packets by IPsec's states. */
static const struct {
	int family;
	int protocol;
	const char *module;
} transforms[] = {
	{ AF_INET, IPPROTO_ESP, "esp4" },
	{ AF_INET6, IPPROTO_ESP, "esp6" },
	{ AF_INET, IPPROTO_AH, "ah4" },
	{ AF_INET6, IPPROTO_AH, "ah6" },
	{ AF_INET, IPPROTO_COMP, "ipcomp" },
	{ AF_INET6, IPPROTO_COMP, "ipcomp6" },
};

/* Counts a state for its module. */
static int read_state(const struct nlmsghdr *nlh, void *data)
{
	const struct xfrm_usersa_info *state = mnl_nlmsg_get_payload(nlh);
	size_t *counts = data, i;

	for (i = 0; i < ARRAY_SIZE(transforms); i++)
		if (transforms[i].family == state->family &&
		    transforms[i].protocol == state->id.proto)
			counts[i]++;
	return MNL_CB_OK;
}

/**
 * use_netns_ipsec - finds the IPsec states of this network namespace
 * @u: receives the uses
 * @ns: the namespace, for messages
 *
 * There may be thousands: they are told by their number.
 */
void use_netns_ipsec(struct in_use *u, const struct netns *ns)
{
	size_t counts[ARRAY_SIZE(transforms)] = { 0 }, i;
	struct nlmsghdr *nlh;
	char buf[256];

	/* If it is not live, asking would have the kernel request it. */
	if (!in_use_live(u, "xfrm_user"))
		return;
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = XFRM_MSG_GETSA;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	/* The kernel keeps the module of a state: this is only for its name. */
	dump(NETLINK_XFRM, nlh, read_state, counts);
	for (i = 0; i < ARRAY_SIZE(transforms); i++) {
		if (!counts[i] || !in_use_live(u, transforms[i].module))
			continue;
		in_use_add(u, transforms[i].module,
			   xasprintf("IPsec (%zu state%s)%s", counts[i],
				     PLURAL(counts[i]), ns->where),
			   xasprintf("%sip xfrm state flush", ns->enter));
	}
}
