# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What the doctor finds, each finding with its place and remedy.

# A small module tree in the shape of the real one.
netfilter_tree()
{
	tree <<-'END'
	needs kernel/net/x_tables.ko
	needs kernel/net/ip_tables.ko kernel/net/x_tables.ko
	needs kernel/net/nf_conntrack.ko
	needs kernel/net/nf_nat.ko kernel/net/nf_conntrack.ko
	needs kernel/net/iptable_nat.ko kernel/net/nf_nat.ko kernel/net/nf_conntrack.ko kernel/net/ip_tables.ko kernel/net/x_tables.ko
	needs kernel/net/xt_conntrack.ko kernel/net/nf_conntrack.ko kernel/net/x_tables.ko
	needs kernel/net/xt_LOG.ko kernel/net/x_tables.ko
	needs kernel/net/nf_log_syslog.ko
	needs updates/nfguard.ko
	alias ipt_conntrack xt_conntrack
	alias nfct-helper nf_conntrack
	alias ipt_icmp ip_tables
	END
	echo 'softdep xt_LOG pre: nf_log_syslog' >"$host/modules/modules.softdep"
	mkdir -p "$host/root/etc/modprobe.d" "$host/root/usr/lib/modprobe.d"
}

# modprobe_d DIR/FILE: writes it from stdin.
modprobe_d()
{
	cat >"$host/root/$1"
}

test_nothing_to_find()
{
	netfilter_tree
	nfg doctor
	exits 0
	out <<-'END'
	nothing found that defeats a denial
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
	silent
}

test_the_list_of_the_outage()
{
	netfilter_tree
	modprobe_d etc/modprobe.d/off.conf <<-'END'
	alias ip_tables off
	alias iptable off
	alias iptable_nat off
	alias iptable_filter off
	alias x_tables off
	alias nf_nat off
	alias nf_conntrack_ipv4 off
	alias nf_conntrack off
	END
	nfg doctor
	exits 3
	out <<-'END'
	/etc/modprobe.d/off.conf:1: alias ip_tables off closes only that name: 1 of 3 names still bring ip_tables in: ipt_icmp
	    remedy: nfguard deny ip_tables
	/etc/modprobe.d/off.conf:2: alias iptable off closes nothing: it is not a module or alias of this kernel
	    remedy: remove the line
	/etc/modprobe.d/off.conf:4: alias iptable_filter off closes nothing: it is not a module or alias of this kernel
	    remedy: remove the line
	/etc/modprobe.d/off.conf:5: alias x_tables off closes only that name: 4 of 7 names still bring x_tables in: ipt_icmp, xt_conntrack, ipt_conntrack, xt_LOG
	    remedy: nfguard deny x_tables
	/etc/modprobe.d/off.conf:7: alias nf_conntrack_ipv4 off closes nothing: it is not a module or alias of this kernel
	    remedy: remove the line
	/etc/modprobe.d/off.conf:8: alias nf_conntrack off closes only that name: 3 of 6 names still bring nf_conntrack in: nfct_helper, xt_conntrack, ipt_conntrack
	    remedy: nfguard deny nf_conntrack
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
	# For denied modules these lines do not matter.
	conf etc/nfguard.d/50.conf <<<'deny x_tables nf_conntrack'
	nfg doctor
	exits 3
	! grep -q 'still bring' "$host/out" || bad "it complains about denied modules"
}

test_modprobe_d_lines_that_have_no_effect()
{
	netfilter_tree
	modprobe_d usr/lib/modprobe.d/20-firewall.conf <<-'END'
	# Without an index of its modules libkmod knows the fake tree's by aliases alone.
	alias nf_log_syslog nf_log_syslog
	install nf_conntrack /sbin/modprobe --ignore-install \
		nf_conntrack
	END
	modprobe_d usr/lib/modprobe.d/90-shadowed.conf <<<'blacklist nf_conntrack'
	modprobe_d etc/modprobe.d/90-shadowed.conf <<<'# nothing'
	modprobe_d etc/modprobe.d/50.conf <<-'END'
	install nf-conntrack /bin/false

	install xt_LOG /bin/true
	install ip_tables /bin/false
	blacklist nf-nat
	blacklist xt_conntrack
	blacklist no_such_module
	END
	nfg doctor
	exits 3
	out <<-'END'
	/etc/modprobe.d/50.conf:1: install nf_conntrack /bin/false has no effect: /usr/lib/modprobe.d/20-firewall.conf:3 comes first, and modprobe runs that
	    remedy: nfguard deny nf_conntrack
	/etc/modprobe.d/50.conf:3: install xt_LOG /bin/true has no effect: xt_LOG has a soft dependency, and modprobe then ignores install lines
	    remedy: nfguard deny xt_LOG
	/etc/modprobe.d/50.conf:5: blacklist nf_nat hides only its 0 aliases: its own name still brings it in
	    remedy: nfguard deny nf_nat
	/etc/modprobe.d/50.conf:6: blacklist xt_conntrack hides only its 1 alias: its own name still brings it in
	    remedy: nfguard deny xt_conntrack
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
	needs_json || return 0
	nfg doctor --json
	valid_json
	json '[f["check"] for f in d["findings"]]' "['install', 'install', 'blacklist', 'blacklist']"
	json 'd["findings"][1]["line"]' 3
	json 'd["findings"][1]["file"].endswith("/etc/modprobe.d/50.conf")' True
	json 'd["findings"][1]["remedy"]' 'nfguard deny xt_LOG'
}

# '-' is '_' after a bracket, too; inside brackets it makes a range.
test_modprobe_d_patterns_that_are_off()
{
	netfilter_tree
	modprobe_d etc/modprobe.d/50.conf <<-'END'
	alias nf[a-c]t-helper off
	alias nf[a-b]t-helper off
	alias nf-conntrack off
	END
	nfg doctor
	exits 3
	out <<-'END'
	/etc/modprobe.d/50.conf:2: alias nf[a-b]t_helper off closes nothing: it is not a module or alias of this kernel
	    remedy: remove the line
	/etc/modprobe.d/50.conf:3: alias nf_conntrack off closes only that name: 4 of 6 names still bring nf_conntrack in: nf_nat, iptable_nat, xt_conntrack, ipt_conntrack
	    remedy: nfguard deny nf_conntrack
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
}

test_denied_modules_that_are_present_anyway()
{
	netfilter_tree
	echo kernel/net/netfilter.ko >"$host/modules/modules.builtin"
	echo 'nf_nat 1 0 - Live 0x0' >"$host/proc/modules"
	mkdir -p "$host/root/etc/modules-load.d"
	echo nf-nat >"$host/root/etc/modules-load.d/router.conf"
	conf etc/nfguard.d/50.conf <<<'deny netfilter nf_conntrack'
	nfg doctor
	exits 3
	out <<-'END'
	nf_nat is denied but already live
	    remedy: nfguard apply --unload
	netfilter is denied but built into this kernel, whose symbols (/proc/kallsyms) do not name its init function
	    remedy: boot a kernel without it
	/etc/modules-load.d/router.conf:1: nf-nat is denied (deny netfilter nf_conntrack), so systemd-modules-load fails to load it
	    remedy: remove that line
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
}

# A program of initramfs-tools lists what is in the image.
test_copies_in_the_initramfs()
{
	netfilter_tree
	mkdir -p "$host/root/boot" "$host/bin"
	: >"$host/root/boot/initrd.img-modules"
	cat >"$host/bin/lsinitramfs" <<-'END'
	#!/bin/sh
	[ -e "$1" ] || exit 1
	echo usr/lib/modules/6.1/kernel/net/nf-nat.ko.xz
	echo usr/lib/modules/6.1/kernel/net/ip_tables.ko
	echo usr/bin/sh
	END
	chmod +x "$host/bin/lsinitramfs"
	PATH=$host/bin:$PATH
	conf etc/nfguard.d/50.conf <<<'deny nf_conntrack'
	nfg doctor
	exits 3
	out_has "/boot/initrd.img-modules: nf_nat is denied, but a copy in here"
	[ "$(grep -c 'copy in here' "$host/out")" = 1 ] || bad "there is more than one such finding"
	printf '#!/bin/sh\nexit 1\n' >"$host/bin/lsinitramfs"
	cp "$host/bin/lsinitramfs" "$host/bin/lsinitrd"
	chmod +x "$host/bin/lsinitrd"
	nfg doctor
	exits 3
	out_has "initrd.img-modules: the image can't be examined"
}

# Until the gate is armed it is an error, then a warning: it can't be taken back.
test_doctor_tells_what_may_have_gone_through()
{
	netfilter_tree
	printf 'request_unenforced 3\n' >"$host/debug/nfguard/counters"
	nfg doctor
	exits 0
	out_has "3 requests to be denied may have gone through, as the request gate was not proved to be armed"
	out_has "    remedy: nfguard events --verdict unenforced shows who asked for what; it is armed again, and what got in is reported here as live"
	set_status state degraded
	set_status request_gate 'degraded -EBUSY'
	nfg doctor
	exits 4
	out_has "3 requests to be denied may have gone through, as the request gate is not proved to be armed"
	out_has "    remedy: nfguard status says how to arm it, nfguard events --verdict unenforced shows who asked for what"
	needs_json || return 0
	nfg doctor --json
	json '[f["severity"] for f in d["findings"] if f["check"] == "unenforced"]' "['error']"
	set_status state guarding
	set_status request_gate armed
	nfg doctor --json
	json '[f["severity"] for f in d["findings"] if f["check"] == "unenforced"]' "['warning']"
	printf 'request_unenforced 0\n' >"$host/debug/nfguard/counters"
	nfg doctor
	! grep -q "gone through" "$host/out" || bad "there is none"
}

test_switches_and_a_missing_guard()
{
	netfilter_tree
	mkdir -p "$host/debug/kprobes" "$host/proc/sys/kernel" "$host/sys/kernel/security"
	echo 0 >"$host/debug/kprobes/enabled"
	echo 0 >"$host/proc/sys/kernel/ftrace_enabled"
	echo 1 >"$host/proc/sys/kernel/modules_disabled"
	echo 'quiet nfguard.off=1' >"$host/proc/cmdline"
	echo 'none [integrity] confidentiality' >"$host/sys/kernel/security/lockdown"
	guard_not_loaded
	nfg doctor
	exits 4
	out <<-'END'
	debug/kprobes/enabled: all kprobes are switched off, and the request gate with them
	    remedy: reboot (lockdown keeps debugfs from being written)
	proc/sys/kernel/ftrace_enabled: ftrace is switched off, and the request gate with it
	    remedy: sysctl kernel.ftrace_enabled=1, then reboot
	proc/sys/kernel/modules_disabled: no module can be loaded until the host reboots, nfguard included
	    remedy: reboot, and have nfguard loaded before that is set: systemctl enable nfguard.service
	proc/cmdline: nfguard.off=1 is on the kernel command line, so the guard stays off at boot
	    remedy: remove it from the boot loader's configuration, then reboot
	the kernel module is not loaded, so nothing is in force
	    remedy: reboot
	this host refuses modules without a signature (lockdown), and this one has none
	    remedy: if DKMS built it: mokutil --import /var/lib/dkms/mok.pub, reboot and choose Enroll MOK; otherwise sign it with a key that the kernel trusts (scripts/sign-file in the kernel's headers)
	END
	sed -i '/nfguard/d' "$host/modules/modules.dep"
	nfg doctor
	out_has "modules: nfguard is not installed for this kernel"
}

# The list is the kernel module's own: kmod/abi/options.h.
test_doctor_names_the_options_that_a_kernel_lacks()
{
	two_modules
	sed -i '/nfguard/d' "$host/modules/modules.dep"
	mkdir -p "$host/modules/build"
	kernel_config KPROBES PROC_FS >"$host/modules/build/.config"
	nfg doctor
	exits 3
	out_has "modules: nfguard cannot run on this kernel, which was built without CONFIG_KPROBES, CONFIG_PROC_FS"
	out_has "remedy: boot a kernel that was built with all of it"
	# The first of these that is there counts.
	kernel_config GLOB >"$host/modules/config"
	nfg doctor
	out_has "which was built without CONFIG_GLOB"
	mkdir "$host/root/boot"
	{
		kernel_config NET
		echo "CONFIG_NETWORK=y"
		echo "# CONFIG_NET=y"
	} >"$host/root/boot/config-modules"
	nfg doctor
	out_has "which was built without CONFIG_NET"
	kernel_config | sed 's/CONFIG_GLOB=y/CONFIG_GLOB=m/' >"$host/root/boot/config-modules"
	nfg doctor
	out_has "nfguard is not installed for this kernel"
}

test_doctor_warns_of_other_kernels_that_cannot_run_it()
{
	local release

	two_modules
	has_guard_file modules "$host/modules"
	nfg doctor
	exits 0
	mkdir -p "$host/root/lib/modules/5.0.0-good" "$host/root/lib/modules/5.0.0-unknown" \
		"$host/root/lib/modules/5.0.0-bad" "$host/root/boot"
	kernel_config >"$host/root/boot/config-5.0.0-good"
	kernel_config CRYPTO_LIB_SHA256 >"$host/root/boot/config-5.0.0-bad"
	nfg doctor
	exits 0
	out_has "/lib/modules/5.0.0-bad: nfguard cannot run on this kernel, which was built without CONFIG_CRYPTO_LIB_SHA256: nothing is in force once it is booted"
	out_lacks "5.0.0-good"
	out_lacks "5.0.0-unknown"
	release=$(uname -r)
	mkdir "$host/root/lib/modules/$release"
	kernel_config NET | gzip >"$host/proc/config.gz"
	nfg doctor --json
	exits 0
	out_has "/lib/modules/$release"
	out_has "which was built without CONFIG_NET:"
}

# has_guard_file RELEASE DIR: an index and a file of nfguard's module, built for that kernel.
has_guard_file()
{
	guard_file "$1" "$2/updates/dkms/nfguard.ko"
	echo 'updates/dkms/nfguard.ko:' >>"$2/modules.dep"
}

# A directory without a module index is what a removed kernel left behind.
test_a_kernel_without_nfguard_is_told()
{
	local text="nfguard is not installed for this kernel: nothing is in force once it is booted"
	local gone="the module index names updates/dkms/nfguard.ko, but there is no such file: nothing is in force once it is booted"

	two_modules
	has_guard_file modules "$host/modules"
	mkdir -p "$host/root/lib/modules/7.0.0-dkms/updates" "$host/root/boot"
	nfg doctor
	exits 0
	out_lacks "7.0.0"
	mkdir -p "$host/root/lib/modules/7.0.0-new" "$host/root/lib/modules/7.0.0-good"
	echo 'kernel/base.ko:' >"$host/root/lib/modules/7.0.0-new/modules.dep"
	has_guard_file 7.0.0-good "$host/root/lib/modules/7.0.0-good"
	has_guard_file 6.9 "$host/root/lib/modules/7.0.0-foreign"
	has_guard_file 7.0.0-gone "$host/root/lib/modules/7.0.0-gone"
	rm -r "$host/root/lib/modules/7.0.0-gone/updates"
	: >"$host/root/boot/vmlinuz-7.0.0-good"
	: >"$host/root/boot/vmlinuz-7.0.0-bare"
	nfg doctor
	exits 0
	out_has "/lib/modules/7.0.0-new: $text"
	out_has "    remedy: apt-get install nfguard-dkms"
	out_has "/lib/modules/7.0.0-foreign: updates/dkms/nfguard.ko was built for kernel 6.9: this one refuses it"
	out_has "/lib/modules/7.0.0-gone: $gone"
	out_has "    remedy: dkms install --force nfguard/$version -k 7.0.0-gone, or make install"
	out_has "/lib/modules/7.0.0-bare: an image of it is in /boot, but no module index"
	out_lacks "7.0.0-good"
	nfg status
	exits 0
	err_has "/lib/modules/7.0.0-new: $text: apt-get install nfguard-dkms"
	err_has "/lib/modules/7.0.0-bare: an image of it is in /boot"
	err_has "/lib/modules/7.0.0-gone: $gone: dkms install --force"
	# It reads no modules: it is run often.
	err_lacks "7.0.0-foreign"
	err_lacks "7.0.0-good"
	nfg apply --store
	exits 0
	silent
	sed -i '/nfguard/d' "$host/modules/modules.dep"
	nfg apply --store
	exits 0
	out <<<'stored for the next boot'
	err_has "modules: $text"
}

# On most hosts /lib is a link to /usr/lib: the directory must not be read twice.
test_modules_load_d_is_read_as_systemd_does()
{
	netfilter_tree
	mkdir -p "$host/root/etc/modules-load.d" "$host/root/usr/lib/modules-load.d"
	ln -s usr/lib "$host/root/lib"
	echo nf_conntrack >"$host/root/usr/lib/modules-load.d/kept.conf"
	echo nf_conntrack >"$host/root/usr/lib/modules-load.d/masked.conf"
	ln -s /dev/null "$host/root/etc/modules-load.d/masked.conf"
	conf etc/nfguard.d/50.conf <<<'deny nf_conntrack'
	nfg doctor
	exits 3
	out <<-'END'
	/usr/lib/modules-load.d/kept.conf:1: nf_conntrack is denied (deny nf_conntrack), so systemd-modules-load fails to load it
	    remedy: copy it to /etc/modules-load.d/kept.conf, and remove that line there
	the kernel module was loaded by hand, or by something other than nfguard boot
	END
}
