# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What is stored for the next boot, and what nfguard boot makes of it. The kernel module
# is already loaded here: scripts/check-boot tests that boot loads it.

compiled=etc/nfguard.d/compiled

# stored RULE: the stored policy has RULE.
stored()
{
	grep -qx "rule $1" "$host/root/$compiled/modules" ||
		bad "the stored policy lacks: $1"
}

stored_lacks()
{
	! grep -qx "rule $1" "$host/root/$compiled/modules" ||
		bad "the stored policy has: $1"
}

# Leaves the kernel module as it is after a reboot.
reboot_guard()
{
	rm -rf "$host/root/run/nfguard.d" "$host/root/run/nfguard"
	guard_loaded
}

one_rule()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny base'
	nfg apply
	exits 0
}

test_apply_stores_what_boot_puts_in_force()
{
	one_rule
	tail -n +2 "$host/proc/nfguard/policy" >"$host/was"
	tail -n +2 "$host/root/$compiled/modules" >"$host/is"
	same "the stored policy" "$host/is" <"$host/was"
	head -n 1 "$host/root/$compiled/modules" |
		grep -Eqx 'compiled 1 kernel=modules from=[0-9a-f]{64} policy=[0-9a-f]{64}' ||
		bad "the first line is: $(head -n 1 "$host/root/$compiled/modules")"
	reboot_guard
	remember
	nfg boot
	exits 0
	out_has "in force: the compiled policy of this kernel: generation 2, 1 rule, "
	silent
	tail -n +2 "$host/proc/nfguard/policy" >"$host/is"
	same "the policy in force" "$host/is" <"$host/was"
	nfg boot
	exits 0
	out_has "generation 2 (as before)"
	no_temporary
}

# The unit that watches the directory must not see a change if there is none.
test_an_unchanged_policy_is_not_stored_again()
{
	one_rule
	stat -c %i "$host/root/$compiled"/* >"$host/was"
	nfg apply
	nfg apply --store
	exits 0
	out <<<'stored for the next boot'
	stat -c %i "$host/root/$compiled"/* >"$host/is"
	same "the stored files" "$host/is" <"$host/was"
}

test_edits_are_stored()
{
	two_modules
	nfg deny base
	stored 'deny base'
	nfg remove base
	stored_lacks 'deny base'
	nfg deny --runtime base
	stored_lacks 'deny base'
	nfg deny top
	stored 'deny top'
	stored_lacks 'deny base'
	reboot_guard
	nfg boot
	exits 0
	in_force_is 'deny top' || bad "the rule is not in force"
	! in_force_is 'deny base' || bad "a rule of /run outlived the reboot"
}

test_edits_without_the_module_are_stored()
{
	two_modules
	guard_not_loaded
	nfg deny base
	exits 4
	stored 'deny base'
	conf etc/nfguard.d/60.conf <<<'deny third'
	nfg apply
	exits 4
	stored 'deny third'
}

test_an_unconfirmed_policy_is_not_stored()
{
	old_policy
	nfg apply --confirm 1 </dev/null
	exits 1
	stored 'deny old'
	# The file was restored, too.
	conf etc/nfguard.d/50.conf <<<'deny new'
	nfg apply --confirm 100 <<<'yes'
	exits 0
	stored 'deny new'
}

test_apply_store_leaves_the_policy_in_force()
{
	one_rule
	cp "$host/proc/nfguard/policy" "$host/was"
	conf etc/nfguard.d/50.conf <<<'deny third'
	nfg apply --store
	exits 0
	same "the policy in force" "$host/proc/nfguard/policy" <"$host/was"
	stored 'deny third'
	conf etc/nfguard.d/50.conf <<<'deny ['
	remember
	nfg apply --store
	exits 2
	untouched
}

# The stored policy is made from each of these files, so a change to any makes it stale.
test_boot_compiles_what_is_stale()
{
	local change n=0

	one_rule
	mkdir -p "$host/root/etc/modprobe.d"
	for change in \
		"echo 'deny third' >>$etc/50.conf" \
		"mv $etc/50.conf $etc/60.conf" \
		"echo 'alias other base' >>$host/modules/modules.alias" \
		"echo 'alias symbol:s base' >>$host/modules/modules.symbols" \
		"echo 'kernel/new.ko:' >>$host/modules/modules.dep" \
		"echo 'kernel/in.ko' >>$host/modules/modules.builtin" \
		"echo 'softdep base pre: third' >$host/modules/modules.softdep" \
		"echo 'alias mine base' >$host/root/etc/modprobe.d/a.conf"; do
		nfg apply
		eval "$change"
		reboot_guard
		remember
		nfg boot
		exits 0
		out_has "in force: the policy files (compiled now): generation 2"
		n=$((n + 1))
		cp "$host/proc/nfguard/policy" "$host/was"
		nfg apply
		out <<<'unchanged, generation 2'
	done
	[ $n = 8 ] || bad "$n changes were tried"
}

# The root may be mounted read-only; without /var the history is in /run, too.
test_boot_writes_nothing_outside_run()
{
	one_rule
	conf etc/nfguard.d/50.conf <<<'deny third'
	reboot_guard
	find "$host/root" -path "$host/root/run" -prune -o -type f -exec sha256sum {} + | sort >"$host/was"
	nfg boot
	find "$host/root" -path "$host/root/run" -prune -o -type f -exec sha256sum {} + | sort >"$host/is"
	same "the files" "$host/is" <"$host/was"
}

test_boot_with_a_broken_file_uses_the_last_good_policy()
{
	one_rule
	conf etc/nfguard.d/60.conf <<<'deny ['
	reboot_guard
	nfg boot
	exits 2
	err_has "/etc/nfguard.d/60.conf:1:6: '['"
	err_has "the policy files can't take effect; using the last good policy files (compiled now) instead: fix the files"
	in_force_is 'deny base' || bad "the last good policy is not in force"
	# It also works for a kernel other than the one it was stored for.
	rm "$host/root/$compiled/modules"
	reboot_guard
	nfg boot
	exits 2
	in_force_is 'deny base' || bad "the last good policy is not in force"
	nfg apply
	exits 2
	in_force_is 'deny base' || bad "apply has lost the last good policy"
	rm "$etc/60.conf"
	nfg apply
	exits 0
	out <<<'unchanged, generation 2'
}

# It is stored as one text, but each of its files still ends where it ended.
test_the_last_good_policy_is_made_of_all_files()
{
	two_modules
	printf 'deny base \\\n' >"$etc/10.conf"
	printf 'allow third' >"$etc/20.conf"
	conf etc/nfguard.d/30.conf <<<'default deny'
	nfg apply
	tail -n +2 "$host/proc/nfguard/policy" >"$host/was"
	conf etc/nfguard.d/40.conf <<<'x'
	reboot_guard
	nfg boot
	exits 2
	tail -n +2 "$host/proc/nfguard/policy" >"$host/is"
	same "the policy in force" "$host/is" <"$host/was"
}

test_boot_without_an_index_uses_the_last_compiled_policy()
{
	one_rule
	rm "$host/modules/modules.dep"
	reboot_guard
	nfg boot
	exits 2
	err_has "modules.dep: No such file"
	err_has "the last compiled policy of this kernel instead: fix the files"
	in_force_is 'deny base' || bad "nothing is in force"
}

test_boot_without_any_good_policy_keeps_the_one_in_force()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'x'
	cp "$host/proc/nfguard/policy" "$host/was"
	nfg boot
	exits 2
	err_has "no good policy was ever stored; the policy in force stays"
	same "the policy in force" "$host/proc/nfguard/policy" <"$host/was"
}

# Whatever a crash leaves of a stored policy, cut anywhere, is not used.
test_a_stored_policy_cut_short_is_not_used()
{
	local size at n=0

	one_rule
	size=$(stat -c %s "$host/root/$compiled/modules")
	cp "$host/root/$compiled/modules" "$host/whole"
	for ((at = 0; at < size; at += size / 20 + 1)); do
		head -c "$at" "$host/whole" >"$host/root/$compiled/modules"
		reboot_guard
		nfg boot
		exits 0
		out_has "the policy files (compiled now)"
		n=$((n + 1))
	done
	[ "$n" -gt 15 ] || bad "only $n cuts were tried"
	sed 's/deny/allow/' "$host/whole" >"$host/root/$compiled/modules"
	reboot_guard
	nfg boot
	out_has "the policy files (compiled now)"
	sed '1s/kernel=modules/kernel=other/' "$host/whole" >"$host/root/$compiled/modules"
	reboot_guard
	nfg boot
	out_has "the policy files (compiled now)"
}

test_boot_in_the_initramfs()
{
	one_rule
	# There are no policy files there, and no complete module index.
	rm "$etc/50.conf" "$host"/modules/modules.{dep,alias,symbols}
	reboot_guard
	nfg boot --initramfs
	out_has "in force: the compiled policy of the initramfs: generation 2"
	in_force_is 'deny base' || bad "it is not in force"
	rm "$host/root/$compiled/modules"
	reboot_guard
	nfg boot --initramfs
	exits 1
	err_has "the initramfs has no compiled policy for this kernel"
}

test_an_allow_list_waits_for_the_root_file_system()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	allow base
	default deny
	END
	nfg apply
	reboot_guard
	nfg boot --initramfs
	exits 0
	out <<<'default deny takes effect once the root file system is mounted'
	generation 1
	nfg boot
	in_force_is 'allow base' || bad "it is not in force"
}

test_boot_off()
{
	local words

	one_rule
	guard_not_loaded
	for words in nfguard.off=1 'quiet nfguard.off ro' nfguard.off=Y \
		'nfguard.off=0 nfguard.off=1' 'quiet "nfguard.off=1"' 'nfguard.off="1"' \
		'quiet -- nfguard.off=1'; do
		echo "$words" >"$host/proc/cmdline"
		nfg boot
		exits 4
		err_has "nfguard.off=1 is on the kernel command line: the kernel module is not loaded, nothing is in force"
		nfg boot --initramfs
		exits 4
		err_has "nfguard.off=1 is on"
	done
	for words in nfguard.off=0 xnfguard.off=1 nfguard.offer=1 \
		'nfguard.off=1 nfguard.off=0'; do
		echo "$words" >"$host/proc/cmdline"
		nfg boot
		exits 4
		err_lacks "nfguard.off=1 is on"
	done
	echo nfguard.off=1 >"$host/proc/cmdline"
	nfg status
	exits 4
	err_has "nfguard.off=1 is on the kernel command line"
	# The module was loaded by hand anyway, as that message describes.
	guard_loaded
	nfg boot
	exits 0
	in_force_is 'deny base' || bad "it is not in force"
}

# Anyone who may write there could put any policy into effect.
test_stored_files_that_others_may_write_are_not_used()
{
	local mode

	one_rule
	for mode in "$etc" "$host/root/$compiled" "$host/root/$compiled/modules" \
		"$host/root/$compiled/last-good"; do
		reboot_guard
		chmod g+w "$mode"
		# Otherwise the policy files would take effect.
		mv "$host/modules/modules.dep" "$host/modules/dep"
		case $mode in
		*/modules) ;;
		*) mv "$host/modules/dep" "$host/modules/modules.dep"
		   conf etc/nfguard.d/60.conf <<<'x' ;;
		esac
		[ "$mode" != "$host/root/$compiled/last-good" ] || rm "$host/root/$compiled/modules"
		nfg boot
		exits 2
		err_has "writable by group or others"
		generation 1
		chmod g-w "$mode"
		rm -f "$etc/60.conf"
		[ -e "$host/modules/modules.dep" ] || mv "$host/modules/dep" "$host/modules/modules.dep"
		nfg apply
	done
}

test_private_rules_stay_private()
{
	one_rule
	[ "$(stat -c %a "$host/root/$compiled/modules" "$host/root/$compiled/last-good" | xargs)" = "600 600" ] ||
		bad "others may read the stored policy"
}

# The path unit waits for this file. Its content differs from one change to the next.
test_a_new_policy_asks_for_a_new_initramfs()
{
	local wanted=$host/root/var/lib/nfguard/image-wanted

	mkdir -p "$host/root/var/lib" "$host/root/usr/sbin"
	one_rule
	no_file var/lib/nfguard/image-wanted	# there is no update-initramfs
	printf '#!/bin/sh\n' >"$host/root/usr/sbin/update-initramfs"
	chmod +x "$host/root/usr/sbin/update-initramfs"
	nfg apply
	no_file var/lib/nfguard/image-wanted	# nothing changed
	nfg deny third
	cp "$wanted" "$host/was" || bad "no new image is asked for"
	nfg apply --store
	same "the request for an image" "$wanted" <"$host/was"
	nfg remove third
	! cmp -s "$wanted" "$host/was" || bad "the second request does not differ from the first"
}

test_boot_without_the_kernel_module()
{
	two_modules
	guard_not_loaded
	nfg boot
	exits 4
	err_has "the kernel module nfguard is not installed for this kernel (modules): apt-get install nfguard-dkms"
	mkdir "$host/root/boot"
	kernel_config >"$host/root/boot/config-modules"
	nfg boot
	err_has "is not installed for this kernel"
	kernel_config KPROBES >"$host/root/boot/config-modules"
	nfg boot
	exits 4
	err_has "nfguard cannot run on this kernel (modules), which was built without CONFIG_KPROBES: boot a kernel that was built with all of it"
	nfg doctor
	out_has "nfguard cannot run on this kernel, which was built without CONFIG_KPROBES"
	guard_off
	nfg boot
	exits 4
	err_has "loaded with off=1"
}

test_boot_while_locked()
{
	one_rule
	set_status locked 1
	steer errno-policy 30
	nfg boot
	exits 0
	out_has "(as before)"
	conf etc/nfguard.d/50.conf <<<'deny third'
	nfg boot
	exits 1
	err_has "policy not changed: it is locked"
}

test_list_for_modprobe_d()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny base
	deny unprivileged third
	END
	nfg list --modprobe
	exits 0
	out <<-'END'
	# From nfguard's policy and mode, not kept true: see nfguard mirror.
	# Not here, as modprobe does not know who asks: deny unprivileged third
	install base /bin/false
	blacklist base
	install top /bin/false
	blacklist top
	END
	nfg remove base
	conf etc/nfguard.d/50.conf <<<'allow base'
	nfg list --modprobe
	out </dev/null
	err_has "no rule denies a module to all askers"
}

test_doctor_looks_at_the_next_boot()
{
	netfilter_tree
	mkdir -p "$host/root/run/systemd/system" \
		"$host/root/etc/systemd/system/sysinit.target.wants"
	nfg doctor
	exits 3
	out_has "nfguard.service is not enabled, so the policy files do not take effect at boot"
	ln -s /usr/lib/systemd/system/nfguard.service \
		"$host/root/etc/systemd/system/sysinit.target.wants/nfguard.service"
	nfg doctor
	exits 0
	ln -s /dev/null "$host/root/etc/systemd/system/nfguard.service"
	nfg doctor
	exits 3
	out_has "nfguard.service is masked, so nothing is in force after the next boot"
}

test_doctor_says_who_loaded_the_module()
{
	netfilter_tree
	mkdir -p "$host/root/run/nfguard"
	echo 'initramfs 0123456789abcdef' >"$host/root/run/nfguard/loaded"
	nfg doctor
	out_has "the kernel module was loaded in the initramfs, before udev"
	echo 'unit 0123456789abcdef' >"$host/root/run/nfguard/loaded"
	nfg doctor
	out_has "the kernel module was loaded by nfguard.service: after the modules that PID 1"
	# From an earlier load of the module.
	echo 'unit 0123456789abcde0' >"$host/root/run/nfguard/loaded"
	nfg doctor
	out_has "the kernel module was loaded by hand"
	needs_json || return 0
	nfg doctor --json
	valid_json
	json 'd["guard"][0]["loaded_by"]' other
}

test_doctor_compares_the_policy_in_the_initramfs()
{
	netfilter_tree
	conf etc/nfguard.d/50.conf <<<'deny nf_nat'
	nfg apply
	mkdir -p "$host/root/boot" "$host/path"
	: >"$host/root/boot/initrd.img-modules"
	cat >"$host/path/lsinitramfs" <<-END
	#!/bin/sh
	echo etc/nfguard.d/compiled/modules
	echo usr/lib/modules/modules/updates/nfguard.ko.xz
	echo usr/sbin/nfguard
	cat $host/mark
	END
	chmod +x "$host/path/lsinitramfs"
	echo "etc/nfguard.d/compiled/modules.sha256-$(sha256sum <"$host/root/$compiled/modules" | cut -d' ' -f1)" >"$host/mark"
	PATH=$host/path:$PATH nfg doctor
	exits 0
	echo 'etc/nfguard.d/compiled/modules.sha256-0123' >"$host/mark"
	PATH=$host/path:$PATH nfg doctor
	exits 3
	out_has "initrd.img-modules: the policy in here is not the one stored"
	out_has "update-initramfs -u -k modules"
}

test_another_version_of_the_module_is_reported()
{
	set_status version 0.0.9
	nfg status
	exits 0
	err_has "the kernel module is version 0.0.9, this command is"
}
