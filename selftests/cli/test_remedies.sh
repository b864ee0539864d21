# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2001,SC2016
# Each remedy is one that works in that state: a state is made, the remedy that is
# printed for it is followed to the letter, and the finding is gone.

remedy_tree()
{
	tree <<-'END'
	needs kernel/dummy.ko
	needs kernel/wireguard.ko
	needs kernel/nf_conntrack.ko
	needs kernel/nf_nat.ko kernel/nf_conntrack.ko
	needs kernel/nft_ct.ko kernel/nf_conntrack.ko
	needs kernel/xt_LOG.ko
	needs kernel/nf_log_syslog.ko
	needs updates/nfguard.ko
	alias rtnl-link-wireguard wireguard
	alias net-conntrack nf_conntrack
	END
	echo 'softdep xt_LOG pre: nf_log_syslog' >"$host/modules/modules.softdep"
	mkdir -p "$host/root/etc/modprobe.d" "$host/root/etc/modules-load.d" \
		"$host/root/usr/lib/modules-load.d" "$host/debug/kprobes" \
		"$host/proc/sys/kernel" "$host/sys/kernel/security" \
		"$host/root/etc/systemd/system/sysinit.target.wants" \
		"$host/root/run/systemd/system"
	: >"$host/root/etc/systemd/system/sysinit.target.wants/nfguard.service"
}

# remove_live NAME...: what rmmod does: a module after those that need it.
remove_live()
{
	local name

	for name; do
		grep -q "^$name [0-9]* 0 " "$host/proc/modules" ||
			bad "rmmod $name: in use or not live"
		sed -i "/^$name /d; s/ \([0-9]*\) $name, / 0 - /" "$host/proc/modules"
	done
}

# What a boot does: switches are as the kernel has them, the policy that is stored
# takes effect, and what was live is not.
restart_host()
{
	rm -f "$host/debug/kprobes/enabled" "$host"/proc/sys/kernel/*
	: >"$host/proc/modules"
	sed -i 's/nfguard.off=1//' "$host/proc/cmdline" 2>/dev/null
	guard_not_loaded
	guard_loaded
	nfg boot
	[ "$status" -le 3 ] || bad "boot: status $status"
}

# do_step COMMAND: one of a remedy's, on the fake host.
do_step()
{
	local units=$host/root/etc/systemd/system

	case $1 in
	reboot) restart_host ;;
	"nfguard "*)
		# It loads the module, which this host can't.
		[ "$1" != "nfguard boot" ] || [ -e "$host/proc/nfguard" ] || guard_loaded
		# shellcheck disable=SC2086
		nfg ${1#nfguard }
		case $status in
		0 | 3) ;;
		*) bad "the remedy fails: $1: $(cat "$host/err")" ;;
		esac
		;;
	"rmmod "*)
		# shellcheck disable=SC2086
		remove_live ${1#rmmod }
		;;
	"modprobe nfguard"*) guard_loaded ;;
	"modprobe -r nfguard") guard_not_loaded ;;
	"ip link del "*) sed -i "/^${1#ip link del } /d" "$host/proc/fake/links" ;;
	"sysctl kernel."*)
		echo "${1##*=}" >"$host/proc/sys/kernel/$(sed 's/.*kernel.//; s/=.*//' <<<"$1")"
		;;
	"echo 1 > /sys/kernel/debug/"*)
		echo 1 >"$host/debug/${1#*/debug/}"
		;;
	"echo 0 > /sys/kernel/livepatch/"*)
		echo 0 >"$host/sys/${1#*/sys/}"
		;;
	"systemctl unmask "*) rm "$units/${1##* }" ;;
	"systemctl enable "*) : >"$units/sysinit.target.wants/${1##* }" ;;
	"update-initramfs -u -k "*) image_is_current ;;
	"wait: the image is being rebuilt") image_is_current ;;
	"remove the line" | "remove that line")
		sed -i "${found_line}d" "$found_file"
		;;
	"copy it to "*)
		cp "$found_file" "$host/root${1#copy it to }"
		found_file=$host/root${1#copy it to }
		;;
	"and remove that line there") sed -i "${found_line}d" "$found_file" ;;
	"put '"*)
		echo "$1" | sed "s/^put '\(.*\)' into .*/\1/" \
			>>"$host/root${1##* into }"
		;;
	"take "*)
		sed "s/^take \(.*\) out of \(.*\):\([0-9]*\)$/\1 \2 \3/" <<<"$1" | {
			read -r word file line
			sed -i "${line}s/ $word\b//" "$host/root$file"
		}
		;;
	"remove it from the boot loader's configuration") ;;
	*) bad "a remedy that this test can't follow: $1" ;;
	esac
}

# follow REMEDY: its steps; the first way if it names several.
follow()
{
	local step

	while read -r step; do
		do_step "$step"
	done < <(sed 's/, or .*//; s/ (.*)$//; s/, then /\n/g; s/ && /\n/g; s/; /\n/g
		s/, nfguard /\nnfguard /g; s/, and remove/\nand remove/
		s/, and have nfguard loaded before that is set: systemctl enable nfguard.service//
		s/\(include nfguard in the image\): //' <<<"$1" |
		sed 's/^include nfguard in the image: *//')
}

# walk TEXT: the doctor's finding that has TEXT goes when its remedy is followed.
walk()
{
	local finding remedy

	nfg doctor
	finding=$(grep -F -- "$1" "$host/out" | head -n 1)
	[ -n "$finding" ] || {
		bad "not found: $1"
		sed 's/^/#   /' "$host/out"
		return
	}
	remedy=$(grep -F -A1 -- "$1" "$host/out" | sed -n '2s/^ *remedy: //p')
	found_file=$host/root${finding%%:*}
	found_line=$(sed -n 's/^[^:]*:\([0-9]*\): .*/\1/p' <<<"$finding")
	echo "# $1 => $remedy"
	follow "$remedy"
	nfg doctor
	! grep -F -- "$1" "$host/out" || bad "still there after: $remedy"
}

deny_in_file()
{
	conf etc/nfguard.d/50-nfguard.conf <<<"deny $*"
}

test_remedies_for_live_modules()
{
	remedy_tree
	deny_in_file dummy
	nfg apply
	echo 'dummy 1 0 - Live 0x0' >"$host/proc/modules"
	walk "dummy is denied but already live"
	deny_in_file wireguard
	nfg apply
	echo 'wireguard 1 0 - Live 0x0' >"$host/proc/modules"
	echo 'wg0 wireguard up' >"$host/proc/fake/links"
	walk "wireguard is denied but already live, and stays: interface wg0 uses it"
	deny_in_file nf_conntrack
	nfg apply
	live_pair
	walk "nf_nat, nf_conntrack are denied but already live"
	live_pair
	set_status locked 1
	walk "nf_conntrack is denied but already live"
	set_status locked 0
	nfg mode permissive
	live_pair
	walk "nf_conntrack would be denied but already live"
	guard_not_loaded
	live_pair
	walk "nf_conntrack is denied but already live"
}

live_pair()
{
	cat >"$host/proc/modules" <<-'END'
	nf_nat 1 0 - Live 0x0
	nf_conntrack 1 1 nf_nat, Live 0x0
	END
}

test_remedies_for_modprobe_d()
{
	local state

	remedy_tree
	for state in guarding locked loaded_not off permissive; do
		guard_loaded
		rm -f "$host/root/etc/nfguard.d"/*.conf
		cat >"$host/root/etc/modprobe.d/10.conf" <<-'END'
		install wireguard /sbin/modprobe --ignore-install wireguard
		alias nf_log_syslog nf_log_syslog
		END
		cat >"$host/root/etc/modprobe.d/50.conf" <<-'END'
		alias nf_conntrack off
		alias nothing off
		blacklist dummy
		install wireguard /bin/false
		install xt_LOG /bin/false
		END
		nfg apply
		case $state in
		locked) set_status locked 1 ;;
		loaded_not) guard_not_loaded ;;
		off) guard_off ;;
		permissive) nfg mode permissive ;;
		esac
		walk_edit "alias nf_conntrack off closes only"
		[ $state != locked ] || set_status locked 1
		walk_edit "blacklist dummy hides only"
		[ $state != locked ] || set_status locked 1
		walk_edit "install xt_LOG /bin/false has no effect"
		[ $state != locked ] || set_status locked 1
		walk_edit "install wireguard /bin/false has no effect"
		walk_edit "alias nothing off closes nothing"
	done
}

# Without a guard, deny writes the file, and its status says that nothing holds; then
# the guard is loaded.
walk_edit()
{
	local finding remedy

	[ "$state" != loaded_not ] || guard_not_loaded
	[ "$state" != off ] || guard_off

	nfg doctor
	finding=$(grep -F -- "$1" "$host/out" | head -n 1)
	remedy=$(grep -F -A1 -- "$1" "$host/out" | sed -n '2s/^ *remedy: //p')
	found_file=$host/root${finding%%:*}
	found_line=$(sed -n 's/^[^:]*:\([0-9]*\): .*/\1/p' <<<"$finding")
	case $remedy in
	"nfguard deny "*)
		# shellcheck disable=SC2046
		nfg $(sed 's/^nfguard //; s/, then .*//' <<<"$remedy")
		case $status in
		1 | 2) bad "fails: $remedy" ;;
		esac
		[[ $remedy != *", then "* ]] || follow "${remedy#*, then }"
		;;
	*) follow "$remedy" ;;
	esac
	nfg doctor
	! grep -F -- "$1" "$host/out" || bad "$state: still there after: $remedy"
}

test_remedies_for_modules_load_d()
{
	remedy_tree
	deny_in_file dummy
	nfg apply
	printf 'loop\ndummy\n' >"$host/root/etc/modules-load.d/own.conf"
	walk "/etc/modules-load.d/own.conf:2: dummy is denied"
	echo dummy >"$host/root/usr/lib/modules-load.d/theirs.conf"
	walk "/usr/lib/modules-load.d/theirs.conf:1: dummy is denied"
	grep -q dummy "$host/root/usr/lib/modules-load.d/theirs.conf" ||
		bad "the package's file was edited"
}

test_remedies_for_switches()
{
	remedy_tree
	echo 0 >"$host/debug/kprobes/enabled"
	walk "all kprobes are switched off"
	echo 0 >"$host/debug/kprobes/enabled"
	echo 'none [integrity] confidentiality' >"$host/sys/kernel/security/lockdown"
	walk "all kprobes are switched off"
	rm "$host/sys/kernel/security/lockdown"
	# One that leaves the gate armed is none of its concern.
	mkdir -p "$host/sys/kernel/livepatch/fix_it/vmlinux/__request_module,1"
	echo 1 >"$host/sys/kernel/livepatch/fix_it/enabled"
	nfg doctor
	exits 0
	set_status request_gate 'degraded -EBUSY'
	walk "the live patch fix_it replaces __request_module"
	for state in guarding locked loaded_not off; do
		guard_loaded
		case $state in
		locked) set_status locked 1 ;;
		loaded_not) guard_not_loaded ;;
		off) guard_off ;;
		esac
		echo 0 >"$host/proc/sys/kernel/ftrace_enabled"
		walk "ftrace is switched off"
		[ $state = locked ] || continue
		set_status locked 0
	done
	guard_not_loaded
	walk "the kernel module is not loaded"
	guard_off
	walk "the kernel module was loaded with off=1"
	guard_not_loaded
	echo 1 >"$host/proc/sys/kernel/modules_disabled"
	walk "no module can be loaded until the host reboots"
	echo 'quiet nfguard.off=1' >"$host/proc/cmdline"
	walk "nfguard.off=1 is on the kernel command line"
	# With the guard there it defeats nothing.
	echo 1 >"$host/proc/sys/kernel/modules_disabled"
	nfg doctor
	! grep -q "no module can be loaded" "$host/out" || bad "a finding without a remedy"
}

test_remedies_for_the_unit()
{
	local units=$host/root/etc/systemd/system

	remedy_tree
	rm "$units/sysinit.target.wants/nfguard.service"
	walk "nfguard.service is not enabled"
	rm "$units/sysinit.target.wants/nfguard.service"
	ln -s /dev/null "$units/nfguard.service"
	walk "nfguard.service is masked"
	nfg doctor
	exits 0
}

image_is_current()
{
	{
		echo "usr/lib/modules/modules/updates/nfguard.ko"
		echo "usr/sbin/nfguard"
		echo "etc/nfguard.d/compiled/modules.sha256-$(sha256sum <"$host/root/etc/nfguard.d/compiled/modules" | cut -d' ' -f1)"
	} >"$host/root/boot/initrd.img-modules"
	rm -f "$host/root/var/lib/nfguard/image-wanted"
	rm -rf "$host/proc/4711"
}

# An old image; the program that lists it prints what it holds.
image_is_stale()
{
	printf '%s\n' usr/lib/modules/modules/updates/nfguard.ko usr/sbin/nfguard \
		"etc/nfguard.d/compiled/modules.sha256-$(printf '%064d' 0)" \
		>"$host/root/boot/initrd.img-modules"
}

test_remedies_for_the_initramfs()
{
	remedy_tree
	mkdir -p "$host/root/boot" "$host/bin" "$host/root/var/lib/nfguard" \
		"$host/root/usr/share/initramfs-tools/hooks" \
		"$host/root/etc/systemd/system/paths.target.wants"
	printf '#!/bin/sh\nexec cat "$1"\n' >"$host/bin/lsinitramfs"
	chmod +x "$host/bin/lsinitramfs"
	PATH=$host/bin:$PATH
	deny_in_file dummy
	nfg apply
	image_is_stale
	walk "the policy in here is not the one stored"
	# A second update-initramfs would spoil the one that runs, or is about to.
	image_is_stale
	: >"$host/root/var/lib/nfguard/image-wanted"
	: >"$host/root/etc/systemd/system/paths.target.wants/nfguard-initramfs.path"
	nfg doctor
	out_has "remedy: wait: the image is being rebuilt"
	walk "the policy in here is not the one stored"
	image_is_stale
	mkdir "$host/proc/4711"
	echo update-initramf >"$host/proc/4711/comm"
	nfg doctor
	out_has "remedy: wait: the image is being rebuilt"
	walk "the policy in here is not the one stored"
	: >"$host/root/usr/share/initramfs-tools/hooks/nfguard"
	echo usr/lib/modules/modules/kernel/dummy.ko >"$host/root/boot/initrd.img-modules"
	walk "dummy is denied, but a copy in here"
}

test_remedies_for_what_needs_a_denied_module()
{
	remedy_tree
	echo 'add rule inet f c ct state new drop' >"$host/root/etc/nftables.conf"
	: >"$host/root/etc/systemd/system/sysinit.target.wants/nftables.service"
	nfg deny nf_conntrack
	walk "nftables.service needs nft_ct"
	nfg deny --runtime nf_conntrack
	walk "nftables.service needs nft_ct"
	conf etc/nfguard.d/10-site.conf <<<'deny dummy nf_conntrack'
	nfg apply
	walk "nftables.service needs nft_ct"
	conf etc/nfguard.d/10-site.conf <<<'deny dummy nf_conntrack'
	nfg apply
	set_status locked 1
	walk "nftables.service needs nft_ct"
	conf etc/nfguard.d/10-site.conf <<<'default deny'
	nfg apply
	walk "nftables.service needs nft_ct"
	conf etc/nfguard.d/10-site.conf <<<'default deny'
	rm "$host/root/etc/nfguard.d/50-nfguard.conf"
	nfg apply
	set_status locked 1
	walk "nftables.service needs nft_ct"
}

# The remedy of the message that has TEXT, which ends it.
follow_message()
{
	local line

	line=$(grep -F -- "$1" "$host/err" | head -n 1)
	[ -n "$line" ] || {
		bad "not said: $1"
		return
	}
	follow "${line##*: }"
}

test_remedies_of_status()
{
	remedy_tree
	deny_in_file dummy
	nfg status
	follow_message "differs from the policy files"
	nfg status
	err_lacks "differs from the policy files"
	deny_in_file dummy wireguard
	set_status locked 1
	nfg status
	follow_message "differs from the policy files, and is locked until the host reboots"
	nfg status
	err_lacks "differs from the policy files"
	set_status locked 1
	nfg status
	err_lacks "modprobe -r nfguard"
	set_status record none
	nfg status
	out_has "events        none are recorded or logged, and that is locked"
	set_status mode permissive
	nfg apply
	err_has "permissive mode: nothing is denied, only counted and reported, and the mode is locked: reboot, then nfguard mode enforcing"
}

# What a locked host refuses can be prepared for its next boot.
test_remedies_of_a_locked_host()
{
	remedy_tree
	set_status locked 1
	nfg deny dummy
	exits 1
	err <<<'nfguard: policy not changed: it is locked until the host reboots: for the next boot, edit the policy files, nfguard apply --store, then reboot'
	deny_in_file dummy
	steer errno-policy 30
	nfg apply
	exits 1
	err_has "nfguard apply --store, then reboot"
	nfg apply --store
	exits 0
	rm "$host/proc/fake/errno-policy"
	restart_host
	in_force <<-'END'
	default allow
	rule deny dummy
	name deny any dummy
	end
	END
	nfg status
	err_lacks "differs"
	for reason in 'request_gate degraded' 'load_gate unregistered' 'ftrace_pin degraded'; do
		guard_loaded
		set_status state degraded
		set_status "${reason% *}" "${reason#* }"
		set_status locked 1
		nfg status
		exits 4
		err_has ": reboot"
		err_lacks "modprobe -r"
	done
}
