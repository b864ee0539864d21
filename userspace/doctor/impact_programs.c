// SPDX-License-Identifier: GPL-2.0-only
/*
 * impact_programs.c - the programs that need modules, and what happens without them.
 */
#include "doctor/impact_need.h"

#define FIREWALLD_CONF	"/etc/firewalld/firewalld.conf"

#define NO_RULES	"it then fails to load its rules"
#define NO_NETWORK	"it then does not start, or its containers have no network"
#define NO_MACHINES	"its machines then don't start, or have no network"
#define NO_TUNNELS	"its tunnels then do not come up"

const struct program impact_programs[] = {
	{
		.unit = "nftables.service",
		.files = { "/etc/nftables.conf", "/etc/sysconfig/nftables.conf" },
		.scan = SCAN_NFT,
		.consequence = "its ruleset then does not load, which leaves the host open",
	}, {
		.unit = "ufw.service",
		.setting_file = "/etc/ufw/ufw.conf", .setting = "ENABLED=yes",
		.files = {
			"/etc/ufw/before.rules", "/etc/ufw/user.rules",
			"/etc/ufw/after.rules", "/etc/ufw/before6.rules",
			"/etc/ufw/user6.rules", "/etc/ufw/after6.rules",
		},
		.scan = SCAN_IPTABLES,
		.consequence =
			"it then comes up half loaded, with INPUT at DROP: the host can't be reached",
	}, {
		.unit = "netfilter-persistent.service",
		.files = { "/etc/iptables/rules.v4", "/etc/iptables/rules.v6" },
		.scan = SCAN_IPTABLES,
		.consequence = "its rules then do not load, which leaves the host open",
	}, {
		.unit = "iptables.service",
		.files = { "/etc/sysconfig/iptables", "/etc/iptables/iptables.rules" },
		.scan = SCAN_IPTABLES,
		.consequence = "its rules then do not load, which leaves the host open",
	}, {
		.unit = "ip6tables.service",
		.files = { "/etc/sysconfig/ip6tables", "/etc/iptables/ip6tables.rules" },
		.scan = SCAN_IPTABLES,
		.consequence = "its rules then do not load, which leaves the host open",
	}, {
		.unit = "firewalld.service",
		.setting_file = FIREWALLD_CONF,
		.setting = "FirewallBackend=iptables", .unless = true,
		.needs = {
			"nf_tables", "nft_ct", "nft_chain_nat", "nft_reject",
			"nft_fib",
		},
		.consequence = NO_RULES,
	}, {
		.unit = "firewalld.service",
		.setting_file = FIREWALLD_CONF,
		.setting = "FirewallBackend=iptables",
		.needs = { "x_tables", "xt_conntrack", "nf_nat" },
		.consequence = NO_RULES,
	}, {
		.unit = "docker.service",
		.needs = {
			"overlay", "bridge", "br_netfilter", "veth", "nf_nat",
			"xt_conntrack", "xt_addrtype",
		},
		.iptables = true,
		.consequence = NO_NETWORK,
	}, {
		.unit = "containerd.service",
		.needs = { "overlay", "bridge", "veth" },
		.consequence = "its containers then don't start, or have no network",
	}, {
		.unit = "podman", .binary = "/usr/bin/podman",
		.needs = { "overlay", "bridge", "veth", "nf_nat", "tun" },
		.iptables = true,
		.consequence = "its containers then don't start, or have no network",
	}, {
		/* kube-proxy runs in a container of it, or as part of k3s. */
		.unit = "kubelet.service",
		.needs = {
			"overlay", "bridge", "br_netfilter", "veth", "nf_nat",
			"xt_conntrack", "xt_comment", "xt_mark",
		},
		.iptables = true,
		.consequence = "kube-proxy then fails, and services have no addresses",
	}, {
		.unit = "k3s.service",
		.needs = {
			"overlay", "bridge", "br_netfilter", "veth", "nf_nat",
			"xt_conntrack", "xt_comment", "vxlan",
		},
		.iptables = true,
		.consequence = "kube-proxy then fails, and services have no addresses",
	}, {
		.unit = "libvirtd.service",
		.needs = { "bridge", "tun", "vhost_net", "nf_nat", "kvm" },
		.iptables = true,
		.consequence = NO_MACHINES,
	}, {
		/* libvirt's daemons, where each job has one. */
		.unit = "virtqemud.service",
		.needs = { "tun", "vhost_net", "kvm" },
		.consequence = NO_MACHINES,
	}, {
		.unit = "virtnetworkd.service",
		.needs = { "bridge", "nf_nat" },
		.iptables = true,
		.consequence = NO_MACHINES,
	}, {
		.unit = "strongswan.service",
		.needs = { "xfrm_user", "esp4", "esp6" },
		.consequence = NO_TUNNELS,
	}, {
		/* Of strongSwan's starter and of libreswan. */
		.unit = "ipsec.service",
		.needs = { "xfrm_user", "esp4", "esp6" },
		.consequence = NO_TUNNELS,
	}, {
		.unit = "strongswan-starter.service",
		.needs = { "xfrm_user", "esp4", "esp6" },
		.consequence = NO_TUNNELS,
	}, {
		.unit = "wg-quick@*.service",
		.needs = { "wireguard" },
		.consequence = NO_TUNNELS,
	}, {
		.unit = "openvpn*.service",
		.needs = { "tun" },
		.consequence = NO_TUNNELS,
	}, {
		.unit = "fail2ban.service",
		.iptables = true,
		.consequence = "it then bans nobody",
	}, {
		.unit = "keepalived.service",
		.setting_file = "/etc/keepalived/keepalived.conf",
		.setting = "virtual_server",
		.needs = { "ip_vs" },
		.consequence = "its virtual servers then have no address",
	},
	{ 0 },
};
