# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# A QEMU that is new enough for the chosen kernel: the host's own, or one from a newer
# suite, which is unpacked to .cache/qemu and runs with its own dynamic linker: that
# needs neither a chroot nor root. Needs common.sh and apt.sh.

qemu_suite=trixie		# where QEMU 10 comes from

host_qemu_major()
{
	qemu-system-x86_64 --version 2>/dev/null | sed -n '1s/.*version \([0-9]*\).*/\1/p'
}

host_qemu_serves()
{
	local major

	major=$(host_qemu_major) || return 1
	[ "${major:-0}" -ge "$k_qemu" ]
}

make_qemu()
{
	local new

	! host_qemu_serves || return 0
	[ ! -d "$cache/qemu" ] || return 0
	lock qemu
	if [ ! -d "$cache/qemu" ]; then
		say "fetching QEMU from $qemu_suite: the host's own is too old for $k_name"
		new=$cache/.qemu.new
		begin_partial "$new"
		bootstrap "$qemu_suite" "$new/root" --variant=extract --include=qemu-system-x86 ||
			die "mmdebstrap could not unpack QEMU from $qemu_suite" "see its messages above"
		"${root[@]}" chmod -R a+rX "$new"
		end_partial "$cache/qemu"
	fi
	unlock
}

# Sets the array `qemu` to the command for the chosen kernel.
choose_qemu()
{
	local q=$cache/qemu/root libs=usr/lib/x86_64-linux-gnu

	if host_qemu_serves; then
		qemu=(qemu-system-x86_64)
		return
	fi
	# shellcheck disable=SC2034
	qemu=("$q/$libs/ld-linux-x86-64.so.2" --library-path "$q/$libs"
		"$q/usr/bin/qemu-system-x86_64" -L "$q/usr/share/qemu" -L "$q/usr/share/seabios")
}
