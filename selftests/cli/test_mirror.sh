# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# The mirror: a file of modprobe.d that has what the policy denies, kept true.

mirror=etc/modprobe.d/nfguard.conf

# mirrored: the mirror's lines, without its head, are stdin.
mirrored()
{
	tail -n +4 "$host/root/$mirror" >"$host/lines" 2>/dev/null || : >"$host/lines"
	same "the mirror" "$host/lines"
}

# Public checks of hardened hosts grep for "blacklist usb-storage".
test_mirror_spells_a_name_as_its_file_too()
{
	tree <<<'needs kernel/drivers/usb/storage/usb-storage.ko.xz'
	conf etc/nfguard.d/50.conf <<<'deny usb_storage'
	nfg mirror on
	mirrored <<-'END'
	install usb_storage /bin/false
	blacklist usb_storage
	install usb-storage /bin/false
	blacklist usb-storage
	END
	out <<<"on: /etc/modprobe.d/nfguard.conf keeps out 1 module"
}

# The same checks look for it where no kernel has it: those for clouds don't.
test_mirror_spells_an_unknown_name_with_dashes_too()
{
	tree <<-'END'
	needs kernel/crypto/algif_aead.ko
	builtin kernel/drivers/usb/storage/ums-karma.ko
	END
	conf etc/nfguard.d/50.conf <<<'deny firewire_core usb-storage algif_aead tipc ums_karma'
	nfg mirror on
	mirrored <<-'END'
	install algif_aead /bin/false
	blacklist algif_aead
	install firewire_core /bin/false
	blacklist firewire_core
	install firewire-core /bin/false
	blacklist firewire-core
	install tipc /bin/false
	blacklist tipc
	install usb_storage /bin/false
	blacklist usb_storage
	install usb-storage /bin/false
	blacklist usb-storage
	END
	out <<<"on: /etc/modprobe.d/nfguard.conf keeps out 4 modules"
	nfg mirror
	exits 0
}

# another_kernel: what tree() made is another kernel's, and this one has what stdin says.
another_kernel()
{
	ln -sn usr/lib "$host/root/lib"
	mkdir -p "$host/root/lib/modules"
	cp -r "$host/modules" "$host/root/lib/modules/7.3"
	tree
}

# The kernel that is booted next may have them, and no guard.
test_mirror_has_what_only_other_kernels_have()
{
	tree <<-'END'
	needs kernel/net/rxrpc/rxrpc.ko
	needs kernel/fs/afs/kafs-old.ko kernel/net/rxrpc/rxrpc.ko
	needs kernel/net/ipv4/esp4-new.ko
	needs kernel/net/packet/af_packet.ko
	builtin kernel/net/core/base.ko
	END
	another_kernel <<-'END'
	needs kernel/net/ipv4/esp4.ko
	builtin kernel/net/packet/af_packet.ko
	builtin kernel/net/core/base.ko
	alias net-pf-30 esp4
	END
	conf etc/nfguard.d/10.conf <<<'allow named_allowed'
	conf etc/nfguard.d/50.conf <<-'END'
	deny rxrpc esp4* af_packet base
	deny to-come to_come named_allowed
	deny unprivileged only_some
	deny net-pf-30 no_pattern_*
	END
	nfg mirror on
	out <<<"on: /etc/modprobe.d/nfguard.conf keeps out 6 modules"
	mirrored <<-'END'
	# Not here, as modprobe does not know who asks: deny unprivileged only_some
	# Not here, as it names a request: deny alias:net_pf_30
	install af_packet /bin/false
	blacklist af_packet
	install esp4 /bin/false
	blacklist esp4
	install esp4_new /bin/false
	blacklist esp4_new
	install esp4-new /bin/false
	blacklist esp4-new
	install kafs_old /bin/false
	blacklist kafs_old
	install kafs-old /bin/false
	blacklist kafs-old
	install rxrpc /bin/false
	blacklist rxrpc
	install to_come /bin/false
	blacklist to_come
	install to-come /bin/false
	blacklist to-come
	END
	nfg list --modprobe >"$host/list"
	grep -qx 'install to_come /bin/false' "$host/out" || bad "list --modprobe differs"
	nfg mirror
	exits 0
	nfg list --cmdline
	out_has "esp4,rxrpc,to_come"
}

test_mirror_has_names_that_no_kernel_knows()
{
	tree <<-'END'
	needs kernel/net/packet/af_packet.ko
	END
	another_kernel <<<'builtin kernel/net/packet/af_packet.ko'
	nfg mirror on
	nfg deny --force rxrpc
	exits 0
	mirrored <<-'END'
	install rxrpc /bin/false
	blacklist rxrpc
	END
	conf etc/nfguard.d/60.conf <<<'deny af_packet'
	nfg apply
	grep -qx 'install af_packet /bin/false' "$host/root/$mirror" || bad "7.3 could load it"
	# Where none could load it, modprobe goes on to succeed at what is built in.
	rm -r "$host/root/lib/modules/7.3"
	nfg apply
	! grep -q af_packet "$host/root/$mirror" || bad "af_packet is built in"
	grep -qx 'install rxrpc /bin/false' "$host/root/$mirror" || bad "rxrpc is not in it any more"
}

test_mirror_lines_hold_in_modprobe()
{
	local show

	real_tree || return 0
	conf etc/nfguard.d/50.conf <<-'END'
	deny sctp tipc xt_LOG
	deny unprivileged nf_log_syslog
	deny alias:net-pf-9
	END
	nfg mirror
	exits 0
	out <<<off
	no_file $mirror
	modprobe_says tipc "insmod /lib/modules/$release/kernel/tipc.ko"
	nfg mirror on
	exits 0
	out <<<"on: /etc/modprobe.d/nfguard.conf keeps out 4 modules"
	mirrored <<-'END'
	# Not here, as modprobe does not know who asks: deny unprivileged nf_log_syslog
	# Not here, as it names a request: deny alias:net_pf_9
	install sctp /bin/false
	blacklist sctp
	install sctp_diag /bin/false
	blacklist sctp_diag
	install tipc /bin/false
	blacklist tipc
	install xt_LOG /bin/false
	blacklist xt_LOG
	# It has a soft dependency, which voids its install line.
	alias xt_LOG off
	END
	# As checks of hardened hosts ask it.
	modprobe_says tipc "install /bin/false"
	modprobe_says net-pf-30 ""
	modprobe_says sctp_diag "install /bin/false install /bin/false"
	modprobe_says ipt_LOG ""
	modprobe_says xt_LOG ""
	show=$(modprobe -d "$host/root" -S "$release" -C "$host/root/etc/modprobe.d" --showconfig)
	grep -qx 'install tipc /bin/false' <<<"$show" || bad "no install line in --showconfig"
	grep -qx 'blacklist tipc' <<<"$show" || bad "no blacklist line in --showconfig"
	# Its aliases are not the policy's source: that stays as it is.
	nfg apply
	nfg apply
	out <<<"unchanged, generation 2"
	nfg check
	exits 0
	nfg doctor
	exits 0
	guard_not_loaded
	nfg doctor
	! grep -q modprobe.d "$host/out" || bad "it complains about the mirror"
}

test_mirror_is_kept_true()
{
	real_tree || return 0
	nfg deny tipc
	nfg mirror on
	exits 0
	nfg deny sctp
	grep -q 'install sctp_diag' "$host/root/$mirror" || bad "deny is not in it"
	nfg remove sctp
	! grep -q sctp "$host/root/$mirror" || bad "remove leaves it"
	nfg allow --runtime tipc
	! grep -q tipc "$host/root/$mirror" || bad "allow leaves it"
	nfg remove --runtime tipc
	grep -q 'install tipc' "$host/root/$mirror" || bad "what expires is not back"
	nfg undo
	nfg undo
	nfg mirror
	exits 0
	# A rule in /run is gone after a reboot.
	nfg allow --runtime tipc
	rm -f "$run"/*.conf
	nfg mirror
	exits 3
	err_has "/etc/modprobe.d/nfguard.conf is not what the policy says: nfguard mirror on"
	nfg boot
	grep -q 'install tipc' "$host/root/$mirror" || bad "boot leaves it"
	# Without the guard it is what holds.
	guard_not_loaded
	rm "$host/root/etc/nfguard.d/50-nfguard.conf"
	conf etc/nfguard.d/60.conf <<<'deny sctp'
	nfg apply
	exits 4
	grep -q 'install sctp' "$host/root/$mirror" || bad "without a guard it is not kept"
	nfg mirror off
	exits 0
	out <<<off
	no_file $mirror
	nfg apply
	no_file $mirror
	no_temporary
}

# It must not be stricter than the guard.
test_mirror_in_permissive_mode()
{
	real_tree || return 0
	nfg deny tipc
	nfg mirror on
	nfg mode permissive
	exits 0
	mirrored <<<'# Nothing is kept out: the mode is permissive.'
	nfg mirror
	exits 0
	out <<<"on: /etc/modprobe.d/nfguard.conf keeps nothing out, as the mode is permissive"
	nfg mode enforcing --dry-run
	mirrored <<<'# Nothing is kept out: the mode is permissive.'
	nfg mode enforcing
	grep -q 'install tipc' "$host/root/$mirror" || bad "enforcing is not in it"
	echo 'quiet nfguard.off=1' >"$host/proc/cmdline"
	guard_not_loaded
	nfg boot
	mirrored <<<'# Nothing is kept out: nfguard.off=1 is on the kernel command line.'
}

test_mirror_leaves_what_others_wrote()
{
	real_tree || return 0
	nfg deny tipc
	modprobe_d $mirror <<<'options nfguard mode=enforcing'
	remember
	nfg mirror
	exits 0
	out <<<"off: /etc/modprobe.d/nfguard.conf is not nfguard's"
	for verb in on off; do
		nfg mirror $verb
		exits 1
		err_has "/etc/modprobe.d/nfguard.conf is not nfguard's: nothing was changed: rename it, or add --force"
	done
	untouched
	nfg mirror on --force
	exits 0
	echo 'blacklist sctp' >>"$host/root/$mirror"
	remember
	nfg mirror on
	exits 1
	err_has "was edited since nfguard wrote it: nothing was changed"
	nfg mirror
	exits 3
	nfg apply
	exits 0
	err_has "was edited since nfguard wrote it, so it is left as it is: nfguard mirror on --force"
	grep -q 'blacklist sctp' "$host/root/$mirror" || bad "apply replaced it"
	nfg mirror on --force
	exits 0
	! grep -q sctp "$host/root/$mirror" || bad "--force leaves it"
	rm "$host/root/$mirror"
	ln -s /dev/null "$host/root/$mirror"
	nfg mirror on
	exits 1
	nfg mirror maybe
	exits 2
	err_has "mirror 'maybe': must be on or off"
	needs_json || return 0
	nfg mirror --json
	valid_json
	json 'd["mirror"][0]["state"]' foreign
	nfg mirror on --force --json
	json '[d["mirror"][0][k] for k in ("state", "changed", "current", "modules")]' "['on', True, True, 1]"
}

test_mirror_says_which_lines_do_not_hold()
{
	real_tree || return 0
	nfg deny tipc sctp
	modprobe_d etc/modprobe.d/aa.conf <<<'install tipc /sbin/modprobe --ignore-install tipc'
	nfg mirror on
	exits 3
	err_has "modprobe still loads tipc, as another file of modprobe.d says so first: remove the install and softdep lines about it there"
	rm "$host/root/etc/modprobe.d/aa.conf"
	nfg mirror
	exits 0
	# It can be switched off whatever the policy is.
	conf etc/nfguard.d/60.conf <<<'block'
	nfg mirror
	exits 2
	nfg mirror off
	exits 0
	no_file $mirror
}

test_mirror_help_says_what_force_does()
{
	nfg mirror -h
	exits 0
	grep -Eq '^  --force +replace or remove the file even if it is not nfguard.s, or was edited$' "$host/out" ||
		bad "stdout lacks what --force does: $(grep -e --force "$host/out")"
	nfg deny -h
	out_has "even if this host runs on it, uses it, or no kernel knows the name"
}
