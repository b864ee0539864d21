# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# The mode as a setting of the host: stored, until reboot, and what boot makes of it.

stored_mode()
{
	file etc/nfguard.d/mode <<<"$1"
}

mode_now()
{
	[ "$(sed -n 's/^mode //p' "$host/proc/nfguard/status")" = "$1" ] ||
		bad "the mode is not $1"
}

# The mode file as somebody wrote it by hand.
by_hand()
{
	echo "$1" >"$etc/mode"
	chmod 644 "$etc/mode"
}

# A host that can rebuild its initramfs.
with_images()
{
	mkdir -p "$host/root/var/lib" "$host/root/usr/sbin"
	printf '#!/bin/sh\n' >"$host/root/usr/sbin/update-initramfs"
	chmod +x "$host/root/usr/sbin/update-initramfs"
	wanted=$host/root/var/lib/nfguard/image-wanted
}

# As after a reboot: /run is empty, and the module was loaded again.
reboot_host()
{
	rm -rf "$host/root/run"
	mkdir -p "$run"
	guard_loaded
}

test_mode_outlives_a_reboot()
{
	one_rule
	nfg mode permissive
	exits 0
	out <<<'enforcing -> permissive'
	silent
	stored_mode permissive
	[ "$(stat -c %a "$etc/mode")" = 644 ] || bad "not mode 644"
	no_temporary
	reboot_host
	remember
	nfg boot
	exits 0
	out_has "mode: permissive, as stored"
	out_has "in force: the compiled policy of this kernel"
	mode_now permissive
	in_force_is 'deny base' || bad "the policy is not in force"
	nfg mode enforcing
	exits 0
	stored_mode enforcing
	reboot_host
	set_status mode permissive	# options nfguard mode=permissive
	nfg boot
	exits 0
	mode_now enforcing
}

test_mode_is_no_policy_file()
{
	one_rule
	by_hand permissive
	nfg check
	exits 0
	err_lacks /etc/nfguard.d/mode
	nfg apply
	out <<<'unchanged, generation 2'
	nfg status
	err_lacks differs
}

# No moment is stricter than the mode that the host was left in.
test_mode_takes_effect_before_the_policy()
{
	one_rule
	nfg mode permissive
	reboot_host
	steer errno-policy 12
	nfg boot
	exits 1
	mode_now permissive
	rm "$host/proc/fake/errno-policy"
	reboot_host
	steer errno-mode 12
	nfg boot
	exits 1
	err_has "mode not changed: the kernel is out of memory"
	err_has "the policy is not put into effect, as the mode could not be made permissive first"
	generation 1
	# Laxer than it is to be, it is still guarded as well as it can be.
	by_hand enforcing
	set_status mode permissive
	nfg boot
	exits 1
	generation 2
}

test_mode_without_a_file_stays_as_loaded()
{
	one_rule
	for mode in enforcing permissive; do
		reboot_host
		set_status mode $mode
		nfg boot
		exits 0
		mode_now $mode
		! grep -q '^mode:' "$host/out" || bad "a mode from nowhere"
		no_file etc/nfguard.d/mode
	done
}

test_mode_in_the_initramfs()
{
	one_rule
	nfg mode permissive
	rm "$etc/50.conf" "$host"/modules/modules.{dep,alias,symbols}
	reboot_host
	nfg boot --initramfs
	out_has "mode: permissive, as stored"
	out_has "in force: the compiled policy of the initramfs"
	mode_now permissive
	by_hand permisive
	reboot_host
	nfg boot --initramfs
	exits 2
	mode_now permissive
	in_force_is 'deny base' || bad "the policy is not in force"
}

test_mode_that_is_none_is_permissive_and_red()
{
	one_rule
	for word in permisive Enforcing '' 'enforcing permissive' 'enforcing # for now'; do
		by_hand "$word"
		reboot_host
		nfg boot
		exits 2
		err_has "/etc/nfguard.d/mode: '$word' is neither enforcing nor permissive, so the host boots permissive: nfguard mode enforcing, or nfguard mode permissive"
		mode_now permissive
		in_force_is 'deny base' || bad "the policy is not in force"
		nfg status
		exits 2
		err_has "so the host boots permissive"
		nfg mode
		exits 2
		out <<<permissive
		err_has "so the host boots permissive"
		nfg doctor
		out_has "/etc/nfguard.d/mode: '$word' is neither enforcing nor permissive, so the host boots permissive"
		# The remedy works.
		nfg mode enforcing
		exits 0
		stored_mode enforcing
		nfg boot
		exits 0
		nfg doctor
		! grep -q "boots permissive" "$host/out" || bad "still found"
	done
	# What an editor adds is no other word.
	printf '  enforcing\r\n\n' >"$etc/mode"
	nfg boot
	exits 0
	mode_now enforcing
}

test_mode_that_others_may_write_is_not_taken()
{
	one_rule
	by_hand enforcing
	chmod 664 "$etc/mode"
	nfg boot
	exits 2
	err_has "/etc/nfguard.d/mode: not owned by root, or writable by group or others, so the host boots permissive"
	mode_now permissive
	nfg mode enforcing
	exits 0
	[ "$(stat -c %a "$etc/mode")" = 644 ] || bad "still writable by others"
	nfg boot
	exits 0
	rm "$etc/mode"
	mkdir "$etc/mode"
	nfg boot
	exits 2
	err_has "/etc/nfguard.d/mode: cannot be read"
	mode_now permissive
	rmdir "$etc/mode"
	# No policy is taken from there either.
	by_hand permissive
	chmod g+w "$etc"
	reboot_host
	nfg boot
	exits 2
	mode_now enforcing
	generation 1
}

test_mode_runtime()
{
	one_rule
	nfg mode enforcing
	exits 0
	out <<<'unchanged: enforcing, now stored for each boot'
	nfg mode --runtime permissive
	exits 0
	out <<<'enforcing -> permissive, until the host reboots'
	stored_mode enforcing
	mode_now permissive
	nfg mode
	exits 0
	out <<<permissive
	err <<<'nfguard: warning: after the next boot the mode is enforcing: to keep permissive: nfguard mode permissive'
	# A restart of nfguard.service is no reboot.
	nfg boot
	exits 0
	out_has "mode: permissive, chosen for this boot"
	mode_now permissive
	reboot_host
	nfg boot
	mode_now enforcing
	nfg mode --runtime permissive
	nfg mode enforcing
	exits 0
	out <<<'permissive -> enforcing'
	nfg boot
	mode_now enforcing
	nfg mode --runtime --store permissive
	exits 2
	err_has "give one of them, or neither for both"
	for option in --runtime --store --dry-run; do
		nfg mode $option
		exits 2
		err_has "an option needs a mode"
	done
}

test_mode_dry_run_changes_nothing()
{
	one_rule
	remember
	nfg mode --dry-run permissive
	exits 0
	out <<-'END'
	mode in force: enforcing -> permissive
	stored mode: none -> permissive
	END
	nfg mode --dry-run --runtime permissive
	out <<<'mode in force: enforcing -> permissive, until the host reboots'
	nfg mode --dry-run --store permissive
	out <<<'stored mode: none -> permissive'
	untouched
	set_status locked 1
	nfg mode --dry-run permissive
	exits 1
	err_has "nfguard mode permissive --store"
	set_status locked 0
	nfg mode permissive
	nfg mode --dry-run permissive
	exits 0
	out <<<'nothing would change'
	by_hand permisive
	nfg mode --dry-run permissive
	out <<<'stored mode: unusable -> permissive'
}

test_mode_of_a_locked_host()
{
	one_rule
	set_status locked 1
	steer errno-mode 30
	remember
	nfg mode permissive
	exits 1
	err <<<'nfguard: mode not changed: it is locked until the host reboots: to set it for the next boot: nfguard mode permissive --store'
	untouched
	nfg mode permissive --store
	exits 0
	out <<<'stored for the next boot: permissive'
	silent
	stored_mode permissive
	mode_now enforcing
	nfg mode permissive --store
	out <<<'already stored for the next boot: permissive'
	# The unit may be restarted, and comes up.
	nfg boot
	exits 0
	mode_now enforcing
	nfg doctor
	! grep -q "the stored one" "$host/out" || bad "found what was asked for"
	rm "$host/proc/fake/errno-mode"
	reboot_host
	nfg boot
	mode_now permissive
}

test_mode_without_the_module()
{
	one_rule
	guard_not_loaded
	nfg mode permissive
	exits 4
	out <<<'stored: permissive: takes effect when the guard is loaded'
	err <<<'nfguard: the kernel module is not loaded, nothing is in force: nfguard boot'
	stored_mode permissive
	guard_off
	nfg mode enforcing
	exits 4
	stored_mode enforcing
	nfg mode --runtime permissive
	exits 4
	out <<<'permissive, until the host reboots: takes effect when the guard is loaded'
	stored_mode enforcing
	guard_loaded
	nfg boot
	mode_now permissive
}

# Whatever fails, file and kernel stay as they were.
test_mode_fails_whole()
{
	one_rule
	nfg mode enforcing
	for what in errno-write errno-replace errno-mode; do
		steer $what 28
		remember
		nfg mode permissive
		exits 1
		untouched
		no_temporary
		mode_now enforcing
		rm "$host/proc/fake/$what"
	done
	steer errno-write 30
	nfg mode permissive
	err_has "/etc/nfguard.d/mode: cannot be written, nothing was changed: Read-only file system: use --runtime"
}

test_mode_wants_a_new_initramfs()
{
	with_images
	one_rule
	rm -f "$wanted"
	nfg mode permissive
	exits 0
	out_has "the initramfs is being rebuilt with it"
	cp "$wanted" "$host/was" || bad "no image is wanted"
	nfg mode permissive
	out <<<'unchanged: permissive'
	same "the wish" "$wanted" <"$host/was"
	rm "$wanted"
	nfg mode --runtime enforcing
	no_file var/lib/nfguard/image-wanted
	nfg mode --store enforcing
	[ -s "$wanted" ] || bad "no image is wanted"
}

test_mode_in_status()
{
	one_rule
	nfg mode permissive
	nfg status
	grep -qx 'mode          permissive: nothing is denied, only counted and reported' "$host/out" ||
		bad "told more than there is"
	nfg mode --runtime enforcing
	nfg status
	exits 0
	grep -qx 'mode          enforcing; after the next boot: permissive' "$host/out" ||
		bad "not told"
	nfg mode enforcing
	rm "$etc/mode"
	nfg status
	grep -qx 'mode          enforcing' "$host/out" || bad "told what is no change"
	# Nothing is stored: the next boot is as the module is loaded.
	nfg mode --runtime permissive
	nfg status
	out_has 'reported; after the next boot: enforcing'
	mkdir -p "$host/root/etc/modprobe.d"
	echo 'options nfguard mode=enforcing mode=permissive' >"$host/root/etc/modprobe.d/a.conf"
	nfg status
	! grep -q 'next boot' "$host/out" || bad "the module's option is not seen"
	needs_json || return 0
	nfg status --json
	valid_json
	json 'd["status"][0]["stored_mode"]' None
	nfg mode --runtime permissive
	by_hand enforcing
	nfg status --json
	json 'd["status"][0]["stored_mode"]' enforcing
	json 'd["status"][0]["mode"]' permissive
	guard_not_loaded
	nfg status --json
	json 'd["status"][0]["stored_mode"]' enforcing
	needs_nobody || return 0
	guard_loaded
	chmod 600 "$etc/mode"
	nfg status
	! grep -q 'next boot' "$host/out" || bad "told what nobody can know"
	err_lacks "boots permissive"
}

test_mode_doctor_finds_what_surprises()
{
	netfilter_tree
	nfg doctor
	exits 0
	nfg mode permissive
	nfg doctor
	exits 0
	nfg mode --runtime enforcing
	nfg doctor
	exits 0
	nfg mode permissive
	# As when the module was loaded by modprobe, without nfguard boot.
	set_status mode enforcing
	nfg doctor
	exits 3
	out_has "/etc/nfguard.d/mode: the mode is enforcing, but the stored one is permissive, and takes effect at the next boot"
	out_has "remedy: nfguard mode permissive to have it now, or nfguard mode enforcing to keep what is in force"
	nfg mode permissive
	nfg doctor
	exits 0
	set_status mode enforcing
	nfg mode enforcing
	nfg doctor
	exits 0
}

# Both the hook and the doctor: the list of the image's files is what the hook put
# there.
test_mode_in_the_image()
{
	local dest=$host/dest hook=$host/hook version=modules

	netfilter_tree
	conf etc/nfguard.d/50.conf <<<'deny nf_nat'
	nfg apply
	mkdir -p "$host/path" "$host/root/boot" "$host/share"
	: >"$host/root/boot/initrd.img-modules"
	: >"$host/share/hook-functions"
	printf '#!/bin/sh\nexit 0\n' >"$host/path/modinfo"
	cat >"$host/path/manual_add_modules" <<-'END'
	#!/bin/sh
	mkdir -p "$DESTDIR/usr/lib/modules/$version/updates"
	: >"$DESTDIR/usr/lib/modules/$version/updates/$1.ko"
	END
	cat >"$host/path/copy_exec" <<-'END'
	#!/bin/sh
	mkdir -p "$DESTDIR${1%/*}"
	: >"$DESTDIR$1"
	END
	printf '#!/bin/sh\ncd %s && find . -type f | sed s,^./,,\n' "$dest" >"$host/path/lsinitramfs"
	chmod +x "$host"/path/*
	# The host's own paths become the fake host's, but not those in the image.
	# shellcheck disable=SC2016
	sed -e "s|/usr/share/initramfs-tools/hook-functions|$host/share/hook-functions|" \
		-e "s|/usr/sbin/nfguard apply|true|" \
		-e 's|\[ -e \$mode \]|[ -e "$root$mode" ]|; s|cp -p \$mode|cp -p "$root$mode"|; s|<\$mode|<"$root$mode"|' \
		-e 's|! -e "\$policy"|! -e "$root$policy"|; s|cp "\$policy"|cp "$root$policy"|; s|<"\$policy"|<"$root$policy"|' \
		"$top/userspace/boot/initramfs-tools/hook" >"$hook"
	make_image()
	{
		rm -rf "$dest"
		mkdir "$dest"
		last="the hook"
		PATH=$host/path:$PATH root=$host/root DESTDIR=$dest version=$version \
			sh "$hook" >"$host/said" 2>&1 || bad "the hook fails: $(cat "$host/said")"
		[ ! -s "$host/said" ] || bad "the hook says: $(cat "$host/said")"
	}
	make_image
	[ ! -e "$dest/etc/nfguard.d/mode" ] || bad "a mode from nowhere"
	PATH=$host/path:$PATH nfg doctor
	exits 0
	nfg mode permissive
	PATH=$host/path:$PATH nfg doctor
	exits 3
	out_has "initrd.img-modules: the mode in here is not the one stored"
	out_has "update-initramfs -u -k modules"
	make_image
	same "the mode in the image" "$dest/etc/nfguard.d/mode" <<<permissive
	PATH=$host/path:$PATH nfg doctor
	exits 0
	nfg mode enforcing
	PATH=$host/path:$PATH nfg doctor
	exits 3
	out_has "the mode in here is not the one stored"
	chmod g+w "$etc/mode"
	make_image
	[ "$(stat -c %a "$dest/etc/nfguard.d/mode")" = 664 ] || bad "a file is trusted that was not"
	rm "$etc/mode"
	PATH=$host/path:$PATH nfg doctor
	exits 3
	out_has "the mode in here is not the one stored"
}

test_mode_in_the_belt()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny base'
	nfg apply
	nfg mode permissive
	nfg list --modprobe
	out <<-'END'
	# From nfguard's policy and mode, not kept true: see nfguard mirror.
	# Nothing is kept out: the mode is permissive.
	END
}
