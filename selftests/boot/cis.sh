# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# Checks of the CIS benchmarks that others wrote, as Debian has them, before and after what
# an operator does for them: the preset, and the mirror.
#
#   OpenSCAP with the SCAP Security Guide. Its guides for Debian have no CIS profile, and
#   rules for two of the modules; those for Ubuntu have that profile, and rules for ten.
#   A profile applies to its own release only, so the rules' definitions are evaluated.
#
#   Lynis: FILE-6430 asks modprobe -n -v and lsmod, the others read modprobe.d.
#
# This kernel is one for clouds. It has the protocols, udf and squashfs, and none of the
# other modules, which scanners want denied all the same.
guides=/usr/share/xml/scap/ssg/content
tests=(FILE-6430 NETW-3200 STRG-1846 USB-1000)
protocols=(dccp rds sctp tipc)

install_scanners()
{
	local -a skip=()
	local files status=0

	# What is not used takes long to unpack.
	for files in "$guides/*-ds*.xml" "$guides/*-xccdf.xml" "$guides/*-ocil.xml" \
		'/usr/share/scap-security-guide/*'; do
		skip+=(-o "DPkg::Options::=--path-exclude=$files")
	done
	systemctl mask lynis.timer
	mkdir /run/scanners && tar -xf /dev/vdc -C /run/scanners || return
	# e2fsprogs, which Lynis needs, would have the images made anew.
	mount --bind /bin/true /usr/sbin/update-initramfs || return
	apt-get -q install -y --no-install-recommends \
		-o DPkg::Options::=--force-unsafe-io "${skip[@]}" /run/scanners/*.deb || status=$?
	umount /usr/sbin/update-initramfs
	return $status
}

# newest_guide SYSTEM
newest_guide()
{
	printf '%s\n' "$guides/ssg-$1"*-oval.xml | sort -V | tail -n 1
}

# guide_says GUIDE MODULE true|false: whether it is disabled.
guide_says()
{
	local id=oval:ssg-kernel_module_$2_disabled:def:1

	prints "$id: $3" oscap oval eval --skip-valid --id "$id" "$1"
}

# guides_say true|false
guides_say()
{
	local word=enabled guide module

	! "$1" || word=disabled
	guide=$(newest_guide debian)
	for module in rds tipc; do
		check "OpenSCAP: ${guide##*/}: $module is $word" guide_says "$guide" $module "$1"
	done
	guide=$(newest_guide ubuntu)
	for module in cramfs freevxfs hfs hfsplus jffs2 usb-storage "${protocols[@]}"; do
		check "OpenSCAP: ${guide##*/}: $module is $word" guide_says "$guide" "$module" "$1"
	done
}

# A test that did not run has no complaint either.
lynis_ran()
{
	local list test

	rm -f /run/lynis.dat /run/lynis.log
	list=$(IFS=:; echo "${tests[*]}")
	lynis audit system --quick --no-colors --no-plugins --tests "$list" \
		--log-file /run/lynis.log --report-file /run/lynis.dat || return
	for test in "${tests[@]}"; do
		grep -q "^tests_executed=.*$test" /run/lynis.dat || {
			echo "$test was not executed"
			return 1
		}
	done
}

suggested()
{
	prints "suggestion[]=$1|" cat /run/lynis.dat
}

protocol_enabled()
{
	prints "uncommon_network_protocol_enabled=$1" cat /run/lynis.dat
}

# That modprobe would load it.
found_module()
{
	prints "Result: found $1 support in the kernel" cat /run/lynis.log
}

check "the scanners can be installed" install_scanners
lynis=$(lynis show version)
echo "# up after $(cut -d' ' -f1 /proc/uptime) s: Lynis $lynis, $(oscap --version | head -n 1)"
# For lsmod to have something of what is looked for.
check "udf can be loaded" modprobe udf

guides_say false
check "Lynis runs" lynis_ran
for module in "${protocols[@]}"; do
	check "Lynis: NETW-3200: $module is enabled" protocol_enabled "$module"
done
check "Lynis: USB-1000: usb-storage is enabled" suggested USB-1000
check "Lynis: STRG-1846: FireWire is enabled" suggested STRG-1846
check "Lynis: FILE-6430: udf is live" suggested FILE-6430
for module in squashfs udf; do
	check "Lynis: FILE-6430: $module can be loaded" found_module $module
done
echo "# up after $(cut -d' ' -f1 /proc/uptime) s"

check "preset enable cis-server" exits 0 nfguard preset enable cis-server
check "mirror on" exits 0 nfguard mirror on
# What the benchmarks demand at level 2, which the preset leaves to the operator.
check "udf and squashfs can be denied too" exits 0 nfguard deny --unload udf squashfs

guides_say true
check "OpenSCAP: udf is disabled" guide_says "$(newest_guide ubuntu)" udf true
check "Lynis runs again" lynis_ran
for module in "${protocols[@]}"; do
	case $lynis in
	# CIS asks for /bin/false, and later versions know both. With /bin/true modprobe
	# would say that it loaded the module.
	3.0.*)
		check "Lynis: NETW-3200: $lynis knows only 'install $module /bin/true'" \
			protocol_enabled "$module"
		;;
	*)
		check "Lynis: NETW-3200: $module is disabled" fails protocol_enabled "$module"
		;;
	esac
done
check "Lynis: USB-1000: usb-storage is disabled" fails suggested USB-1000
check "Lynis: STRG-1846: FireWire is disabled" fails suggested STRG-1846
check "Lynis: FILE-6430: nothing is live" fails suggested FILE-6430
for module in squashfs udf; do
	check "Lynis: FILE-6430: $module can't be loaded" fails found_module $module
done
check "the mirror is true" exits 0 nfguard mirror
echo "# up after $(cut -d' ' -f1 /proc/uptime) s"
