# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What a policy must not take away from this host, and slips that are caught.

# carrier_host: a host whose root is on LVM over a virtio disk, whose network is one
# virtio interface, with a bridge beside it, and whose console is serial.
carrier_host()
{
	local pci=$host/sys/devices/pci0000:00

	tree <<-'END'
	needs kernel/drivers/block/virtio_blk.ko kernel/drivers/virtio/virtio.ko
	needs kernel/drivers/virtio/virtio.ko
	needs kernel/drivers/virtio/virtio_pci.ko kernel/drivers/virtio/virtio.ko
	needs kernel/drivers/net/virtio_net.ko kernel/drivers/virtio/virtio.ko
	needs kernel/drivers/md/dm-mod.ko
	needs kernel/drivers/md/dm-crypt.ko kernel/drivers/md/dm-mod.ko
	needs kernel/drivers/md/raid1.ko
	needs kernel/fs/ext4/ext4.ko
	needs kernel/net/bridge/bridge.ko
	needs kernel/net/nf_conntrack.ko
	needs kernel/drivers/tty/serial/8250/8250_x.ko
	alias fs-ext4 ext4
	alias rtnl-link-bridge bridge
	alias md-raid1 raid1
	END
	mkdir -p "$pci"/0000:00:03.0/virtio1/{block/vda/vda2,net/eth0} \
		"$pci/0000:00:04.0/virtio2/net/eth0" "$host/sys/dev/block" \
		"$host"/sys/devices/virtual/{block/dm-0/{dm,slaves},net/{br0,lo}} \
		"$host"/sys/class/{net,tty} "$host/sys/devices/platform/serial8250/tty/ttyS0" \
		"$host/sys/class/tty/console" "$host/proc/self" "$host"/sys/module/{a,b}
	rm -r "$pci/0000:00:03.0/virtio1/net"
	touch "$pci/0000:00:03.0/virtio1/block/vda/vda2/partition"
	driver "$pci/0000:00:03.0/virtio1" virtio_blk
	driver "$pci/0000:00:03.0" virtio_pci
	driver "$pci/0000:00:04.0/virtio2" virtio_net
	driver "$pci/0000:00:04.0" virtio_pci
	driver "$host/sys/devices/platform/serial8250" 8250_x
	ln -s "$pci/0000:00:03.0/virtio1/block/vda/vda2" \
		"$host/sys/devices/virtual/block/dm-0/slaves/vda2"
	ln -s "$host/sys/devices/virtual/block/dm-0" "$host/sys/dev/block/253:0"
	echo CRYPT-LUKS2-0123-root >"$host/sys/devices/virtual/block/dm-0/dm/uuid"
	echo root_crypt >"$host/sys/devices/virtual/block/dm-0/dm/name"
	interface eth0 "$pci/0000:00:04.0/virtio2/net/eth0" 0x1003
	ln -s ../.. "$pci/0000:00:04.0/virtio2/net/eth0/device"
	interface br0 "$host/sys/devices/virtual/net/br0" 0x1003
	echo DEVTYPE=bridge >"$host/sys/devices/virtual/net/br0/uevent"
	interface lo "$host/sys/devices/virtual/net/lo" 0x9
	echo ttyS0 >"$host/sys/class/tty/console/active"
	ln -s "$host/sys/devices/platform/serial8250/tty/ttyS0" "$host/sys/class/tty/ttyS0"
	ln -s ../.. "$host/sys/devices/platform/serial8250/tty/ttyS0/device"
	cat >"$host/proc/self/mountinfo" <<-'END'
	22 27 0:21 / /proc rw,relatime - proc proc rw
	27 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/root_crypt rw
	END
	{
		echo 'dm_crypt 1 1 - Live 0x0'
		printf '%s 1 0 - Live 0x0\n' virtio_blk virtio virtio_pci virtio_net \
			dm_mod ext4 bridge 8250_x xts m1 m2 m3 m4 m5 m6 m7 m8 m9
	} >"$host/proc/modules"
	printf 'name : xts(aes)\nmodule : xts\nrefcnt : 3\n\nname : x\nmodule : raid1\nrefcnt : 1\n' \
		>"$host/proc/crypto"
}

# driver DEVICE MODULE
driver()
{
	mkdir -p "$host/sys/bus/drivers/$2" "$host/sys/module/$2"
	ln -sfn "$host/sys/module/$2" "$host/sys/bus/drivers/$2/module"
	ln -s "$host/sys/bus/drivers/$2" "$1/driver"
}

# interface NAME DEVICE FLAGS
interface()
{
	echo "$3" >"$2/flags"
	ln -s "$2" "$host/sys/class/net/$1"
}

test_what_the_host_runs_on_is_not_denied()
{
	local name

	carrier_host
	remember
	nfg deny virtio_blk
	exits 1
	out </dev/null
	err <<-'END'
	nfguard: virtio_blk carries the file system / of this host (vda is on virtio1), and 'deny virtio_blk' denies it: it would be missing after a reboot
	nfguard: nothing was changed: leave those modules out, or add --force if you mean it
	END
	untouched
	for name in dm_mod dm_crypt ext4 virtio_net virtio_pci virtio bridge 8250_x; do
		nfg deny "$name"
		exits 1
		err_has " of this host ("
		untouched
	done
	set_status mode permissive
	remember
	nfg deny virtio_net
	exits 1
	err_has "virtio_net carries the interface eth0 of this host (the driver of virtio2)"
	untouched
	nfg deny raid1
	exits 0
}

test_who_means_it_can_deny_what_the_host_runs_on()
{
	carrier_host
	remember
	nfg deny --force virtio_net
	exits 3
	err_has "boot it with nfguard.off=1"
	grep -q '^deny virtio_net$' "$etc/50-nfguard.conf" || bad "no rule"
	# What is in force already is not asked about again.
	nfg deny nf_conntrack
	exits 3
	err_lacks "carries"
	nfg apply
	err_lacks "carries"
}

test_what_a_swap_area_is_on_is_not_denied()
{
	local virtio=$host/sys/devices/pci0000:00/0000:00:05.0/virtio3

	carrier_host
	mkdir -p "$virtio/block/vdb"
	driver "$virtio" swap_blk
	ln -s "$virtio/block/vdb" "$host/sys/dev/block/254:7"
	echo 'kernel/drivers/block/swap_blk.ko:' >>"$host/modules/modules.dep"
	mknod "$host/disk" b 254 7 2>/dev/null || {
		skip "a block device can't be made here"
		return
	}
	printf 'Filename Type Size Used Priority\n%s partition 1 0 -2\n' "$host/disk" \
		>"$host/proc/swaps"
	nfg deny swap_blk
	exits 1
	err_has "swap_blk carries the swap area disk of this host (vdb is on virtio3)"
	: >"$host/proc/swaps"
	nfg deny swap_blk
	exits 0
}

test_rules_of_all_kinds_are_held_against_the_host()
{
	carrier_host
	remember
	local rule

	for rule in 'deny @drivers/net' 'deny vir*_blk' 'deny alias:fs-ext4' \
		'default deny'; do
		conf etc/nfguard.d/60.conf <<<"$rule"
		nfg apply
		exits 1
		err_has "$rule' denies it"
		nfg apply --store
		exits 1
		nfg check
		exits 3
		err_has "$rule' denies it"
	done
	conf etc/nfguard.d/60.conf <<<'deny unprivileged virtio_blk'
	nfg apply
	exits 3
}

# An allow-list that lacks one of them, and then what is live and harmless to lose.
test_an_allow_list_must_have_what_the_host_runs_on()
{
	carrier_host
	conf etc/nfguard.d/60.conf <<-'END'
	default deny
	allow ext4 virtio_blk
	END
	remember
	nfg apply
	exits 1
	err_has "virtio_net carries the interface "
	err_has "'default deny' denies it"
	untouched
	nfg apply --force --yes
	err_has "denied all the same, as --force was given"
	nfg doctor
	exits 3
	out_has "virtio_net"
	out_has "so 'default deny' denies them from the next boot on, unless the initramfs loads them"
	grep -Eq 'remedy: nfguard allow ([a-z0-9_]+ )*virtio_net( [a-z0-9_]+)*, or nfguard generate' "$host/out" ||
		bad "doctor does not advise to allow it: $(cat "$host/out")"
	out_lacks rmmod
}

# generate counts it as used, though no event shows it.
test_what_the_host_runs_on_is_allowed_by_generate()
{
	carrier_host
	set_status mode permissive
	conf etc/nfguard.d/60.conf <<-'END'
	deny @drivers/block alias:fs-ext4 nf_conntrack
	deny virtio_net
	END
	: >"$host/debug/nfguard/events"
	nfg generate
	exits 0
	err_has "warning: virtio_blk carries the file system / of this host (vda is on virtio1), and 'deny @drivers/block alias:fs-ext4 nf_conntrack' denies it: it would be missing after a reboot; what is generated allows it"
	err_lacks "nothing was used"
	grep -v '^# nfguard generate' "$host/out" >"$host/made"
	same "the deny-list" "$host/made" <<-'END'
	# used: virtio_blk, by the file system /
	# used: virtio_net, by the interface eth0
	allow alias:fs_ext4  # the file system /
	allow virtio_blk     # the file system /
	deny @drivers/block alias:fs-ext4 nf_conntrack
	default allow
	END
	cp "$host/made" "$etc/60.conf"
	nfg check
	err_lacks " carries "
	exits 0
	# One that is not live under this name, and what it needs.
	sed -i '/^dm_crypt /d' "$host/proc/modules"
	echo 'default deny' | conf etc/nfguard.d/60.conf
	nfg generate --allow-list
	grep -q '^allow dm_crypt *# the file system /$' "$host/out" || bad "$(cat "$host/out")"
	cp "$host/out" "$etc/60.conf"
	nfg check
	err_lacks " carries "
}

# What is refused is told to programs too, and by a dry run.
test_what_the_host_runs_on_in_json()
{
	local text="virtio_blk carries the file system / of this host (vda is on virtio1), and 'deny virtio_blk' denies it: it would be missing after a reboot"

	needs_json || return 0
	carrier_host
	conf etc/nfguard.d/60.conf <<<'deny virtio_blk'
	nfg check
	exits 3
	err_has "nfguard: /etc/nfguard.d/60.conf:1: $text: leave virtio_blk out of it, or accept that with --force when you apply it"
	nfg check --json
	exits 3
	valid_json
	json '[f["text"] for f in d["findings"] if f["check"] == "carrier"]' "[\"$text\"]"
	json '[(f["severity"], f["file"], f["line"]) for f in d["findings"] if f["check"] == "carrier"]' \
		"[('error', '/etc/nfguard.d/60.conf', 1)]"
	remember
	for how in '' --dry-run --store; do
		# shellcheck disable=SC2086
		nfg apply --json $how
		exits 1
		valid_json
		json 'list(d)' "['findings']"
		json 'd["findings"][0]["text"]' "$text"
		untouched
	done
	nfg apply --dry-run
	exits 1
	out_has '+ deny virtio_blk'
	err_has "$text"
	err_has "add --force if you mean it"
	nfg apply --dry-run --force
	exits 0
	nfg apply --dry-run --force --json
	exits 0
	json 'list(d)' "['changes']"
	rm "$etc/60.conf"
	nfg deny --json virtio_net
	exits 1
	json '[f["check"] for f in d["findings"]]' "['carrier']"
	conf etc/nfguard.d/60.conf <<<'default deny'
	nfg check --json
	json '[f["remedy"] for f in d["findings"] if f["check"] == "carrier" and "dm_crypt carries" in f["text"]][0]' \
		'allow dm_crypt, or accept that with --force when you apply it'
	rm "$etc/60.conf"
	printf '%s 1 0 - Live 0x0\n' nf_conntrack raid1 b{1..9} >"$host/proc/modules"
	nfg deny nf_conntrack raid1 --json
	exits 1
	json '[(f["check"], f["remedy"]) for f in d["findings"]]' \
		"[('live-many', 'add --yes if you mean it')]"
}

# Of these /sys does not show the kind.
test_an_open_vswitch_or_a_team_is_not_denied()
{
	carrier_host
	printf 'kernel/net/%s.ko:\n' openvswitch team veth >>"$host/modules/modules.dep"
	cat >"$host/proc/fake/links" <<-'END'
	br1 openvswitch up
	team0 team up
	veth0 veth up
	END
	remember
	nfg deny openvswitch
	exits 1
	err_has "openvswitch carries the interface br1 of this host (openvswitch), and 'deny openvswitch' denies it"
	nfg deny team
	exits 1
	err_has "team carries the interface team0 of this host (team)"
	untouched
	nfg deny veth
	exits 0
	cat >"$host/proc/fake/links" <<-'END'
	br1 openvswitch down
	END
	nfg deny openvswitch
	exits 0
}

# Of what is live, more than a tenth at once.
test_much_of_what_is_live_is_asked_about()
{
	tree <<-'END'
	needs kernel/net/a1.ko
	needs kernel/net/a2.ko
	END
	printf '%s 1 0 - Live 0x0\n' a1 a2 b{1..17} >"$host/proc/modules"
	remember
	nfg deny @net
	exits 1
	err <<-'END'
	nfguard: this denies 2 of the 19 modules that are live now (a1, a2), and after a reboot they are missing: nothing was changed; add --yes if you mean it
	END
	untouched
	nfg deny a1
	exits 3
	nfg deny --yes @net
	exits 3
	nfg apply
	exits 3
}

test_names_that_no_kernel_knows()
{
	tree <<-'END'
	needs kernel/net/nf_conntrack.ko
	alias net-pf-9 nf_conntrack
	END
	remember
	nfg deny nf_contrack NF_CONNTRACK no_such_thing nf_conntrack
	exits 3
	err <<-'END'
	nfguard: 'nf_contrack' is not a module or alias of any installed kernel: did you mean nf_conntrack?
	nfguard: 'NF_CONNTRACK' is not a module or alias of any installed kernel: did you mean nf_conntrack?
	nfguard: 'no_such_thing' is not a module or alias of any installed kernel
	nfguard: nothing was changed: correct the name, leave it out, as no kernel here has such a module, or add --force if it is still to come
	END
	untouched
	nfg deny --force no_such_thing
	exits 0
	nfg deny @nett
	exits 3
	err <<-'END'
	nfguard: '@nett': no module of this kernel is in such a directory: did you mean @net?
	nfguard: nothing was changed: correct the name, leave it out, as no kernel here has such a module, or add --force if it is still to come
	END
	nfg deny @somewhere/else
	exits 3
	nfg deny --force @nett
	exits 0
	nfg remove @nett
	# Another kernel has it.
	mkdir -p "$host/root/lib/modules/9.9"
	cp -r "$host"/modules/* "$host/root/lib/modules/9.9/"
	echo 'kernel/net/to_come.ko:' >>"$host/root/lib/modules/9.9/modules.dep"
	nfg deny to_come
	exits 0
	nfg deny alias:net-pf-9
	exits 0
	conf etc/nfguard.d/60.conf <<<'deny nf_contrack'
	nfg check
	exits 0
	err_has "60.conf:1:6: 'nf_contrack' is not a module or alias of this kernel: did you mean nf_conntrack?"
}

# To verify they would be names that nothing can be loaded by.
test_lists_and_files_in_place_of_names()
{
	local verb

	tree <<-'END'
	needs kernel/net/esp4.ko
	needs kernel/net/rxrpc.ko
	alias crypto-authencesn(hmac(sha256),cbc(aes)) esp4
	alias of:N*T*Ca,b rxrpc
	END
	remember
	for verb in deny allow impact verify; do
		nfg $verb esp4,rxrpc
		exits 2
		out </dev/null
		err <<<"nfguard: 'esp4,rxrpc' is two names: give each as an argument of its own: esp4 rxrpc"
		nfg $verb esp4, rxrpc
		exits 2
		err <<<"nfguard: 'esp4,' has a comma at its end or beginning: write esp4"
		nfg $verb 'esp4, rxrpc'
		exits 2
		err <<<"nfguard: 'esp4, rxrpc' is two names: give each as an argument of its own: esp4 rxrpc"
		nfg $verb /lib/modules/6.1/kernel/net/esp4.ko.xz
		exits 2
		err <<<"nfguard: '/lib/modules/6.1/kernel/net/esp4.ko.xz' is the name of a file: write esp4"
	done
	untouched
	# Some aliases have commas, and what a file has can be taken out of it.
	nfg deny 'crypto-authencesn(hmac(sha256),cbc(aes))' of:NaTbCa,b
	exits 0
	conf etc/nfguard.d/50-nfguard.conf <<<'deny esp4,rxrpc'
	nfg remove esp4,rxrpc
	exits 0
}

test_keywords_nearly_written()
{
	tree <<<'needs kernel/net/nf_tables.ko'
	remember
	nfg deny unpriviledged nf_tables
	exits 2
	err_has "'unpriviledged': did you mean unprivileged? No module has this name"
	untouched
	nfg deny nf_tables unprivileged
	exits 2
	err_has "'unprivileged': goes right after allow or deny"
	untouched
	conf etc/nfguard.d/60.conf <<-'END'
	deny unprivilegd nf_tables
	deny nf_tables deny
	END
	nfg apply
	exits 2
	err_has "60.conf:1:6: 'unprivilegd': did you mean unprivileged?"
	err_has "60.conf:2:16: 'deny': is a keyword"
}

test_nfguard_is_not_denied()
{
	tree <<-'END'
	needs updates/nfguard.ko
	needs updates/nfguard_proof.ko
	needs kernel/net/x.ko
	END
	remember
	nfg deny nfguard
	exits 2
	err_has "'nfguard': no rule is about nfguard itself"
	untouched
	conf etc/nfguard.d/60.conf <<-'END'
	deny *
	END
	nfg apply
	exits 0
	in_force <<-'END'
	default allow
	rule deny *
	pattern deny any *
	name allow any nfguard
	name allow any nfguard_proof
	end
	END
}

test_lock_asks_first()
{
	guard_is_live
	nfg lock
	exits 1
	err_has "not locked: until the host reboots, nobody can change the policy (generation 1) or the mode (enforcing)"
	grep -q '^locked 0' "$host/proc/nfguard/status" || bad "locked all the same"
	nfg lock --yes
	grep -q '^locked 1' "$host/proc/nfguard/status" || bad "not locked"
}
