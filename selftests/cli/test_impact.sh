# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What on a host needs a denied module: told before by deny, with its place by
# check, and with a remedy by the doctor.

# firewall_tree: a small one with what firewalls and containers load.
firewall_tree()
{
	tree <<-'END'
	needs kernel/x_tables.ko
	needs kernel/nf_tables.ko
	needs kernel/nf_conntrack.ko
	needs kernel/nf_nat.ko kernel/nf_conntrack.ko
	needs kernel/nft_ct.ko kernel/nf_tables.ko kernel/nf_conntrack.ko
	needs kernel/nft_nat.ko kernel/nf_tables.ko kernel/nf_nat.ko kernel/nf_conntrack.ko
	needs kernel/nft_masq.ko kernel/nf_tables.ko kernel/nf_nat.ko kernel/nf_conntrack.ko
	needs kernel/nft_chain_nat.ko kernel/nf_tables.ko kernel/nf_nat.ko kernel/nf_conntrack.ko
	needs kernel/nft_log.ko kernel/nf_tables.ko
	needs kernel/nft_reject.ko kernel/nf_tables.ko
	needs kernel/xt_conntrack.ko kernel/nf_conntrack.ko kernel/x_tables.ko
	needs kernel/xt_LOG.ko kernel/x_tables.ko
	needs kernel/ip_tables.ko kernel/x_tables.ko
	needs kernel/iptable_filter.ko kernel/ip_tables.ko kernel/x_tables.ko
	needs kernel/bridge.ko
	needs kernel/br_netfilter.ko kernel/bridge.ko
	needs kernel/overlay.ko
	needs kernel/veth.ko
	needs updates/nfguard.ko
	END
}

# enabled UNIT
enabled()
{
	local wants=$host/root/etc/systemd/system/multi-user.target.wants

	mkdir -p "$wants"
	ln -s "/lib/systemd/system/$1" "$wants/$1"
}

# An ordinary one, as Debian's examples have it.
nftables_conf()
{
	cat >"$host/root/etc/nftables.conf" <<-'END'
	#!/usr/sbin/nft -f
	# ct state is in a comment
	flush ruleset

	include "/etc/nftables.d/*.nft"

	table inet filter {
		chain input {
			type filter hook input priority 0; policy drop;
			ct state vmap { established : accept, related : accept }
			ct state invalid drop
			iif lo accept comment "ct, and masquerade"
			jump log
		}
		chain log { }
	}
	END
	mkdir -p "$host/root/etc/nftables.d"
	cat >"$host/root/etc/nftables.d/nat.nft" <<-'END'
	table ip nat {
		chain post {
			type nat hook postrouting priority 100;
			oif eth0 masquerade
		}
	}
	END
}

test_impact_on_nftables()
{
	firewall_tree
	nftables_conf
	nfg deny nf_conntrack
	exits 0
	silent
	nfg remove nf_conntrack
	enabled nftables.service
	nfg deny nf_conntrack
	exits 0
	err <<<"nfguard: warning: nftables.service needs nft_chain_nat, nft_masq, nft_ct: its ruleset then does not load, which leaves the host open (nfguard check says where): to undo this: nfguard remove nf_conntrack"
	# About what is edited, and not about what was denied before.
	nfg deny veth
	exits 0
	silent
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: /etc/nftables.d/nat.nft:3: nftables.service needs nft_chain_nat for 'type nat', which 'deny nf_conntrack' at /etc/nfguard.d/50-nfguard.conf:5 denies: its ruleset then does not load, which leaves the host open: nfguard remove nf_conntrack, or do without it there
	nfguard: warning: /etc/nftables.d/nat.nft:4: nftables.service needs nft_masq for 'masquerade', which 'deny nf_conntrack' at /etc/nfguard.d/50-nfguard.conf:5 denies: its ruleset then does not load, which leaves the host open: nfguard remove nf_conntrack, or do without it there
	nfguard: warning: /etc/nftables.conf:10: nftables.service needs nft_ct for 'ct' (and on 1 more line), which 'deny nf_conntrack' at /etc/nfguard.d/50-nfguard.conf:5 denies: its ruleset then does not load, which leaves the host open: nfguard remove nf_conntrack, or do without it there
	END
	nfg doctor
	exits 0
	out_has "/etc/nftables.conf:10: nftables.service needs nft_ct for 'ct'"
	out_has "    remedy: nfguard remove nf_conntrack, or do without it there"
	needs_json || return 0
	nfg doctor --json
	json 'd["findings"][0]["check"]' impact
	json 'd["findings"][2]["line"]' 10
}

# Elsewhere than in the file that remove edits, and where that is refused.
test_impact_remedy_fits_the_rule_and_the_state()
{
	firewall_tree
	nftables_conf
	enabled nftables.service
	conf etc/nfguard.d/10-site.conf <<-'END'
	# the site's
	deny xt_* \
		@kernel
	END
	echo 'default allow' >"$host/root/etc/nfguard.d/50.conf"
	conf etc/nfguard.d/10-site.conf <<<'deny nft_l* nft_ct'
	nfg check
	err_has "nft_ct for 'ct' (and on 1 more line), which 'deny nft_l* nft_ct' at /etc/nfguard.d/10-site.conf:1 denies: its ruleset then does not load, which leaves the host open: take nft_ct out of /etc/nfguard.d/10-site.conf:1, then nfguard apply, or"
	set_status locked 1
	nfg check
	err_has "take nft_ct out of /etc/nfguard.d/10-site.conf:1, nfguard apply --store, then reboot, or"
	set_status locked 0
	rm "$host/root/etc/nfguard.d/10-site.conf"
	nfg deny --runtime nft_ct
	err_has "to undo this: nfguard remove --runtime nft_ct"
	nfg remove --runtime nft_ct
	conf etc/nfguard.d/50.conf <<-'END'
	default deny
	allow nf_tables nft_masq nft_chain_nat
	END
	nfg check
	err_has "which 'default deny' denies: its ruleset then does not load, which leaves the host open: nfguard allow nft_ct, or"
}

test_impact_on_ufw()
{
	firewall_tree
	mkdir -p "$host/root/etc/ufw" "$host/root/etc/alternatives"
	enabled ufw.service
	echo ENABLED=no >"$host/root/etc/ufw/ufw.conf"
	cat >"$host/root/etc/ufw/before.rules" <<-'END'
	# -m conntrack
	*filter
	:ufw-before-input - [0:0]
	-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	-A ufw-before-input -j LOG
	COMMIT
	END
	nfg deny nf_conntrack
	exits 0
	silent
	nfg remove nf_conntrack
	echo ENABLED=yes >"$host/root/etc/ufw/ufw.conf"
	nfg deny nf_conntrack
	exits 0
	err <<<"nfguard: warning: ufw.service needs xt_conntrack: it then comes up half loaded, with INPUT at DROP: the host can't be reached (nfguard check says where): to undo this: nfguard remove nf_conntrack"
	nfg check
	err_has "/etc/ufw/before.rules:4: ufw.service needs xt_conntrack for '-m conntrack', which"
	# Which table's module it is depends on which iptables it is.
	nfg deny nf_tables
	err_has "ufw.service needs nf_tables: "
	ln -s /usr/sbin/iptables-legacy "$host/root/etc/alternatives/iptables"
	nfg remove nf_tables
	nfg deny xt_LOG iptable_filter
	err_has "ufw.service needs iptable_filter, xt_LOG: "
	# xt_nat is SNAT and DNAT, and known by these as aliases alone.
	echo 'kernel/xt_nat.ko: kernel/x_tables.ko' >>"$host/modules/modules.dep"
	echo 'alias ipt_SNAT xt_nat' >>"$host/modules/modules.alias"
	echo '-A ufw-after -j SNAT --to-source 192.0.2.1' >"$host/root/etc/ufw/after.rules"
	nfg impact xt_nat
	out_has "/etc/ufw/after.rules:1"
}

# Where Fedora, Red Hat and Arch have them.
test_impact_on_firewalls_of_other_distributions()
{
	firewall_tree
	echo 'kernel/ip6table_nat.ko: kernel/x_tables.ko' >>"$host/modules/modules.dep"
	mkdir -p "$host/root/etc/sysconfig" "$host/root/etc/iptables" "$host/root/etc/alternatives"
	enabled nftables.service
	echo 'add rule inet f c ct state new drop' >"$host/root/etc/sysconfig/nftables.conf"
	nfg deny nft_ct
	err_has "nftables.service needs nft_ct: "
	enabled iptables.service
	echo '-A INPUT -m conntrack --ctstate NEW -j ACCEPT' >"$host/root/etc/sysconfig/iptables"
	nfg impact xt_conntrack
	out_has "/etc/sysconfig/iptables:1"
	enabled ip6tables.service
	ln -s /usr/sbin/iptables-legacy "$host/root/etc/alternatives/iptables"
	for file in sysconfig/ip6tables iptables/ip6tables.rules; do
		echo '*nat' >"$host/root/etc/$file"
		nfg impact ip6table_nat
		out_has "/etc/$file:1"
		rm "$host/root/etc/$file"
	done
}

test_impact_on_firewalld_depends_on_its_backend()
{
	firewall_tree
	mkdir -p "$host/root/etc/firewalld"
	enabled firewalld.service
	nfg deny nf_tables
	err_has "firewalld.service needs nf_tables, nft_ct, nft_chain_nat, nft_reject: it then fails to load its rules"
	echo FirewallBackend=iptables >"$host/root/etc/firewalld/firewalld.conf"
	nfg deny nf_tables
	silent
	nfg deny nf_conntrack
	err_has "firewalld.service needs xt_conntrack, nf_nat: "
	nfg check
	err_has "/etc/firewalld/firewalld.conf:1: firewalld.service needs nf_nat, which"
}

test_impact_on_containers()
{
	firewall_tree
	enabled docker.service
	enabled containerd.service
	nfg deny bridge
	exits 0
	err <<-'END'
	nfguard: warning: docker.service needs bridge, br_netfilter: it then does not start, or its containers have no network (nfguard check says where): to undo this: nfguard remove bridge
	nfguard: warning: containerd.service needs bridge: its containers then don't start, or have no network (nfguard check says where): to undo this: nfguard remove bridge
	END
	nfg check
	err_has "/etc/systemd/system/multi-user.target.wants/docker.service: docker.service needs bridge, which 'deny bridge' at /etc/nfguard.d/50-nfguard.conf:4 denies: it then does not start, or its containers have no network: nfguard remove bridge"
	err_lacks "do without it"
	# What this kernel lacks, or has built in, is not denied to anybody.
	sed -i '/overlay/d' "$host/modules/modules.dep"
	nfg deny overlay
	err_lacks docker
	# Nor is it to a program of root's.
	nfg deny unprivileged veth
	err_lacks docker
}

# Which modules these are depends on which iptables it is.
test_impact_on_programs_that_run_iptables()
{
	local unit

	firewall_tree
	echo 'kernel/nft_compat.ko: kernel/nf_tables.ko kernel/x_tables.ko' >>"$host/modules/modules.dep"
	echo 'kernel/iptable_nat.ko: kernel/ip_tables.ko kernel/nf_nat.ko' >>"$host/modules/modules.dep"
	for unit in docker kubelet k3s libvirtd virtnetworkd fail2ban; do
		enabled $unit.service
	done
	nfg deny --dry-run nf_tables
	for unit in docker kubelet k3s libvirtd virtnetworkd; do
		err_has "$unit.service needs nf_tables, nft_compat, nft_chain_nat: "
	done
	err_has "fail2ban.service needs nf_tables, nft_compat: it then bans nobody"
	mkdir -p "$host/root/etc/alternatives"
	ln -s /usr/sbin/iptables-legacy "$host/root/etc/alternatives/iptables"
	nfg deny --dry-run nf_tables
	err_lacks docker
	nfg deny --dry-run ip_tables
	err_has "docker.service needs ip_tables, iptable_filter, iptable_nat: "
	err_has "fail2ban.service needs ip_tables, iptable_filter: "
}

test_impact_of_files_that_include_each_other()
{
	local n

	firewall_tree
	enabled nftables.service
	mkdir -p "$host/root/etc/nftables.d"
	echo 'include "nftables.d"' >"$host/root/etc/nftables.conf"
	# Were it not for a limit, these would be read 20^15 times.
	for n in {1..20}; do
		echo 'include "/etc/nftables.conf"' >"$host/root/etc/nftables.d/b$n.nft"
	done
	echo 'include "/etc/nftables.conf" # once more' >"$host/root/etc/nftables.d/a.nft"
	echo 'add rule inet f c ct state new drop' >>"$host/root/etc/nftables.d/a.nft"
	nfg deny nft_ct
	exits 0
	err_has "nftables.service needs nft_ct: "
}

# Where nothing is done there is nothing to undo, and check says nothing.
test_impact_told_by_a_dry_run()
{
	firewall_tree
	nftables_conf
	enabled nftables.service
	nfg deny --dry-run nf_conntrack
	exits 0
	err <<<"nfguard: warning: nftables.service needs nft_chain_nat, nft_masq, nft_ct: its ruleset then does not load, which leaves the host open (nfguard impact nft_chain_nat nft_masq nft_ct says where)"
	nfg impact nft_chain_nat nft_masq nft_ct
	out_has /etc/nftables.conf:10
}

# To the letter, the whole of what was done is undone, where it was done.
test_impact_undone_by_what_it_says()
{
	local preset=usr/share/nfguard/presets/no-docker.conf

	firewall_tree
	enabled docker.service
	nfg deny bridge veth overlay
	err <<<"nfguard: warning: docker.service needs overlay, bridge, br_netfilter, veth: it then does not start, or its containers have no network (nfguard check says where): to undo this: nfguard remove overlay bridge veth"
	nfg remove overlay bridge veth
	exits 0
	silent
	mkdir -p "$(dirname "$host/root/$preset")"
	printf '# Without docker\ndeny bridge veth\n' >"$host/root/$preset"
	nfg preset enable no-docker --dry-run
	exits 0
	err <<<"nfguard: warning: docker.service needs bridge, br_netfilter, veth: it then does not start, or its containers have no network (nfguard impact bridge br_netfilter veth says where)"
	nfg preset enable no-docker
	exits 0
	err_has "(nfguard check says where): to undo this: nfguard preset disable no-docker"
	nfg check
	err_has "or its containers have no network: nfguard preset disable no-docker"
	nfg preset disable no-docker
	exits 0
	silent
	# One's own copy is edited.
	sed 's/veth//' "$host/root/$preset" >"$etc/50-preset-no-docker.conf"
	nfg check
	err_has "take bridge out of /etc/nfguard.d/50-preset-no-docker.conf:2, then nfguard apply"
}

test_impact_undone_in_the_image_that_was_edited()
{
	linked_image
	mkdir -p "$image/etc/modules-load.d" "$image/etc/systemd/system/multi-user.target.wants"
	ln -s /lib/systemd/system/own.service "$image/etc/systemd/system/multi-user.target.wants"
	echo 'ExecStart=modprobe base' >"$image/etc/systemd/system/own.service"
	nfg deny --root "$image" base
	err_has "(nfguard check --root image says where): to undo this: nfguard remove base --root image"
	nfg check --root "$image"
	err_has "that command of it then fails: nfguard remove base --root image, or do without it there"
	nfg deny --root "$image" --dry-run base
	err_has "(nfguard impact base --root image says where)"
	nfg remove base --root "$image"
	exits 0
	echo 'deny base' >"$image/data/nfguard.d/60.conf"
	nfg check --root "$image"
	err_has "take base out of image/etc/nfguard.d/60.conf:1, or do without it there"
}
