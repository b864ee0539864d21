# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What make install leaves, and make uninstall takes.

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
		skip "another binary is tested"
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
	./usr/lib/systemd/system/nfguard.service
	./usr/sbin/nfguard
	./usr/share/bash-completion/completions/nfguard
	./usr/share/initramfs-tools/hooks/nfguard
	./usr/share/initramfs-tools/scripts/init-bottom/nfguard
	./usr/share/initramfs-tools/scripts/init-top/nfguard
	./usr/share/nfguard/make-images
	./usr/share/nfguard/nfguard-dashboard.json
	./usr/share/nfguard/nfguard.rules.yml
	./usr/share/zsh/vendor-completions/_nfguard
	END
	[ -d "$host/dest/etc/nfguard.d" ] || bad "there is no directory for policy files"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr
	[ -z "$(installed)" ] || bad "left: $(installed)"
}

test_install_elsewhere()
{
	[ "$bin" = "$work/build/nfguard" ] || {
		skip "another binary is tested"
		return 0
	}
	make_userspace install DESTDIR="$host/dest" prefix=/usr/local
	! grep -rlE '/usr/(sbin|share)/nfguard' "$host/dest"/{etc,usr/share} \
		"$host/dest/usr/local/lib" "$host/dest/usr/local/share/nfguard/make-images" ||
		bad "still names /usr"
	grep -qx 'ExecStart=/usr/local/sbin/nfguard boot' \
		"$host/dest/usr/local/lib/systemd/system/nfguard.service" ||
		bad "the unit does not call what was installed"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr/local
	[ -z "$(installed)" ] || bad "left: $(installed)"
}

# An operator's files are not ours to remove.
test_uninstall_leaves_the_policy_files()
{
	[ "$bin" = "$work/build/nfguard" ] || {
		skip "another binary is tested"
		return 0
	}
	make_userspace install DESTDIR="$host/dest" prefix=/usr
	echo 'deny nf_nat' >"$host/dest/etc/nfguard.d/10.conf"
	make_userspace uninstall DESTDIR="$host/dest" prefix=/usr
	[ "$(installed)" = ./etc/nfguard.d/10.conf ] || bad "left: $(installed)"
}

test_units_are_well_formed()
{
	local unit

	command -v systemd-analyze >/dev/null || {
		skip "no systemd-analyze"
		return 0
	}
	mkdir "$host/units"
	# What they start is not on this host.
	for unit in "$top"/userspace/boot/systemd/*; do
		sed 's|^Exec\([A-Za-z]*\)=.*|Exec\1=/bin/true|' "$unit" >"$host/units/${unit##*/}"
	done
	SYSTEMD_UNIT_PATH=$host/units: systemd-analyze verify --man=no "$host"/units/* \
		>"$host/found" 2>&1
	grep nfguard "$host/found" >"$host/ours"
	same "what systemd-analyze says" "$host/ours" </dev/null
}
