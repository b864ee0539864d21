# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# impact: who and what needs a module, before it is denied. What firewalls need is in
# test_impact.sh, whose fake host this uses.

# host_that_needs_conntrack: live modules, configuration and events.
host_that_needs_conntrack()
{
	firewall_tree
	nftables_conf
	enabled nftables.service
	mkdir -p "$host/proc/net"
	cat >"$host/proc/modules" <<-'END'
	nft_ct 16384 0 - Live 0x0
	nf_conntrack 16384 1 nft_ct, Live 0x0
	nf_tables 16384 1 nft_ct, Live 0x0
	END
	echo '1 filter' >"$host/proc/fake/nft"
	cat >"$host/debug/nfguard/events" <<-'END'
	allow request seq=1 time=10.0 name=nft-expr-ct rule="" pid=7 comm=nft uid=0 count=3
	deny request seq=2 time=11.0 name=nft-expr-ct rule="" pid=8 comm=nft uid=0
	allow load seq=3 time=12.0 name=veth rule="" pid=9 comm=modprobe uid=0
	END
}

test_impact_shows_what_is_live_needed_and_asked_for()
{
	host_that_needs_conntrack
	echo 'alias nft-expr-ct nft_ct' >>"$host/modules/modules.alias"
	remember
	nfg impact nf_conntrack
	exits 0
	silent
	untouched
	out_has 'this would deny nf_conntrack, nf_nat, '
	grep -Eq '^nft_ct +live' "$host/out" || bad "nft_ct is not live"
	grep -Eq '^nftables.service +nft_ct +ct +/etc/nftables.conf:10 ' "$host/out" ||
		bad "the line that needs nft_ct is missing: $(cat "$host/out")"
	grep -Eq '^nft +nft-expr-ct +4$' "$host/out" || bad "nft did not ask 4 times"
	out_lacks veth
	needs_json || return 0
	nfg impact --json nf_tables
	valid_json
	json '[m["module"] for m in d["modules"]]' "['nft_ct', 'nf_tables']"
	json 'd["modules"][1]["used"]' 'table inet filter uses it'
	json 'd["modules"][1]["remedy"]' 'nft delete table inet filter'
	json 'd["needs"][-1]["line"]' 10
	json 'd["needs"][-1]["more"]' 1
	json 'd["askers"]' "[{'program': 'nft', 'name': 'nft-expr-ct', 'count': 4}]"
}

test_impact_of_what_nobody_needs()
{
	firewall_tree
	: >"$host/debug/nfguard/events"
	nfg impact veth bridge
	exits 0
	silent
	out <<-'END'
	this would deny bridge, br_netfilter, veth (3 modules)
	none of it is live, nothing known here needs it, and no event is about it (only denials are recorded: nfguard events --record all)
	END
	set_status record all
	nfg impact overlay
	out <<-'END'
	this would deny overlay (1 module)
	none of it is live, nothing known here needs it, and no event is about it
	END
	# A typing error would be an all-clear.
	nfg impact veht
	exits 3
	out </dev/null
	err_has "'veht' is not a module or alias of any installed kernel: did you mean veth?"
	# Of an advisory's list the rest is shown all the same.
	nfg impact rxrpc veth
	exits 3
	err_has "'rxrpc' is not a module or alias of any installed kernel"
	out_has 'this would deny veth'
	nfg impact @nowhere
	exits 3
	# Nor does a denial that is in the policy files hide what it breaks.
	nfg deny veth
	enabled docker.service
	nfg impact veth
	out_has 'docker.service'
}

# Rules about a module reach it by each of its names; what is live or needed is a module.
test_impact_of_an_alias_is_that_of_its_modules()
{
	host_that_needs_conntrack
	cat >>"$host/modules/modules.alias" <<-'END'
	alias nft-expr-ct nft_ct
	alias pci:v*d*sv* veth
	alias nf-shared nft_log
	alias nf-shared nft_reject
	END
	nfg impact nft-expr-ct
	exits 0
	silent
	out_has 'nft-expr-ct is an alias of nft_ct: below is what denying the module would do; nfguard deny nft-expr-ct refuses that request alone'
	out_has 'this would deny nft_ct (1 module)'
	grep -Eq '^nft_ct +live' "$host/out" || bad "nft_ct is not live"
	grep -Eq '^nftables.service +nft_ct ' "$host/out" || bad "nothing needs nft_ct"
	grep -Eq '^nft +nft-expr-ct +4$' "$host/out" || bad "nft did not ask 4 times"
	nfg impact alias:nft-expr-ct
	exits 0
	out_has 'alias:nft-expr-ct is an alias of nft_ct: '
	grep -Eq '^nft_ct +live' "$host/out" || bad "nft_ct is not live"
	nfg impact pci:v00001AF4d00001000sv00
	exits 0
	out_has 'is an alias of veth: '
	out_has 'this would deny veth (1 module)'
	nfg impact nf-shared overlay
	out_has 'nf-shared is an alias of nft_log, nft_reject: below is what denying the modules would do'
	out_has 'this would deny nft_log, nft_reject, overlay (3 modules)'
	needs_json || return 0
	nfg impact --json nf-shared nft_ct
	json 'd["aliases"]' "[{'alias': 'nf-shared', 'module': 'nft_log'}, {'alias': 'nf-shared', 'module': 'nft_reject'}]"
	json 'd["modules"][0]["module"]' nft_ct
}

# Nor is there an empty all-clear otherwise.
test_impact_of_what_names_nothing_here()
{
	local other=$host/root/lib/modules/6.2

	firewall_tree
	nfg impact 'nft-expr-*'
	exits 3
	err_has "'nft-expr-*' matches no module of this kernel"
	nfg impact 'nft_l*'
	exits 0
	out_has 'this would deny nft_log'
	mkdir -p "$other"
	cp -r "$host/modules"/* "$other"
	echo 'kernel/rxrpc.ko:' >>"$other/modules.dep"
	nfg impact rxrpc
	exits 0
	err_has "'rxrpc' is not a module or alias of this kernel, but of 6.2: nfguard impact rxrpc --kernel 6.2"
	# Its asker counts too if the denial is to the unprivileged alone.
	host_that_needs_conntrack
	echo 'alias nft-expr-ct nft_ct' >>"$host/modules/modules.alias"
	nfg impact unprivileged nf_conntrack
	grep -Eq '^nft +nft-expr-ct +4$' "$host/out" || bad "nft did not ask 4 times"
}

# unread WHAT WHY: the answer says that it is without that.
unread()
{
	grep -Eq "^$1 +$2\$" "$host/out" || {
		bad "it does not say that $1 was not looked at"
		sed 's/^/#   /' "$host/out"
	}
}

# It claims nothing about what it could not read, or what is of another system.
test_impact_says_what_it_did_not_look_at()
{
	host_that_needs_conntrack
	rm -r "$host/debug/nfguard"
	nfg impact veth
	exits 0
	out_has 'none of it is live, and nothing known here needs it'
	out_lacks 'no event'
	unread 'who asked' 'there is no /sys/kernel/debug/nfguard: mount -t debugfs none /sys/kernel/debug, or boot without debugfs=off'
	# What is shown is without it, too.
	nfg impact nf_conntrack
	unread 'who asked' 'there is no .*'
	guard_off
	nfg impact veth
	unread 'who asked' "nfguard is switched off, so it recorded nothing"
	guard_not_loaded
	nfg impact veth
	exits 0
	out_has 'none of it is live, and nothing known here needs it'
	unread 'who asked' "nfguard's kernel module is not loaded, so nothing was recorded"
	guard_loaded
	: >"$host/debug/nfguard/events"
	set_status record none
	nfg impact veth
	unread 'who asked' 'nothing is recorded: nfguard events --record all'
	needs_json || return 0
	nfg impact --json veth
	json 'd["unread"]' "[{'what': 'who asked', 'why': 'nothing is recorded: nfguard events --record all'}]"
	set_status record all
	nfg impact --json veth
	json 'd["unread"]' '[]'
}

test_impact_in_another_system_is_not_about_this_one()
{
	linked_image
	echo 'base 1 0 - Live 0x0' >"$host/proc/modules"
	nfg impact --root "$image" base
	exits 0
	out_has 'nothing known there needs it'
	out_lacks 'live,'
	out_lacks 'no event'
	unread 'what is live' '--root selects another system'
	unread 'who asked' '--root selects another system'
}

test_impact_as_nobody_sees_not_all_uses()
{
	host_that_needs_conntrack
	chmod 700 "$host/debug"
	needs_nobody || return 0
	nfg impact nf_conntrack
	unread 'who asked' 'only root may read /sys/kernel/debug/nfguard: run it as root'
	unread 'what uses it' 'only root sees all processes and network namespaces: run it as root'
}

# what FILE TEXT MODULE WHO: with that file, WHO needs the module.
needed_by()
{
	mkdir -p "$(dirname "$host/root$1")"
	printf '%s\n' "$2" >"$host/root$1"
	nfg impact "$3"
	exits 0
	grep -Eq "^$4 +$3( |$)" "$host/out" || {
		bad "$1: $4 does not need $3"
		sed 's/^/#   /' "$host/out"
	}
	rm "$host/root$1"
	nfg impact "$3"
	out_has 'nothing known here needs it'
}

test_impact_of_what_loads_or_sets_a_module_at_boot()
{
	local unit=/usr/lib/systemd/system/own.service

	firewall_tree
	echo 'alias fs-overlay overlay' >>"$host/modules/modules.alias"
	needed_by /etc/modules-load.d/a.conf br-netfilter br_netfilter systemd-modules-load.service
	needed_by /etc/sysctl.d/a.conf '-net.netfilter.nf_conntrack_max=1' nf_conntrack systemd-sysctl.service
	needed_by /usr/lib/sysctl.d/a.conf 'net/bridge/bridge-nf-call-iptables = 1' br_netfilter systemd-sysctl.service
	needed_by /etc/sysctl.conf 'net.netfilter.nf_conntrack_max = 1' nf_conntrack systemd-sysctl.service
	needed_by /etc/sysctl.d/a.conf net.netfilter.nf_flowtable_tcp_timeout=1 nf_conntrack systemd-sysctl.service
	printf 'kernel/%s.ko:\n' sch_fq tcp_bbr >>"$host/modules/modules.dep"
	needed_by /etc/sysctl.d/a.conf 'net.core.default_qdisc = fq' sch_fq systemd-sysctl.service
	needed_by /etc/sysctl.d/a.conf net/ipv4/tcp_congestion_control=bbr tcp_bbr systemd-sysctl.service
	needed_by /etc/fstab '/dev/a /a overlay defaults 0 0' overlay 'a mount of fstab'
	enabled own.service
	needed_by $unit 'ExecStartPre=-/sbin/modprobe -q overlay' overlay 'an enabled unit'
	needed_by /etc/systemd/system/own.service.d/a.conf 'ExecStartPre=modprobe -a veth bridge' bridge 'an enabled unit'
	needed_by /usr/bin/podman '' veth podman
	echo 'quiet rd.modules_load=veth,overlay' >"$host/proc/cmdline"
	nfg impact overlay
	out_has 'the kernel command line'
	: >"$host/proc/cmdline"
	# One that is not enabled, and what is a comment.
	rm -r "$host/root/etc/systemd/system/multi-user.target.wants"
	mkdir -p "$host/root/usr/lib/systemd/system"
	echo 'ExecStartPre=/sbin/modprobe overlay' >"$host/root$unit"
	echo '# net.netfilter.nf_conntrack_max = 1' >"$host/root/etc/sysctl.conf"
	nfg impact overlay nf_conntrack
	out_has 'nothing known here needs it'
}

test_impact_of_programs_by_their_units()
{
	local line

	firewall_tree
	{
		cat "$host/modules/modules.dep"
		printf 'kernel/%s.ko:\n' xfrm_user esp4 esp6 wireguard ip_vs
	} >"$host/dep"
	mv "$host/dep" "$host/modules/modules.dep"
	for line in strongswan.service:esp4 ipsec.service:esp6 wg-quick@wg0.service:wireguard \
		fail2ban.service:nf_tables kubelet.service:br_netfilter libvirtd.service:bridge \
		netfilter-persistent.service:nf_tables keepalived.service:ip_vs; do
		enabled "${line%:*}"
		mkdir -p "$host/root/etc/iptables" "$host/root/etc/keepalived"
		echo '*filter' >"$host/root/etc/iptables/rules.v6"
		echo 'virtual_server 192.0.2.1 80 {' >"$host/root/etc/keepalived/keepalived.conf"
		nfg impact "${line#*:}"
		grep -Eq "^${line%%[@.]*}.* ${line#*:} .*/(etc|usr)/" "$host/out" ||
			bad "$line: $(cat "$host/out")"
		rm -r "$host/root/etc/systemd/system/multi-user.target.wants"
	done
	enabled keepalived.service
	nfg impact ip_vs
	out_has '/etc/keepalived/keepalived.conf:1 '
	echo 'vrrp_instance a {' >"$host/root/etc/keepalived/keepalived.conf"
	nfg impact ip_vs
	out_has 'nothing known here needs it'
}

# wanted_by DIR/FILE MODULE WHO: WHO needs the module once that link is there.
wanted_by()
{
	mkdir -p "$(dirname "$host/root$1")"
	ln -s "../${1##*/}" "$host/root$1"
	nfg impact "$2"
	grep -Eq "^$3 +$2( |$)" "$host/out" || {
		bad "$1: $3 does not need $2"
		sed 's/^/#   /' "$host/out"
	}
}

# Enabled by a package, or by what starts them; and not if masked.
test_impact_of_units_that_something_else_starts()
{
	local systemd

	firewall_tree
	echo 'kernel/tun.ko:' >>"$host/modules/modules.dep"
	for systemd in /etc/systemd/system /run/systemd/system /usr/lib/systemd/system; do
		wanted_by $systemd/sockets.target.wants/docker.socket veth docker.service
		rm -r "$host/root$systemd"
		wanted_by $systemd/multi-user.target.wants/docker.service veth docker.service
		rm -r "$host/root$systemd"
		wanted_by $systemd/sockets.target.requires/virtqemud.socket tun virtqemud.service
		rm -r "$host/root$systemd"
	done
	wanted_by /usr/lib/systemd/system/timers.target.wants/libvirtd.timer tun libvirtd.service
	wanted_by /usr/lib/systemd/system/sockets.target.wants/virtnetworkd.socket bridge virtnetworkd.service
	mkdir -p "$host/root/etc/systemd/system/timers.target.wants"
	ln -s /dev/null "$host/root/etc/systemd/system/timers.target.wants/libvirtd.timer"
	nfg impact tun
	out_has 'nothing known here needs it'
	ln -s /dev/null "$host/root/etc/systemd/system/virtnetworkd.service"
	nfg impact bridge
	out_has 'nothing known here needs it'
}

test_impact_of_units_that_load_modules()
{
	local unit=/usr/lib/systemd/system/own.service

	firewall_tree
	enabled own.service
	enabled other@one.service
	needed_by $unit 'ExecStart=/sbin/modprobe \
# a comment
; and another
	overlay' overlay 'an enabled unit'
	needed_by $unit 'ExecStart=/sbin/insmod /lib/modules/extra/br-netfilter.ko.xz debug=1' br_netfilter 'an enabled unit'
	needed_by $unit "ExecStart=/bin/sh -c 'true && /sbin/modprobe -q veth || exit 0'" veth 'an enabled unit'
	needed_by /run/systemd/system/own.service.d/a.conf 'ExecStartPre=modprobe --all veth bridge' bridge 'an enabled unit'
	needed_by /usr/lib/systemd/system/other@.service 'ExecStart=modprobe veth' veth 'an enabled unit'
	# What takes it out, what is a parameter or another command's word, and what is not read.
	mkdir -p "$host/root/usr/lib/systemd/system"
	cat >"$host/root$unit" <<-'END'
	ExecStart=/sbin/modprobe overlay veth=1 bridge
	ExecStart=/bin/sh -c 'modprobe nf_tables; systemctl start veth'
	ExecStop=/sbin/modprobe -r veth
	ExecStop=/sbin/modprobe -q --remove bridge
	END
	nfg impact veth bridge
	out_has 'nothing known here needs it'
	echo 'ExecStart=/sbin/modprobe bridge' >"$host/root/etc/systemd/system/own.service"
	nfg impact overlay
	out_has 'nothing known here needs it'
}

# As the programs read their settings.
test_impact_of_settings_however_they_are_written()
{
	local line

	firewall_tree
	mkdir -p "$host/root/etc/ufw" "$host/root/etc/firewalld"
	enabled ufw.service
	printf '*filter\n' >"$host/root/etc/ufw/before.rules"
	for line in 'ENABLED="yes"' "ENABLED='yes' # on" 'ENABLED=YES' $'ENABLED=no\nENABLED=yes'; do
		echo "$line" >"$host/root/etc/ufw/ufw.conf"
		nfg impact nf_tables
		out_has 'ufw.service'
	done
	for line in 'ENABLED="no"' '#ENABLED=yes' $'ENABLED=yes\nENABLED=no' 'ENABLED=yesterday'; do
		echo "$line" >"$host/root/etc/ufw/ufw.conf"
		nfg impact nf_tables
		out_has 'nothing known here needs it'
	done
	enabled firewalld.service
	echo 'FirewallBackend = iptables' >"$host/root/etc/firewalld/firewalld.conf"
	nfg impact nf_tables
	out_has 'nothing known here needs it'
}

# A link of an image leads to the image's file, not to the host's.
test_impact_follows_links_inside_an_image()
{
	linked_image
	mkdir -p "$image/etc/modules-load.d" "$image/data"
	echo base >"$host/ours"
	ln -s "$host/ours" "$image/etc/modules-load.d/a.conf"
	nfg impact --root "$image" base
	out_has 'nothing known there needs it'
	echo base >"$image/data/ours"
	ln -s /data/ours "$image/etc/modules-load.d/b.conf"
	nfg impact --root "$image" base
	out_has 'systemd-modules-load.service base'
}
