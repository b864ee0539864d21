# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# nfguard verify: whether modules are out of reach, now and after the next boot of each
# kernel.

# Two kernels, of which the first is the running one, with the guard and its policy.
host_of_two_kernels()
{
	local other=$host/root/lib/modules/6.2

	tree <<-'END'
	needs kernel/net/esp4.ko
	needs kernel/net/rxrpc.ko
	needs kernel/net/user.ko kernel/net/rxrpc.ko
	needs updates/nfguard.ko
	alias net-pf-33 rxrpc
	END
	mkdir -p "$(dirname "$other")" "$host/root/boot" "$host/bin"
	cp -r "$host/modules" "$other"
	guard_file 6.2 "$other/updates/nfguard.ko"
	: >"$host/root/boot/vmlinuz-6.2"
	: >"$host/root/boot/initrd.img-6.2"
	cat >"$host/bin/lsinitramfs" <<-END
	#!/bin/sh
	cat "$host/image"
	END
	chmod +x "$host/bin/lsinitramfs"
	: >"$host/image"
	PATH=$host/bin:$PATH
	grub_of
	nfg deny esp4 rxrpc
	store_other
}

# As nfguard apply --store --kernel 6.2 does on a host.
store_other()
{
	mkdir -p "$host/stored/etc" "$host/stored/usr" "$host/stored/lib"
	rm -rf "$host/stored/etc/nfguard.d" "$host/stored/lib/modules"
	cp -r "$host/root/etc/nfguard.d" "$host/stored/etc/nfguard.d"
	cp -r "$host/root/lib/modules" "$host/stored/lib/modules"
	nfg apply --store --root "$host/stored" --kernel 6.2
	exits 0
	cp "$host/stored/etc/nfguard.d/compiled/6.2" "$etc/compiled/6.2"
}

all_holds()
{
	nfg verify esp4 rxrpc
	exits 0
	silent
	out <<-'END'
	now: out of reach
	next boot of modules: out of reach
	next boot of 6.2: out of reach
	END
}

# defeats TEXT: verify finds that alone, and exits with 3.
defeats()
{
	nfg verify esp4 rxrpc
	exits 3
	out_has "$1"
	[ "$(grep -vc '^now: \|^next boot of \|^    remedy: ' "$host/out")" = 1 ] || {
		bad "more than one finding"
		cat "$host/out"
	}
}

test_verify_of_what_is_out_of_reach()
{
	host_of_two_kernels
	all_holds
	nfg verify
	exits 0
	# An alias, and what needs a denied module.
	nfg verify net-pf-33 user
	exits 0
	needs_json || return 0
	nfg verify --json esp4
	exits 0
	valid_json
	json 'd["verify"]' "[{'when': 'now', 'kernel': None, 'holds': True}, {'when': 'next boot', 'kernel': 'modules', 'holds': True}, {'when': 'next boot', 'kernel': '6.2', 'holds': True}]"
	json 'd["findings"]' '[]'
}

# What an advisory names and no kernel here has is no reason not to be sure.
test_verify_of_a_name_that_no_kernel_has()
{
	local absent="not a module or alias of any installed kernel, so out of reach"

	host_of_two_kernels
	nfg verify esp4 rxrpc dccp
	exits 0
	out <<-END
	now: out of reach
	dccp is $absent
	    remedy: nfguard deny --force dccp, in case a later kernel has it
	next boot of modules: out of reach
	next boot of 6.2: out of reach
	END
	nfg verify ax25 dccp
	exits 0
	out_has "ax25, dccp are not modules or aliases of any installed kernel, so out of reach"
	out_has "    remedy: nfguard deny --force ax25 dccp, in case a later kernel has them"
	# What is advised works.
	nfg deny --force dccp
	exits 0
	nfg verify dccp
	exits 0
	out_has "dccp is $absent"
	out_lacks remedy
	# One that was loaded from elsewhere is live.
	echo 'ax25 1 0 - Live 0x0' >"$host/proc/modules"
	nfg verify ax25
	exits 3
	out_has "ax25 is not denied by the policy in force"
	out_has "    remedy: nfguard deny --force ax25"
	: >"$host/proc/modules"
	# One that only the other kernel has.
	echo kernel/net/ax25.ko: >>"$host/root/lib/modules/6.2/modules.dep"
	nfg verify ax25
	exits 3
	out_has "now: out of reach"
	out_has "next boot of modules: out of reach"
	out_has "ax25 is not denied to all by the policy files that last"
	needs_json || return 0
	nfg verify --json dccp
	json '[(f["check"], f["severity"]) for f in d["findings"]]' "[('name', 'warning')]"
}

# A typo in a fleet's script must not pass for a proof.
test_verify_of_a_name_that_is_a_slip()
{
	local no="is not a module or alias of any installed kernel"

	host_of_two_kernels
	nfg verify rxprc
	exits 3
	out <<-END
	now: not out of reach
	rxprc $no: did you mean rxrpc?
	    remedy: nfguard verify rxrpc, or nfguard deny --force rxprc if rxprc is really meant
	next boot of modules: out of reach
	next boot of 6.2: out of reach
	END
	nfg verify ESP4 esp44 rxrpc
	exits 3
	out_has "ESP4 $no: did you mean esp4?"
	out_has "esp44 $no: did you mean esp4?"
	# Of a family of which this host has only others.
	nfg verify esp6 net-pf-34 rxrpc
	exits 0
	out_has "esp6 $no, so out of reach: did you mean esp4?"
	needs_json && {
		nfg verify --json rxprc
		exits 3
		valid_json
		json '[(v["when"], v["holds"]) for v in d["verify"]][0]' "('now', False)"
		json '[(f["when"], f["check"], f["severity"]) for f in d["findings"]]' "[('now', 'name', 'error')]"
	}
	# What is advised works.
	nfg verify rxrpc
	exits 0
	nfg deny --force rxprc
	nfg verify rxprc
	exits 0
	out_has "rxprc $no, so out of reach"
	nfg remove rxprc
	# A rule for some askers, or the default, does not name it.
	nfg deny --force unprivileged rxprc
	nfg verify rxprc
	exits 3
	nfg remove rxprc
	conf etc/nfguard.d/60.conf <<<'default deny'
	nfg apply --yes
	store_other
	nfg verify rxprc
	exits 3
	rm "$etc/60.conf"
	nfg apply --yes
	store_other
	# What another kernel has is known.
	echo kernel/net/tipc.ko: >>"$host/root/lib/modules/6.2/modules.dep"
	nfg verify tpic
	exits 3
	out_has "tpic $no: did you mean tipc?"
	# The advisory's esp6, where only esp4 was ever built: that is asked for already.
	nfg verify esp4 esp6
	exits 0
	out_has "esp6 $no, so out of reach"
	# Modules with names that others resemble are in many advisories.
	printf 'kernel/fs/%s.ko:\n' nfs romfs >>"$host/modules/modules.dep"
	nfg verify hfs cramfs
	exits 0
	out_has "hfs $no, so out of reach: did you mean nfs?"
	out_has "cramfs $no, so out of reach: did you mean romfs?"
	nfg verify nsf
	exits 3
	nfg verify esp
	exits 3
}

test_verify_of_groups_and_files()
{
	host_of_two_kernels
	nfg verify alias:net-pf-33
	exits 0
	nfg verify @net
	exits 0
	echo kernel/net/other.ko: | tee -a "$host/root/lib/modules/6.2/modules.dep" >>"$host/modules/modules.dep"
	nfg verify @net
	exits 3
	out_has "other is not denied by the policy in force"
	out_has "    remedy: nfguard deny other"
	out_has "other is not denied to all by the policy files that last"
	nfg verify @nett
	exits 2
	err_has "'@nett': no module of this kernel is in such a directory: did you mean @net?"
	nfg verify esp4.ko
	exits 2
	err_has "'esp4.ko' is the name of a file: write esp4"
	nfg verify /lib/modules/6.2/kernel/net/esp4.ko.xz
	exits 2
	err_has "is the name of a file: write esp4"
	nfg verify 'esp*'
	exits 2
	err_has "'esp*': a pattern is not allowed here"
}

# A default is in force in the real root alone; and who names a module wants to know.
test_verify_under_a_default()
{
	local text="no rule denies rxrpc, and default deny does not hold in the initramfs: a copy in here can be loaded"

	host_of_two_kernels
	conf etc/nfguard.d/10.conf <<-'END'
	default deny
	END
	conf etc/nfguard.d/50-nfguard.conf <<<'deny esp4'
	nfg apply --yes
	store_other
	all_holds
	echo usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz >"$host/image"
	defeats "/boot/initrd.img-6.2: $text"
	out_has "    remedy: nfguard deny rxrpc"
	guard_in_image
	defeats "$text"
	# Without names, what a rule denies is meant.
	nfg verify
	exits 0
	nfg deny rxrpc
	store_other
	guard_in_image
	all_holds
}

test_verify_of_now()
{
	host_of_two_kernels
	echo 'esp4 1 0 - Live 0x0' >"$host/proc/modules"
	defeats "esp4 is denied but already live"
	out_has "    remedy: nfguard apply --unload"
	needs_json && {
		nfg verify --json esp4
		valid_json
		json '[(f["when"], f["check"], f["module"]) for f in d["findings"]]' "[('now', 'live', 'esp4')]"
	}
	# What was not asked for says nothing.
	nfg verify rxrpc
	exits 0
	: >"$host/proc/modules"
	all_holds
	nfg mode --runtime permissive
	defeats "the mode is permissive, so nothing is denied"
	nfg mode enforcing
	all_holds
	set_status state degraded
	set_status request_gate 'degraded -EBUSY'
	nfg verify esp4
	exits 4
	out_has "now: not out of reach"
	out_has "the guard is degraded"
	guard_not_loaded
	nfg verify esp4
	exits 4
	out_has "the kernel module is not loaded, so nothing is in force"
}

test_verify_of_a_rule_that_does_not_last()
{
	host_of_two_kernels
	nfg remove rxrpc
	store_other
	nfg verify rxrpc
	exits 3
	[ "$(grep -c '^n.*: not out of reach' "$host/out")" = 3 ] || bad "it is denied somewhere"
	nfg deny --runtime rxrpc
	nfg verify rxrpc
	exits 3
	out_has "now: out of reach"
	out_has "next boot of 6.2: not out of reach"
	out_has "rxrpc is not denied to all by the policy files that last"
	nfg deny unprivileged rxrpc
	nfg verify rxrpc
	out_has "rxrpc is not denied to all by the policy files that last"
	nfg remove --runtime rxrpc
	nfg verify rxrpc
	exits 3
	out_has "rxrpc is denied to unprivileged askers only by the policy in force"
}

test_verify_of_a_kernel_without_nfguard()
{
	host_of_two_kernels
	cp "$host/root/lib/modules/6.2/modules.dep" "$host/was"
	sed -i '/nfguard/d' "$host/root/lib/modules/6.2/modules.dep"
	defeats "/lib/modules/6.2: nfguard is not installed for this kernel: nothing is in force once it is booted"
	cp "$host/was" "$host/root/lib/modules/6.2/modules.dep"
	all_holds
	: >"$host/root/boot/vmlinuz-6.3"
	defeats "/lib/modules/6.3: an image of it is in /boot, but no module index"
}

# The index may name a file that is gone, or one that was copied from elsewhere.
test_verify_of_a_guard_that_its_kernel_refuses()
{
	local dir=$host/root/lib/modules/6.2 file remedy at

	file=$dir/updates/nfguard.ko
	remedy="    remedy: dkms install --force nfguard/$version -k 6.2, or make install KDIR=/lib/modules/6.2/build"
	host_of_two_kernels
	rm "$file"
	at="/lib/modules/6.2: the module index names updates/nfguard.ko, but there is no such file"
	defeats "$at: nothing is in force once it is booted"
	out_has "$remedy"
	guard_file 6.1 "$file"
	at="/lib/modules/6.2: updates/nfguard.ko"
	defeats "$at was built for kernel 6.1: this one refuses it"
	out_lacks unless
	out_has "$remedy"
	# 6.2 is only the beginning of it.
	guard_file 6.2.1 "$file"
	defeats "$at was built for kernel 6.2.1: this one refuses it"
	# With symbol versions, the release may differ.
	guard_file 6.1 "$file" modversions
	defeats "$at was built for kernel 6.1: this one refuses it, unless all symbols that it needs have the same version"
	echo 404 >"$file"
	defeats "$at can't be read as a kernel module: "
	printf '\0' | dd of="$file" bs=1 count=1 2>/dev/null
	defeats "$at can't be read as a kernel module: "
	guard_file 6.2 "$file"
	all_holds
	# As distributions compress it.
	command -v xz zstd >/dev/null || {
		skip "no xz or zstd"
		return 0
	}
	for at in xz zst; do
		guard_file 6.2 "$file"
		"${at/zst/zstd}" -q "$file"
		sed -i "s|^updates/.*|updates/nfguard.ko.$at:|" "$dir/modules.dep"
		store_other
		all_holds
	done
	guard_file 6.1 "$file"
	zstd -qf "$file"
	defeats "/lib/modules/6.2: updates/nfguard.ko.zst was built for kernel 6.1: this one refuses it"
	# weak-modules has compared the versions, and links the other kernel's.
	mkdir "$dir/weak-updates"
	guard_file 6.1 "$dir/weak-updates/nfguard.ko" modversions
	sed -i 's|^updates/.*|weak-updates/nfguard.ko:|' "$dir/modules.dep"
	store_other
	all_holds
	# This kernel's.
	guard_file 6.1 "$host/modules/updates/nfguard.ko"
	defeats "modules: updates/nfguard.ko was built for kernel 6.1: this one refuses it"
	rm "$host/modules/updates/nfguard.ko"
	defeats "modules: the module index names updates/nfguard.ko, but there is no such file"
}

# Boot compiles a stale policy afresh, but not before the initramfs has used it.
test_verify_of_a_stored_policy()
{
	host_of_two_kernels
	mv "$etc/compiled/6.2" "$host/was"
	defeats "no policy is stored for this kernel"
	out_has "    remedy: nfguard apply --store --kernel 6.2"
	sed 's/^end$//' "$host/was" >"$etc/compiled/6.2"
	defeats "the policy that is stored for this kernel can't be used"
	cp "$host/was" "$etc/compiled/6.2"
	all_holds
	# A change elsewhere does not matter.
	nfg deny user
	all_holds
	nfg remove rxrpc
	store_other
	nfg deny rxrpc
	defeats "the policy that is stored for this kernel is older, and lacks some of it"
	nfg verify esp4
	exits 0
}

# What the hook puts into the image of 6.2.
guard_in_image()
{
	sed -i /nfguard/d "$host/image"
	cat >>"$host/image" <<-END
	etc/nfguard.d/compiled/6.2
	etc/nfguard.d/compiled/6.2.sha256-$(sha256sum "$etc/compiled/6.2" | cut -d' ' -f1)
	usr/lib/modules/6.2/updates/nfguard.ko.xz
	usr/sbin/nfguard
	END
}

test_verify_of_an_initramfs()
{
	host_of_two_kernels
	echo usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz >"$host/image"
	defeats "/boot/initrd.img-6.2: rxrpc is denied, but a copy in here can be loaded before the guard is"
	nfg verify esp4
	exits 0
	# With the guard in it, and the stored policy, the copy is denied.
	guard_in_image
	all_holds
	# With the digest alone it guards nothing.
	cp "$host/image" "$host/was"
	sed -i /nfguard.ko/d "$host/image"
	nfg verify esp4
	exits 3
	out_has "/boot/initrd.img-6.2: it has a policy, but not the kernel module and the command"
	nfg verify rxrpc
	out_has "rxrpc is denied, but a copy in here can be loaded before the guard is"
	# Nor with another kernel's module.
	sed 's|6.2/updates|6.3/updates|' "$host/was" >"$host/image"
	nfg verify esp4
	exits 3
	out_has "it has a policy, but not the kernel module and the command"
	grep -v sbin/nfguard "$host/was" >"$host/image"
	nfg verify esp4
	exits 3
	cp "$host/was" "$host/image"
	all_holds
	nfg mode permissive
	nfg mode enforcing
	nfg verify esp4
	out_has "the mode in here is not the one stored for the next boot"
}

test_verify_of_the_service()
{
	host_of_two_kernels
	mkdir -p "$host/root/run/systemd/system" "$host/root/etc/systemd/system"
	nfg verify esp4
	exits 3
	out_has "nfguard.service is not enabled, so the policy files do not take effect at boot"
	ln -s /dev/null "$host/root/etc/systemd/system/nfguard.service"
	nfg verify esp4
	exits 3
	out_has "nfguard.service is masked"
}

# What is refused is seen in the rule's last hit, which the first in a tick of the clock is.
test_verify_try_sees_what_is_refused()
{
	host_of_two_kernels
	echo '0 deny esp4' >"$host/proc/fake/request"
	nfg verify --try esp4
	out_has "try: esp4: request denied (deny esp4)"
	: >"$host/debug/nfguard/rules"
	echo '1 deny esp4' >"$host/proc/fake/request"
	nfg verify --try esp4
	out_has "try: esp4: request denied (deny esp4)"
	: >"$host/debug/nfguard/rules"
	echo '9 deny esp4' >"$host/proc/fake/request"
	nfg verify --try esp4
	exits 3
	out_has "try: esp4: request not denied: no rule has it as its last denial"
	rm -r "$host/debug/nfguard"
	nfg verify --try esp4
	out_has "try: esp4: request not tried: without debugfs its refusal can't be seen"
}

# systemd loads some modules itself, before any unit.
test_verify_of_what_PID_1_loads()
{
	local dir text="PID 1 may load ip_tables before nfguard.service runs, and no initramfs with the guard comes before it"

	host_of_two_kernels
	for dir in "$host/modules" "$host/root/lib/modules/6.2"; do
		printf 'kernel/net/%s.ko:\n' ip_tables autofs4 >>"$dir/modules.dep"
	done
	nfg deny ip_tables
	store_other
	nfg verify ip_tables
	exits 0
	mkdir -p "$host/root/run/systemd/system" "$host/root/etc/modprobe.d" \
		"$host/root/etc/systemd/system/sysinit.target.wants"
	ln -s /lib/systemd/system/nfguard.service "$host/root/etc/systemd/system/sysinit.target.wants"
	nfg verify ip_tables
	exits 3
	out_has "next boot of modules: not out of reach"
	out_has "$text"
	out_has "    remedy: nfguard mirror on, as PID 1 reads modprobe.d"
	needs_json && {
		nfg verify --json ip_tables
		json '[(f["check"], f["module"]) for f in d["findings"]]' "[('boot', 'ip_tables'), ('boot', 'ip_tables')]"
	}
	nfg verify esp4
	exits 0
	# With the guard in the initramfs there is nothing before it.
	guard_in_image
	nfg verify ip_tables
	out_has "next boot of 6.2: out of reach"
	# What is advised helps.
	: >"$host/image"
	nfg mirror on
	nfg verify ip_tables
	exits 0
}

test_verify_of_what_is_built_in()
{
	host_of_two_kernels
	echo kernel/net/packet/af_packet.ko >"$host/root/lib/modules/6.2/modules.builtin"
	echo kernel/net/packet/af_packet.ko >"$host/modules/modules.builtin"
	printf '0 d %s\n' __initcall__kmod_af_packet__416_4774_packet_init6 >"$host/proc/kallsyms"
	nfg deny af_packet
	store_other
	nfg verify af_packet
	exits 3
	out_has "af_packet is denied but built into this kernel, and stays until a boot without its init function"
	out_has "af_packet is built into this kernel, and its command line does not leave it out"
	out_has "af_packet is built into this kernel, whose symbols (System.map) do not name its init functions"
	out_has "    remedy: boot it, and run nfguard verify there"
	echo initcall_blacklist=packet_init >"$host/proc/cmdline"
	cp "$host/proc/kallsyms" "$host/root/boot/System.map-6.2"
	nfg verify af_packet
	exits 3
	out_has "now: out of reach"
	out_has "/boot/grub/grub.cfg:2: af_packet is built into this kernel, and its command line does not leave it out"
	grub_of initcall_blacklist=packet_init
	sed -i 's/vda1 ro$/vda1 ro initcall_blacklist=a,packet_init/' "$host/root/boot/grub/grub.cfg"
	nfg verify af_packet
	exits 0
}

# No command line may be advised with which the host does not come up.
test_verify_of_what_this_host_runs_on()
{
	local dir

	host_of_two_kernels
	for dir in "$host/modules" "$host/root/lib/modules/6.2"; do
		echo kernel/fs/ext4/ext4.ko >"$dir/modules.builtin"
		printf 'ext4.alias=fs-ext4\0' >"$dir/modules.builtin.modinfo"
	done
	printf '0 d %s\n' __initcall__kmod_ext4__900_7429_ext4_init_fs6 >"$host/proc/kallsyms"
	cp "$host/proc/kallsyms" "$host/root/boot/System.map-6.2"
	mkdir -p "$host/proc/self"
	echo '25 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw' >"$host/proc/self/mountinfo"
	nfg deny ext4
	store_other
	nfg verify ext4
	exits 3
	out_has "/boot/grub/grub.cfg:3: ext4 is built into this kernel, and carries the file system /"
	out_has "    remedy: leave it out of the rule, or remove that kernel"
	out_lacks initcall_blacklist
}

# Trying would let in what the guard does not refuse.
test_verify_try_without_a_guard_in_effect()
{
	host_of_two_kernels
	guard_not_loaded
	nfg verify --try esp4
	exits 4
	err_has "nothing was tried: the guard is not in effect"
	guard_loaded
	nfg deny esp4
	nfg mode permissive
	nfg verify --try esp4
	exits 3
	err_has "nothing was tried: the mode is permissive, so it would get in"
	nfg mode enforcing
	# esp6 is no module here, user is not denied, and esp4 is live.
	nfg remove rxrpc
	echo 'esp4 1 0 - Live 0x0' >"$host/proc/modules"
	nfg verify --try esp4 esp6 user
	exits 3
	out_has "try: esp4: load not tried: it is live"
	out_has "try: user: load not tried: it is not denied to all"
	needs_json || return 0
	nfg verify --json --try esp4
	valid_json
	json 'd["tries"]' "[{'module': 'esp4', 'gate': 'load', 'name': None, 'outcome': 'not tried', 'rule': None, 'text': 'it is live'}]"
}
