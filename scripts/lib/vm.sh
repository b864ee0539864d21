# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# One run of a guest, step by step, for scripts/vm, whose variables are its options. The
# run's files are in $dir, which is removed when the run ends. Needs common.sh and
# qemu.sh.

# Kernel parameters of every run. A splat panics, a panic resets, and a reset ends QEMU.
# A guest without KVM on a busy machine stands still for half a minute at times: that is
# no lockup, and no reason to panic over a late timer interrupt at boot (no_timer_check).
# The log has to hold what a flood of denials writes in minutes. The last line saves time
# at boot.
kernel_parameters="loglevel=7 printk.time=1 oops=panic panic_on_warn=1 \
softlockup_panic=1 panic=-1 \
log_buf_len=4M watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60 no_timer_check net.ifnames=0 \
cryptomgr.notests tsc=reliable 8250.nr_uarts=1"

cleanup()
{
	local pid

	for pid in "${tails[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	[ -z "$dir" ] || rm -rf "$dir"
}
tails=()
dir=

# make_payload COMMAND...: the second disk, a tar of what guest-build made, the second
# stage, the command, and the directory to copy.
make_payload()
{
	local meta=$dir/meta tar=$dir/payload.tar
	local -a flags=(--owner=0 --group=0 --numeric-owner)

	mkdir -p "$meta/.vm"
	cp "$scripts/guest/second-stage" "$meta/.vm/"
	printf '%s\0' "$@" >"$meta/.vm/argv"
	[ -z "$load" ] || : >"$meta/.vm/load"
	[ "$verb" != shell ] || echo "$(stty size) ${TERM:-dumb}" >"$meta/.vm/shell"

	cp "$cache/build/$k_name/install.tar" "$tar"
	tar -rf "$tar" "${flags[@]}" -C "$meta" .vm
	[ -z "$copy" ] || tar -rf "$tar" "${flags[@]}" -C "$copy" \
		--transform='flags=rSh;s,^\.,./host,' .
}

# The first stage: busybox, modules and init. It is so small that each run makes its own.
make_initramfs()
{
	local tree=$dir/initramfs busybox

	busybox=$(command -v busybox)
	[ -z "$cross" ] || busybox=$k_root/bin/busybox
	mkdir -p "$tree/bin"
	cp "$scripts/guest/first-stage" "$tree/init"
	cp "$busybox" "$tree/bin/busybox"
	cp -r "$k_dir/boot/modules" "$tree/modules"
	(cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$dir/initramfs.cpio"
}

# start_qemu ACCELERATOR SECONDS PARAMETERS ARG...: starts QEMU in the background with
# what all guests have, and sets $child. It boots $guest_kernel with $guest_initrd, or
# from a disk if the first is empty. Not the machine `pc`: its interrupts are routed by
# AML code, which the debug kernel on a busy host does not finish in the half minute that
# ACPI allows, and then no disk works.
start_qemu()
{
	local accelerator=$1 seconds=$2 parameters=$3
	local -a boot=() limit=(setpriv --pdeathsig TERM timeout --kill-after=5)

	# A shell's QEMU must stay in the terminal's foreground to read from it.
	[ "$verb" != shell ] || limit+=(--foreground)
	limit+=("$seconds")

	shift 3
	[ -z "$guest_kernel" ] || boot=(-kernel "$guest_kernel" -append "$parameters")
	[ -z "$guest_initrd" ] || boot+=(-initrd "$guest_initrd")
	choose_qemu
	# Snapshots are written to TMPDIR, unlinked at once.
	TMPDIR=$dir "${limit[@]}" "${qemu[@]}" \
		-nodefaults -no-user-config -display none -no-reboot \
		-machine "$a_machine" -accel "$accelerator" -cpu "$a_cpu" \
		"${boot[@]}" \
		-serial "file:$dir/console" \
		-device virtio-serial-pci -chardev "file,id=verdict,path=$dir/verdict" \
		-device virtserialport,nr=1,chardev=verdict,name=verdict \
		"$@" <&0 &
	child=$!
}

# Uses KVM if a guest really boots with it: /dev/kvm may be there and not work. A kernel
# that looks for its root file system has booted. The answer holds until the host
# reboots.
choose_accelerator()
{
	local answer guest_initrd=

	if [ -n "$cross" ]; then
		accelerator=tcg
		return
	fi
	answer=$cache/accelerator-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -e "$answer" ]; then
		accelerator=tcg
		if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
			say "trying KVM"
			start_qemu kvm 20 "console=$a_console $kernel_parameters" -m 256 2>/dev/null
			wait "$child" || true
			child=
			! grep -q 'not syncing: VFS' "$dir/console" || accelerator=kvm
			rm -f "$dir/verdict" "$dir/console"
		fi
		say "accelerator: $accelerator"
		rm -f "$cache"/accelerator-*
		echo "$accelerator" >"$answer"
	fi
	accelerator=$(cat "$answer")
}

boot_guest()
{
	local port nr=2 status=0
	local -a ports=()

	: >"$dir/console"
	for port in out err log; do
		: >"$dir/$port"
		ports+=(-chardev "file,id=$port,path=$dir/$port"
			-device "virtserialport,nr=$nr,chardev=$port,name=$port")
		nr=$((nr + 1))
	done
	# shellcheck disable=SC2154	# an option of the script
	[ -z "$icount" ] || ports+=(-icount "shift=0,sleep=off")
	if [ "$verb" = shell ]; then
		ports+=(-chardev "stdio,id=shell,signal=off"
			-device "virtconsole,nr=$nr,chardev=shell")
	fi
	start_qemu "$accelerator" "$timeout" \
		"console=$a_console $kernel_parameters $k_parameters $cmdline" \
		-m "$mem" -smp "$smp" \
		-drive "file=$k_disk,format=raw,if=virtio,snapshot=on" \
		-drive "file=$dir/payload.tar,format=raw,if=virtio,readonly=on" \
		"${ports[@]}"
	# Files and tail, not pipes: when the guest has ended, all of its output has
	# been written, however slow the reader is.
	tail -n +1 -s 0.05 -f --pid="$child" "$dir/out" &
	tails+=($!)
	tail -n +1 -s 0.05 -f --pid="$child" "$dir/err" >&2 &
	tails+=($!)
	wait "$child" || status=$?
	child=
	wait "${tails[@]}" || true
	tails=()
	qemu_status=$status
	[ -z "$console" ] || cp "$dir/console" "$console"
}

# Turns the verdict, or the lack of one, into the exit status.
judge_guest()
{
	local verdict

	verdict=$(cat "$dir/verdict" 2>/dev/null) || true
	if [ "$qemu_status" = 124 ] || [ "$qemu_status" = 137 ]; then
		say "the guest did not end within $timeout s; its console:"
		splats "$dir/console" >&2 || tail -n 20 "$dir/console" >&2
		exit 124
	fi
	case $verdict in
	exit\ *) ;;
	fail\ *)
		tail -n 20 "$dir/console" >&2
		die "in the guest: ${verdict#fail }"
		;;
	*)
		splats "$dir/console" >&2 || tail -n 40 "$dir/console" >&2 || true
		die "no verdict from the guest (QEMU's status: $qemu_status); see its console above"
		;;
	esac
	# The console may end early, the ring buffer may have lost its beginning.
	if splats "$dir/console" >"$dir/splats" || splats "$dir/log" >"$dir/splats"; then
		say "the guest's kernel log has a splat:"
		cat "$dir/splats" >&2
		[ "$verdict" != "exit 0" ] || exit 126
	fi
	exit "${verdict#exit }"
}
