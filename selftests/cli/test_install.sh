# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What make install installs, and make uninstall removes.

make_userspace()
{
	make -s -C "$top/userspace" O="$(dirname "$bin")" SANITIZE=1 "$@" >"$host/make" 2>&1 ||
		bad "make $* failed: $(cat "$host/make")"
}

installed()
{
	(cd "$host/dest" && find . -type f | sort)
}

test_install_and_uninstall()
{
	[ "$bin" = "$work/build/nfguard" ] || {
		skip "the tests use another binary"
		return 0
	}
	make_userspace install DESTDIR="$host/dest" prefix=/usr
	installed | sed '/\/man\//d' >"$host/list"
	same "the files" "$host/list" <<-'END'
	./etc/kernel/postinst.d/nfguard
	./etc/kernel/postrm.d/nfguard
	./usr/lib/systemd/system/nfguard-initramfs.path
	./usr/lib/systemd/system/nfguard-initramfs.service
	./usr/lib/systemd/system/nfguard-lock.service
	./usr/lib/systemd/system/nfguard-metrics.service
	./usr/lib/systemd/system/nfguard-metrics.timer
	./usr/lib/systemd/system/nfguard-unconfirmed.service
	./usr/lib/systemd/system/nfguard.service
	./usr/sbin/nfguard
	./usr/share/bash-completion/completions/nfguard
	./usr/share/initramfs-tools/hooks/nfguard
	./usr/share/initramfs-tools/scripts/init-bottom/nfguard
	./usr/share/initramfs-tools/scripts/init-top/nfguard
	./usr/share/nfguard/make-images
	./usr/share/nfguard/nfguard-dashboard.json
	./usr/share/nfguard/nfguard.rules.yml
	./usr/share/nfguard/presets/cis-server.conf
	./usr/share/nfguard/presets/container-host.conf
	./usr/share/nfguard/presets/crypto-user-api.conf
	./usr/share/nfguard/presets/no-conntrack.conf
	./usr/share/nfguard/presets/rare-filesystems.conf
	./usr/share/nfguard/presets/rare-protocols.conf
	./usr/share/nfguard/presets/user-namespaces.conf
	./usr/share/zsh/vendor-completions/_nfguard
	END
	[ -d "$host/dest/etc/nfguard.d" ] || bad "there is no directory for policy files"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr
	[ -z "$(installed)" ] || bad "left behind: $(installed)"
}

test_install_with_another_prefix()
{
	[ "$bin" = "$work/build/nfguard" ] || {
		skip "the tests use another binary"
		return 0
	}
	make_userspace install DESTDIR="$host/dest" prefix=/usr/local
	! grep -rlE '/usr/(sbin|share)/nfguard' "$host/dest"/{etc,usr/share} \
		"$host/dest/usr/local/lib" "$host/dest/usr/local/share/nfguard/make-images" ||
		bad "a file still names /usr"
	grep -qx 'ExecStart=/usr/local/sbin/nfguard boot' \
		"$host/dest/usr/local/lib/systemd/system/nfguard.service" ||
		bad "the unit does not run the installed command"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr/local
	[ -z "$(installed)" ] || bad "left behind: $(installed)"
}

# The operator's files stay.
test_uninstall_leaves_the_policy_files()
{
	[ "$bin" = "$work/build/nfguard" ] || {
		skip "the tests use another binary"
		return 0
	}
	make_userspace install DESTDIR="$host/dest" prefix=/usr
	echo 'deny nf_nat' >"$host/dest/etc/nfguard.d/10.conf"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr
	[ "$(installed)" = ./etc/nfguard.d/10.conf ] || bad "left behind: $(installed)"
}

# What dpkg runs once the package's files are gone.
test_package_keeps_what_it_wrote_until_purge()
{
	local script=$host/postrm kept

	sed "s|/etc/|$host/root/etc/|g; s|/var/|$host/root/var/|g" \
		"$top/debian/nfguard.postrm" >"$script"
	two_modules
	mkdir -p "$host/root/var/lib"
	nfg deny base
	mkdir -p "$host/root/etc/modprobe.d"
	nfg mirror on
	nfg mode permissive
	conf etc/nfguard.d/10.conf <<<'deny third'
	: >"$host/root/var/lib/nfguard/image-wanted"
	kept=$(cd "$host/root" && find etc var -type f ! -name image-wanted | sort)
	sh "$script" remove || bad "remove fails"
	(cd "$host/root" && find etc var -type f | sort) >"$host/left"
	same "what remove leaves" "$host/left" <<<"$kept"
	grep -q history/2 "$host/left" || bad "the history is gone"
	grep -q modprobe.d/nfguard.conf "$host/left" || bad "the mirror is gone"
	grep -q compiled/modules "$host/left" || bad "the stored policy is gone"
	cp "$host/root/etc/modprobe.d/nfguard.conf" "$host/kept"
	echo '# mine' >>"$host/root/etc/modprobe.d/nfguard.conf"
	sh "$script" purge || bad "purge fails"
	[ -e "$host/root/etc/modprobe.d/nfguard.conf" ] || bad "what was edited is gone"
	cp "$host/kept" "$host/root/etc/modprobe.d/nfguard.conf"
	sh "$script" purge || bad "purge fails"
	no_file etc/modprobe.d/nfguard.conf
	(cd "$host/root" && find etc/nfguard.d var | sort) >"$host/left"
	same "what purge leaves" "$host/left" <<-'END'
	etc/nfguard.d
	etc/nfguard.d/10.conf
	var
	var/lib
	END
}

test_units_are_well_formed()
{
	local unit

	command -v systemd-analyze >/dev/null || {
		skip "no systemd-analyze"
		return 0
	}
	mkdir "$host/units"
	# The programs that they start are not installed here.
	for unit in "$top"/userspace/boot/systemd/*; do
		sed 's|^Exec\([A-Za-z]*\)=.*|Exec\1=/bin/true|' "$unit" >"$host/units/${unit##*/}"
	done
	SYSTEMD_UNIT_PATH=$host/units: systemd-analyze verify --man=no "$host"/units/* \
		>"$host/found" 2>&1
	grep nfguard "$host/found" >"$host/ours"
	same "the output of systemd-analyze" "$host/ours" </dev/null
}
