# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# assigned by scenarios.sh, used by other libraries
# Boots one of the hosts that host.sh makes, and edits its disk. Needs common.sh,
# qemu.sh and vm.sh.

# host_parameters SCENARIO: prints a host's kernel parameters. The lockup watchdog is
# off, and RCU waits as long as in vm.sh's guests: without KVM one stands still at times.
host_parameters()
{
	echo "console=ttyS0 root=/dev/vda rw panic=-1 oops=panic nowatchdog \
rcupdate.rcu_cpu_stall_timeout=60 no_timer_check \
cryptomgr.notests systemd.show_status=false nfguard_test=$1"
}

# For scenarios in which Docker has no part.
quiet="systemd.mask=docker.service systemd.mask=docker.socket systemd.mask=containerd.service"

# boot_host SCENARIO SECONDS DISK KERNEL INITRD [PARAMETER...] [-- QEMU-ARG...]: boots
# a host, which runs the scenario's tests, from selftests/boot, and powers off. The disk
# keeps what was written. What the tests printed is in $dir/out. Returns 0 if they all
# passed.
boot_host()
{
	local scenario=$1 seconds=$2 disk=$3 status=0
	local guest_kernel=$4 guest_initrd=$5 parameters

	parameters=$(host_parameters "$scenario")
	shift 5
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		parameters+=" $1"
		shift
	done
	[ $# = 0 ] || shift
	: >"$dir/console"
	: >"$dir/out"
	: >"$dir/verdict"
	tar -cf "$dir/tests.tar" -C "$top/selftests/boot" . -C "$top/selftests/lib" exits.sh
	start_qemu "$accelerator" "$seconds" "$parameters" -m 1024 -smp 1 \
		-drive "file=$disk,format=raw,if=virtio" \
		-drive "file=$dir/tests.tar,format=raw,if=virtio,readonly=on" \
		-chardev "file,id=out,path=$dir/out" \
		-device "virtserialport,nr=2,chardev=out,name=out" "$@"
	wait "$child" || status=$?
	child=
	case $(cat "$dir/verdict") in
	'exit 0') ;;
	'exit '*) return 1 ;;
	*)
		echo "not ok - $scenario: no verdict (QEMU's status: $status); the end of the console:"
		tail -n 30 "$dir/console" | tr -d '\r' | sed 's/^/# /'
		return 1
		;;
	esac
	splats "$dir/console" >"$dir/splats" || return 0
	echo "not ok - $scenario: the kernel's log has a splat"
	sed 's/^/# /' "$dir/splats"
	return 1
}

# fresh_disk NAME: makes a run's disk, a copy of that one of host.sh.
fresh_disk()
{
	cp --sparse=always "$host/$1.ext4" "$dir/disk"
}

# boot_installed SCENARIO SECONDS [...]: boots the run's disk with the host's older kernel
# and its initramfs; the rest as for boot_host.
boot_installed()
{
	boot_host "$1" "$2" "$dir/disk" "$host/$old/vmlinuz" "$host/$old/initrd.img" "${@:3}"
}

# read_image RELEASE: the initramfs that the host itself made is then $dir/initrd.
read_image()
{
	read_file "$dir/disk" "/boot/initrd.img-$1" >"$dir/initrd"
}

# boot_own RELEASE SCENARIO SECONDS [...]: boots the run's disk with that one of its kernels
# and the initramfs that the host itself made for it; the rest as for boot_host.
boot_own()
{
	read_image "$1"
	boot_host "$2" "$3" "$dir/disk" "$host/$1/vmlinuz" "$dir/initrd" "${@:4}"
}

# each_boot COMMAND...: one boot of a scenario that has several. Keeps the output of its
# tests; the scenario ends with all_boots.
each_boot()
{
	local status=0

	"$@" || status=$?
	cat "$dir/out" >>"$dir/boots"
	return $status
}

# all_boots: what each_boot kept is the scenario's output.
all_boots()
{
	mv "$dir/boots" "$dir/out"
}

# write_file DISK PATH: writes stdin to a file on a disk that is not in use.
write_file()
{
	cat >"$dir/file"
	debugfs -w -f - "$1" >/dev/null 2>&1 <<-END
	rm $2
	write $dir/file $2
	set_inode_field $2 mode 0100644
	set_inode_field $2 uid 0
	set_inode_field $2 gid 0
	END
}

# write_link DISK PATH TARGET
write_link()
{
	debugfs -w -R "symlink $2 $3" "$1" >/dev/null 2>&1
}

# read_file DISK PATH
read_file()
{
	debugfs -R "cat $2" "$1" 2>/dev/null
}
