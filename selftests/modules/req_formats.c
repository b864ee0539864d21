// SPDX-License-Identifier: GPL-2.0-only
/*
 * req_formats.c - the formats with which the kernel requests modules, as 6.1's source
 * has them. Each is a call of its own, compiled as the original is. A format that one
 * function uses twice is here once.
 */
#include <linux/kmod.h>
#include <linux/mod_devicetable.h>
#include <linux/seq_file.h>

#include "req_formats.h"

#define NAME_55	"nfguard-req-4-5-6-7-8-9-0-1-2-3-4-5-6-7-8-9-0-1-2-3-4-5"

/* Formats that are no literals, as from callers with the name in a variable. */
static const char *const variables[] = { "rds_tcp", "snd_slot_0" };
static const char not_ended[] = { 'c', 't', 'm', 'a', 'r', 'k' };

static bool here(struct walk *walk, const char *where)
{
	if (walk->list)
		seq_printf(walk->list, "case %u %s\n", walk->number, where);
	return walk->number++ == walk->wanted && !walk->list;
}

/* net/netfilter: nf_tables */
static int issue_nf_tables(struct walk *walk)
{
	if (here(walk, "nf_tables_api.c:nf_tables_chain_type_lookup"))
		return request_module("nft-chain-%u-%.*s", 2, 3, "nat");
	if (here(walk, "nf_tables_api.c:nft_expr_type_request_module"))
		return request_module("nft-expr-%u-%.*s", 10, 2, not_ended);
	if (here(walk, "nf_tables_api.c:nft_expr_type_get"))
		return request_module("nft-expr-%.*s", 6, not_ended);
	if (here(walk, "nf_tables_api.c:nft_expr_type_get, a length of zero"))
		return request_module("nft-expr-%.*s", 0, not_ended);
	if (here(walk, "nf_tables_api.c:nft_expr_type_get, a longer length"))
		return request_module("nft-expr-%.*s", 32, "flow-offload");
	if (here(walk, "nf_tables_api.c:nft_obj_type_get"))
		return request_module("nft-obj-%u", 1);
	if (here(walk, "nf_tables_api.c:nft_flowtable_type_get"))
		return request_module("nf-flowtable-%u", 1);
	if (here(walk, "nf_tables_api.c:nf_tables_module_autoload"))
		return request_module("%s", "nft-chain-2-nat");
	if (here(walk, "nft_compat.c:nft_target_init"))
		return request_module("%s", "ebt_among");
	if (here(walk, "nft_log.c:nft_log_modprobe"))
		return request_module("%s", "nf_log_syslog");
	return NOT_HERE;
}

/* net/netfilter: all else */
static int issue_netfilter(struct walk *walk)
{
	if (here(walk, "nf_conntrack_helper.c:nf_conntrack_helper_try_module_get"))
		return request_module("nfct-helper-%s", "ftp");
	if (here(walk, "nf_conntrack_helper.c:nf_nat_helper_try_module_get"))
		return request_module("%s", "ip_nat_ftp");
	if (here(walk, "nf_conntrack_netlink.c:ctnetlink_parse_nat_setup"))
		return request_module("nf-nat");
	if (here(walk, "nf_conntrack_netlink.c:ctnetlink_parse_nat_setup, family"))
		return request_module("nf-nat-%u", 65535);
	if (here(walk, "nf_conntrack_proto.c:nf_ct_netns_do_get"))
		return request_module("nf_conntrack_bridge");
	if (here(walk, "nfnetlink.c:nfnetlink_rcv_msg"))
		return request_module("nfnetlink-subsys-%d", 10);
	if (here(walk, "nfnetlink_log.c:nfulnl_recv_config"))
		return request_module("ip_conntrack_netlink");
	if (here(walk, "x_tables.c:xt_request_find_match"))
		return request_module("%st_%s", "ip6", "conntrack");
	if (here(walk, "x_tables.c:xt_request_find_table_lock"))
		return request_module("%stable_%s", "ip", "nat");
	if (here(walk, "xt_LOG.c:log_tg_check"))
		return request_module("%s", "nf_log_syslog");
	if (here(walk, "xt_NFLOG.c:nflog_tg_check"))
		return request_module("%s", "nfnetlink_log");
	if (here(walk, "xt_physdev.c:physdev_mt_check"))
		return request_module("br_netfilter");
	if (here(walk, "ipset/ip_set_core.c:load_settype"))
		return request_module("ip_set_%s", "hash:ip");
	if (here(walk, "ipvs/ip_vs_sched.c:ip_vs_scheduler_get"))
		return request_module("ip_vs_%s", "rr");
	if (here(walk, "ipvs/ip_vs_pe.c:ip_vs_pe_getbyname"))
		return request_module("ip_vs_pe_%s", "sip");
	return NOT_HERE;
}

/* net/ipv4/netfilter, net/ipv6/netfilter, net/bridge/netfilter */
static int issue_tables(struct walk *walk)
{
	if (here(walk, "ip_tables.c:do_ipt_get_ctl"))
		return request_module("ipt_%s", "MASQUERADE");
	if (here(walk, "arp_tables.c:do_arpt_get_ctl"))
		return request_module("arpt_%s", "mangle");
	if (here(walk, "ip6_tables.c:do_ip6t_get_ctl"))
		return request_module("ip6t_%s", "conntrack");
	if (here(walk, "ebtables.c:find_inlist_lock"))
		return request_module("%s%s", "ebtable_", "nat");
	if (here(walk, "ebtables.c:ebt_check_match"))
		return request_module("ebt_%s", "limit");
	if (here(walk, "ebt_nflog.c:ebt_nflog_tg_check"))
		return request_module("%s", "nfnetlink_log");
	return NOT_HERE;
}

/* net/sched */
static int issue_sched(struct walk *walk)
{
	if (here(walk, "ematch.c:tcf_em_validate"))
		return request_module("ematch-kind-%u", 9);
	if (here(walk, "sch_api.c:qdisc_create"))
		return request_module("sch_%s", "fq_codel");
	if (here(walk, "sch_api.c:qdisc_create, since 6.9"))
		return request_module("net-sch-%s", "fq_codel");
	if (here(walk, "act_api.c:tc_action_load_ops"))
		return request_module("act_%s", "ct");
	if (here(walk, "act_api.c:tc_action_load_ops, since 6.9"))
		return request_module("net-act-%s", "ct");
	if (here(walk, "cls_api.c:tcf_proto_lookup_ops"))
		return request_module("cls_%s", "flower");
	if (here(walk, "act_ife.c:load_metaops_and_vet"))
		return request_module("ife-meta-%s", "skbmark");
	return NOT_HERE;
}

/* net: families, protocols, devices and tunnels */
static int issue_net(struct walk *walk)
{
	if (here(walk, "socket.c:__sock_create"))
		return request_module("net-pf-%d", 45);
	if (here(walk, "af_netlink.c:netlink_create"))
		return request_module("net-pf-%d-proto-%d", 16, 12);
	if (here(walk, "af_netlink.c:netlink_create, a negative protocol"))
		return request_module("net-pf-%d-proto-%d", 16, INT_MIN);
	if (here(walk, "genetlink.c:ctrl_getfamily"))
		return request_module("net-pf-%d-proto-%d-family-%s", 16, 16,
				      "ovs_datapath");
	if (here(walk, "sock.c:sock_load_diag_module"))
		return request_module("net-pf-%d-proto-%d-type-%d", 16, 4, 2);
	if (here(walk, "sock.c:sock_load_diag_module, protocol"))
		return request_module("net-pf-%d-proto-%d-type-%d-%d", 16, 4, 2,
				      255);
	if (here(walk, "af_inet.c:inet_create"))
		return request_module("net-pf-%d-proto-%d-type-%d", 2, 132, 1);
	if (here(walk, "dev_ioctl.c:dev_load"))
		return request_module("netdev-%s", "nf-conntrack");
	if (here(walk, "dev_ioctl.c:dev_load, by root"))
		return request_module("%s", "nf-conntrack");
	if (here(walk, "dev_ioctl.c:dev_load, a percent sign"))
		return request_module("%s", "nf%s%n%d");
	if (here(walk, "rtnetlink.c:__rtnl_newlink"))
		return request_module("rtnl-link-%s", "vxlan");
	if (here(walk, "lwtunnel.c:lwtunnel_valid_encap_type"))
		return request_module("rtnl-lwt-%s", "MPLS");
	if (here(walk, "tcp_cong.c:tcp_ca_find_autoload"))
		return request_module("tcp_%s", "bbr");
	if (here(walk, "tcp_ulp.c:__tcp_ulp_find_autoload"))
		return request_module("tcp-ulp-%s", "tls");
	if (here(walk, "xfrm_state.c:xfrm_get_type"))
		return request_module("xfrm-type-%d-%d", 2, 50);
	if (here(walk, "l2tp_netlink.c:l2tp_nl_cmd_session_create"))
		return request_module("net-l2tp-type-%u", 5);
	if (here(walk, "vport.c:ovs_vport_add"))
		return request_module("vport-type-%d", 4);
	if (here(walk, "dsa.c:dsa_tag_driver_get"))
		return request_module("%s%d", "dsa_tag-", 6);
	return NOT_HERE;
}

/* net: transports, authentication and rarer families */
static int issue_more_net(struct walk *walk)
{
	if (here(walk, "af_bluetooth.c:bt_sock_create"))
		return request_module("bt-proto-%d", 0);
	if (here(walk, "svc_xprt.c:svc_xprt_create"))
		return request_module("svc%s", "rdma");
	if (here(walk, "auth.c:rpcauth_get_authops"))
		return request_module("rpc-auth-%u", 390003u);
	if (here(walk, "resources.c:atm_dev_ioctl"))
		return request_module("atm-device-%d", 3);
	if (here(walk, "gss_mech_switch.c:gss_mech_get_by_name"))
		return request_module("rpc-auth-gss-%s", "krb5");
	if (here(walk, "gss_mech_switch.c:gss_mech_get_by_pseudoflavor"))
		return request_module("rpc-auth-gss-%u", 390003u);
	if (here(walk, "xprt.c:xprt_find_transport_ident"))
		return request_module("rpc%s", "tcp");
	if (here(walk, "xfrm_state.c:xfrm_get_type_offload"))
		return request_module("xfrm-offload-%d-%d", 10, 50);
	if (here(walk, "af_can.c:can_create"))
		return request_module("can-proto-%d", 1);
	if (here(walk, "af_phonet.c:phonet_proto_get"))
		return request_module("net-pf-%d-proto-%d", 35, 1);
	if (here(walk, "sock.c:sock_load_diag_module, family"))
		return request_module("net-pf-%d-proto-%d-type-%d", 16, 4, 10);
	if (here(walk, "9p/mod.c:v9fs_get_trans_by_name"))
		return request_module("9p-%s", "virtio");
	if (here(walk, "transport.c:rds_trans_get, no literal"))
		return request_module(variables[0]);
	return NOT_HERE;
}

/* outside net, for the conversions that net does not use */
static int issue_others(struct walk *walk)
{
	if (here(walk, "fs/filesystems.c:get_fs_type"))
		return request_module("fs-%.*s", 4, "ext4.x");
	if (here(walk, "fs/exec.c:search_binary_handler"))
		return request_module("binfmt-%04x", 0xab);
	if (here(walk, "fs/nfs/pnfs.c:set_pnfs_layoutdriver"))
		return request_module("%s-%u", "nfs-layouttype4", 4);
	if (here(walk, "crypto/api.c:crypto_larval_lookup"))
		return request_module("crypto-%s-all", "cbc(aes)");
	if (here(walk, "sound/core/timer.c:snd_timer_request"))
		return request_module("snd-timer-%i", -1);
	if (here(walk, "sound/core/sound.c:snd_request_other, no literal"))
		return request_module(variables[1]);
	if (here(walk, "drivers/w1/w1.c:w1_attach_slave_device"))
		return request_module("w1-family-0x%02X", 0x1f);
	if (here(walk, "drivers/mtd/chips/gen_probe.c:cfi_cmdset_unknown"))
		return request_module("cfi_cmdset_%4.4X", 0xab);
	if (here(walk, "drivers/net/phy/phy_device.c:phy_request_driver_module"))
		return request_module(MDIO_MODULE_PREFIX MDIO_ID_FMT,
				      MDIO_ID_ARGS(0x12345679));
	return NOT_HERE;
}

/* in no source, but possible */
static int issue_invented(struct walk *walk)
{
	if (here(walk, "percent signs"))
		return request_module("100%%-%s-%%%d%%", "x", 7);
	if (here(walk, "five values"))
		return request_module("%d-%s-%u-%s-%d", 1, "b", 3, "d", 5);
	if (here(walk, "eight values"))
		return request_module("%s%d%s%d%s%d%s%d", "a", 1, "b", 2, "c", 3,
				      "d", 4);
	if (here(walk, "a star that takes the last register"))
		return request_module("%d-%d-%d-%.*s", 1, 2, 3, 2, "xyz");
	if (here(walk, "a width"))
		return request_module("%0*d-%*s-%x", 4, 7, 2, "ab", 255);
	if (here(walk, "wide integers"))
		return request_module("%llu-%ld-%hhu-%c-%zu", 1ULL << 40, -5L, 200,
				      'c', (size_t)9);
	if (here(walk, "a null string"))
		return request_module("nfguard-%s", (char *)NULL);
	if (here(walk, "an empty name"))
		return request_module("%s", "");
	if (here(walk, "a literal of 55 characters"))
		return request_module(NAME_55);
	if (here(walk, "55 characters"))
		return request_module("%s", NAME_55);
	if (here(walk, "55 characters, five values"))
		return request_module("%.11s%.11s%.11s%.11s%.11s", NAME_55, NAME_55,
				      NAME_55, NAME_55, NAME_55);
	return NOT_HERE;
}

int issue_format(struct walk *walk)
{
	static const struct {
		int (*issue)(struct walk *walk);
	} parts[] = {
		{ issue_nf_tables },
		{ issue_netfilter },
		{ issue_tables },
		{ issue_sched },
		{ issue_net },
		{ issue_more_net },
		{ issue_others },
		{ issue_invented },
	};
	int i, ret = NOT_HERE;

	for (i = 0; i < ARRAY_SIZE(parts) && ret == NOT_HERE; i++)
		ret = parts[i].issue(walk);
	return ret;
}
