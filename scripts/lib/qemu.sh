# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# A QEMU that is new enough for the chosen kernel: the host's own, or one from a newer
# suite, which is unpacked to .cache/qemu and runs with its own dynamic linker: that
# needs neither a chroot nor root. Needs common.sh and apt.sh.

qemu_suite=trixie		# where QEMU 10 comes from

host_qemu_major()
{
	"qemu-system-$a_qemu" --version 2>/dev/null | sed -n '1s/.*version \([0-9]*\).*/\1/p'
}

host_qemu_serves()
{
	local major

	major=$(host_qemu_major) || return 1
	[ "${major:-0}" -ge "$k_qemu" ]
}

# Prints where it is unpacked: the host's architecture's in qemu, others beside it.
qemu_folder()
{
	echo "$cache/qemu${cross:+-$a_name}"
}

make_qemu()
{
	local new folder

	! host_qemu_serves || return 0
	folder=$(qemu_folder)
	[ ! -d "$folder" ] || return 0
	lock qemu
	if [ ! -d "$folder" ]; then
		say "fetching QEMU from $qemu_suite: the host's own is too old for $k_name"
		new=$cache/.$(basename "$folder").new
		begin_partial "$new"
		bootstrap "$qemu_suite" "$new/root" --variant=extract --include="$a_package" ||
			die "mmdebstrap could not unpack QEMU from $qemu_suite" "see its messages above"
		"${root[@]}" chmod -R a+rX "$new"
		end_partial "$folder"
	fi
	unlock
}

# Sets the array `qemu` to the command for the chosen kernel.
choose_qemu()
{
	local q libs=usr/lib/x86_64-linux-gnu

	if host_qemu_serves; then
		qemu=("qemu-system-$a_qemu")
		return
	fi
	q=$(qemu_folder)/root
	# shellcheck disable=SC2034
	qemu=("$q/$libs/ld-linux-x86-64.so.2" --library-path "$q/$libs"
		"$q/usr/bin/qemu-system-$a_qemu" -L "$q/usr/share/qemu" -L "$q/usr/share/seabios")
}
