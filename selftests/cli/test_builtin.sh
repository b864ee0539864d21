# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Modules that are built into the kernel: their init functions, how a boot leaves them
# out, and what is said once it did.

# kallsyms: makes /proc/kallsyms from stdin, a symbol a line, as who is not root sees it.
kallsyms()
{
	{
		echo '0000000000000000 T __request_module'
		sed 's/^/0000000000000000 d /'
		printf '0000000000000000 t %s\t[%s]\n' packet_init af_packet
	} >"$host/proc/kallsyms"
}

built_in()
{
	tree <<-'END'
	builtin kernel/net/packet/af_packet.ko
	builtin kernel/net/8021q/two-calls.ko
	builtin kernel/crypto/aead.ko
	needs kernel/net/base.ko
	needs updates/nfguard.ko
	alias net-pf-17 af_packet
	modinfo af_packet.alias=net-pf-17
	END
	kallsyms <<-'END'
	__initcall__kmod_af_packet__416_4774_packet_init6
	__initcall__kmod_af_packet_diag__410_259_packet_diag_init6
	__initcall__kmod_two_calls__3_12_first_early
	__initcall__kmod_two_calls__400_77_second_6s7s
	__initcall__kmod_console__1_2_hvc_init_con
	END
}

grub()
{
	mkdir -p "$host/root/usr/sbin" "$host/root/boot/grub"
	: >"$host/root/usr/sbin/update-grub"
	: >"$host/root/boot/grub/grub.cfg"
}

grub_line()
{
	echo "mkdir -p /etc/default/grub.d && echo 'GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX initcall_blacklist=$1\"' >>/etc/default/grub.d/nfguard.cfg && update-grub, then reboot"
}

# A user can't have it loaded, and nobody needs to be told to boot without the default qdisc.
test_built_in_modules_of_a_group_denied_to_users()
{
	built_in
	grub
	conf etc/nfguard.d/50.conf <<<'deny unprivileged @net/packet two_*'
	nfg apply --yes
	exits 0
	silent
	nfg check
	exits 0
	silent
	# Who names it means it.
	conf etc/nfguard.d/50.conf <<<'deny unprivileged af-packet'
	nfg apply --yes
	exits 3
	err_has "af_packet is denied to unprivileged askers (deny unprivileged af-packet) but built into this kernel"
	conf etc/nfguard.d/50.conf <<<'deny @net/packet'
	nfg apply --yes
	exits 3
	err_has "af_packet is denied (deny @net/packet) but built into this kernel"
}

test_built_in_modules_and_their_init_functions()
{
	built_in
	grub
	conf etc/nfguard.d/50.conf <<-'END'
	deny af_packet two_calls
	deny aead
	END
	nfg apply --yes
	exits 3
	err <<-END
	nfguard: af_packet, two_calls are denied (deny af_packet two_calls) but built into this kernel, and stay until a boot without their init functions: $(grub_line packet_init,first_,second_6s)
	nfguard: aead is denied (deny aead) but built into this kernel, and has no init function to leave out: boot a kernel without it
	END
	nfg check
	exits 3
	err_has "af_packet, two_calls are denied"
	nfg doctor
	exits 3
	out_has "af_packet is denied but built into this kernel, and stays until a boot without its init function"
	out_has "    remedy: $(grub_line packet_init)"
	out_has "two_calls is denied but built into this kernel, and stays until a boot without its init functions"
	out_has "aead is denied but built into this kernel, and has no init function to leave out"
	nfg why af_packet
	exits 0
	out_has "af_packet is built into this kernel, and stays until a boot without its init function"
	out_has "To keep it out: $(grub_line packet_init)"
	nfg list --cmdline
	exits 0
	out <<<'initcall_blacklist=packet_init,first_,second_6s'
	err_has "aead is not included: it is built into this kernel, and has no init function"
	needs_json || return 0
	nfg status --json
	valid_json
	json '[m["init_functions"] for m in d["live"]]' "['packet_init', 'first_,second_6s', None]"
	nfg why --json af_packet
	valid_json
	json 'd["ways"][0]["init_functions"]' packet_init
}

test_a_built_in_module_that_this_boot_left_out()
{
	built_in
	conf etc/nfguard.d/50.conf <<<'deny af_packet base'
	echo 'quiet initcall_blacklist=other,packet_init,x' >"$host/proc/cmdline"
	nfg apply --yes
	exits 0
	silent
	nfg status
	exits 0
	silent
	out_has "af_packet is denied and built into this kernel, but this boot left out packet_init (initcall_blacklist=)"
	nfg check
	exits 0
	silent
	out_has "but this boot left out packet_init"
	nfg doctor
	exits 0
	out_has "but this boot left out packet_init"
	nfg list --expand
	out_has "built in, left out of this boot"
	nfg test net-pf-17
	exits 5
	out_has "net_pf_17 would be denied at both gates"
	nfg list --cmdline
	out <<-'END'
	module_blacklist=base
	initcall_blacklist=packet_init
	END
	nfg why af_packet
	out_lacks "To keep it out"
	needs_json || return 0
	nfg status --json
	valid_json
	json '[(m["module"], m["init_functions"]) for m in d["switched_off"]]' "[('af_packet', 'packet_init')]"
	json 'd["live"]' '[]'
}

# A word of init's, a part of a name, or one of two functions switches nothing off.
test_a_built_in_module_that_this_boot_did_not_leave_out()
{
	local words

	built_in
	conf etc/nfguard.d/50.conf <<<'deny two_calls'
	for words in 'initcall_blacklist=first_' 'initcall_blacklist=first_,second_6' \
		'-- initcall_blacklist=first_,second_6s' 'initcall_blacklistx=first_,second_6s' \
		'"a initcall_blacklist=first_,second_6s"'; do
		echo "$words" >"$host/proc/cmdline"
		nfg apply --yes
		exits 3
		err_has "two_calls is denied (deny two_calls) but built into this kernel, and stays"
	done
	for words in 'initcall_blacklist=first_ initcall-blacklist=second_6s' \
		'initcall_blacklist=second_6s,first_ -- quiet'; do
		echo "$words" >"$host/proc/cmdline"
		nfg apply --yes
		exits 0
		silent
	done
}

# With clang's LTO the kernel calls stubs, and compares their names.
test_a_kernel_built_with_lto()
{
	built_in
	kallsyms <<-'END'
	__initstub__kmod_af_packet__416_4774_packet_init6
	__initcall__kmod_af_packet__416_4774_packet_init6
	END
	conf etc/nfguard.d/50.conf <<<'deny af_packet'
	nfg list --cmdline
	exits 0
	out <<<'initcall_blacklist=__initstub__kmod_af_packet__416_4774_packet_init6'
}

# kernel-install then takes the line that is booted; a file of its own must have all of it.
test_the_remedy_on_a_host_with_systemd_boot()
{
	local release entries=$host/root/boot/efi/loader/entries command
	local plain=": add initcall_blacklist=packet_init to the kernel command line with the boot loader, then reboot"

	release=$(uname -r)
	built_in
	conf etc/nfguard.d/50.conf <<<'deny af_packet'
	mkdir -p "$host/root/usr/bin" "$host/root/usr/lib/kernel" "$entries"
	# Debian has it on hosts with GRUB, or none, too.
	: >"$host/root/usr/bin/kernel-install"
	nfg apply
	err_has "$plain"
	printf '%s\n' "version $release" 'options root=/dev/vda1' >"$entries/abc-$release.conf"
	nfg apply
	err_has " /proc/cmdline >/etc/kernel/cmdline && kernel-install add \"\$(uname -r)\" "
	command=$(sed -n "s|.*: \(sed -E .*\) /proc/cmdline >/etc/kernel/cmdline .*|\1|p" "$host/err")
	printf '%s\n' 'BOOT_IMAGE=/x root=/dev/vda1 initrd=\a\b.img initrd=\c ro quiet' >"$host/line"
	[ "$(bash -c "$command \"\$1\"" - "$host/line")" = ' root=/dev/vda1 ro quiet initcall_blacklist=packet_init' ] ||
		bad "the line is not kept: $command"
	# With boot counting.
	mv "$entries/abc-$release.conf" "$entries/abc-$release+3-0.conf"
	nfg apply
	err_has " /proc/cmdline >/etc/kernel/cmdline && kernel-install add "
	echo 'root=/dev/vda1' >"$host/root/usr/lib/kernel/cmdline"
	nfg apply
	err_has ": { cat /usr/lib/kernel/cmdline; echo ' initcall_blacklist=packet_init'; } >/etc/kernel/cmdline && kernel-install add "
	mkdir -p "$host/root/etc/kernel"
	: >"$host/root/etc/kernel/cmdline"
	nfg apply
	err_has ": echo ' initcall_blacklist=packet_init' >>/etc/kernel/cmdline && kernel-install add "
	# An entry that somebody wrote is theirs to change.
	rm "$host/root/etc/kernel/cmdline" "$host/root/usr/lib/kernel/cmdline"
	mv "$entries/abc-$release+3-0.conf" "$entries/mine.conf"
	nfg apply
	err_has ": add initcall_blacklist=packet_init to the options in /boot/efi/loader/entries/mine.conf, then reboot"
	# Not so a grub.cfg, which is made from other files.
	rm "$entries/mine.conf"
	mkdir -p "$host/root/boot/grub2"
	echo " linux /boot/vmlinuz-$release ro" >"$host/root/boot/grub2/grub.cfg"
	nfg apply
	err_has "$plain"
}

test_the_boot_loader_of_a_built_in_remedy()
{
	built_in
	conf etc/nfguard.d/50.conf <<<'deny af_packet'
	echo 'initcall_blacklist=old' >"$host/proc/cmdline"
	nfg apply
	err_has ": add initcall_blacklist=packet_init to the kernel command line with the boot loader, then reboot"
	mkdir -p "$host/root/usr/bin" "$host/root/etc/kernel"
	: >"$host/root/usr/bin/kernel-install"
	: >"$host/root/etc/kernel/cmdline"
	nfg apply
	err_has ": echo ' initcall_blacklist=packet_init' >>/etc/kernel/cmdline && kernel-install add "
	grub
	nfg apply
	err_has ": $(grub_line packet_init)"
	# grubby puts it in place of what is there.
	: >"$host/root/usr/sbin/grubby"
	nfg apply
	err_has ": grubby --update-kernel=ALL --args=initcall_blacklist=old,packet_init, then reboot"
	mkdir -p "$host/root/run" "$host/sys/kernel/security/killswitch"
	: >"$host/root/run/ostree-booted"
	: >"$host/root/usr/bin/rpm-ostree"
	: >"$host/sys/kernel/security/killswitch/control"
	nfg apply
	err_has ": rpm-ostree kargs --append=initcall_blacklist=packet_init, then reboot; until then /sys/kernel/security/killswitch/control can make its functions fail"
}

# A host must not be told to switch off what it runs on.
test_a_built_in_module_that_this_host_runs_on()
{
	tree <<-'END'
	builtin kernel/fs/ext4/ext4.ko
	modinfo ext4.alias=fs-ext4
	END
	kallsyms <<<'__initcall__kmod_ext4__900_7429_ext4_init_fs6'
	mkdir -p "$host/proc/self"
	echo '25 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw' >"$host/proc/self/mountinfo"
	conf etc/nfguard.d/50.conf <<<'deny ext4'
	nfg apply
	exits 3
	err <<<'nfguard: ext4 is denied (deny ext4) but built into this kernel, and carries the file system /: leave it out of the rule, or boot a kernel without it'
	nfg list --cmdline
	err_has "ext4 is not included: it is built into this kernel, and carries the file system /"
	out </dev/null
}

# Of another kernel only System.map tells; Debian's is a line about where it is.
test_built_in_modules_of_another_kernel()
{
	built_in
	mkdir -p "$host/image/lib/modules/7.3" "$host/image/boot" "$host/image/etc/nfguard.d"
	cp "$host/modules"/modules.* "$host/image/lib/modules/7.3"
	echo 'deny af_packet' >"$host/image/etc/nfguard.d/50.conf"
	echo 'initcall_blacklist=packet_init' >"$host/proc/cmdline"
	nfg check --root "$host/image"
	exits 3
	err_has "af_packet is denied (deny af_packet) but built into this kernel, whose symbols (System.map) do not name its init function"
	echo 'ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package' \
		>"$host/image/boot/System.map-7.3"
	nfg list --root "$host/image" --cmdline
	err_has "whose symbols (System.map) do not name its init function"
	cp "$host/proc/kallsyms" "$host/image/lib/modules/7.3/System.map"
	nfg list --root "$host/image" --cmdline
	out <<<'initcall_blacklist=packet_init'
	# The command line of this host says nothing about it.
	nfg check --root "$host/image"
	exits 3
	err_has "and stays until a boot without its init function"
	# Nor does a command for this host's boot loader change anything in there.
	grub
	mkdir -p "$host/image/usr/sbin" "$host/image/boot/grub"
	: >"$host/image/usr/sbin/update-grub"
	: >"$host/image/boot/grub/grub.cfg"
	nfg check --root "$host/image"
	exits 3
	err_has "without its init function: add initcall_blacklist=packet_init to the kernel command line that the system in image is to be booted with"
	err_lacks "update-grub"
	rm "$host/image/etc/nfguard.d/50.conf"
	nfg deny --root "$host/image" af_packet
	exits 3
	out_has "50-nfguard.conf written"
	err_has "af_packet is denied (deny af_packet) but built into this kernel, and stays until a boot without its init function: add initcall_blacklist=packet_init to"
	needs_json || return 0
	nfg deny --root "$host/image" --json af_packet
	exits 3
	json '[m["module"] for m in d["live"]]' "['af_packet']"
}
