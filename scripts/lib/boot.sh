# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# between this, the script and the other libraries
# Boots hosts of host.sh, scenario by scenario, for check-boot and
# check-secureboot. Needs all the other libraries.

# host_parameters SCENARIO: a host's kernel parameters. No watchdog of a lockup: a
# guest without KVM stands still at times.
host_parameters()
{
	echo "console=ttyS0 root=/dev/vda rw panic=-1 oops=panic nowatchdog no_timer_check \
cryptomgr.notests systemd.show_status=false nfguard_test=$1"
}

# Where it is not about Docker, there is none.
quiet="systemd.mask=docker.service systemd.mask=docker.socket systemd.mask=containerd.service"

# boot_host SCENARIO SECONDS DISK KERNEL INITRD [PARAMETER...] [-- QEMU-ARG...]: boots
# a host to the end of the scenario's tests, of selftests/boot. The disk keeps what
# was written. What the tests printed is in $dir/out; returns 0 if they all passed.
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
		echo "not ok - $scenario: no verdict (QEMU's status: $status); the console's end:"
		tail -n 30 "$dir/console" | tr -d '\r' | sed 's/^/# /'
		return 1
		;;
	esac
	splats "$dir/console" >"$dir/splats" || return 0
	echo "not ok - $scenario: the kernel's log holds a splat"
	sed 's/^/# /' "$dir/splats"
	return 1
}

# The disk of a run: a copy, as what it writes is not to be there for the next.
fresh_disk()
{
	cp --sparse=always "$host/$1.ext4" "$dir/disk"
}

# boot_installed SCENARIO SECONDS [...]: the run's disk with the kernel and initramfs of
# its last kernel but one; the rest as for boot_host.
boot_installed()
{
	boot_host "$1" "$2" "$dir/disk" "$host/$old/vmlinuz" "$host/$old/initrd.img" "${@:3}"
}

# write_file DISK PATH: stdin becomes a file of a disk that nobody uses.
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

# read_file DISK PATH: prints it.
read_file()
{
	debugfs -R "cat $2" "$1" 2>/dev/null
}

# run_job SUITE.SCENARIO: what it printed, as KTAP, is then in its folder.
run_job()
{
	local suite=${1%.*} scenario=${1#*.} begun=$SECONDS status=0 logs

	logs=$cache/boot/$suite/console
	host=$cache/boot/$suite/host
	{ read -r old; read -r new; } <"$host/releases"
	dir=$work/$1/files
	mkdir -p "$dir" "$logs"
	"scenario_$scenario" >"$dir/said" 2>&1 || status=1
	{
		cat "$dir/out" "$dir/said" 2>/dev/null
		# Failing without a point that says so, or passing nothing at all.
		if ! grep -q '^ok ' "$dir/out" ||
		   { [ $status = 1 ] && ! grep -q '^not ok' "$dir/out" "$dir/said"; }; then
			echo "not ok - $scenario: it did not come to its end"
		fi
		echo "# $scenario took $((SECONDS - begun)) s"
	} >"$work/$1/ktap"
	cp "$dir/console" "$logs/$scenario" 2>/dev/null || true
	rm -rf "$dir"
}

# Runs jobs that no other lane has begun, one after the other, until all are.
run_lane()
{
	local job

	for job in "${jobs[@]}"; do
		mkdir "$work/$job" 2>/dev/null || continue
		run_job "$job"
		say "${job/./: } ($(grep -c '^ok ' "$work/$job/ktap") passed, $(grep -c '^not ok' "$work/$job/ktap") failed)"
	done
}

# side_by_side FUNCTION ARG...: runs the function for each, all must succeed.
side_by_side()
{
	local function=$1 arg status=0
	local -a pids=()

	shift
	# A process group each, so that all of it can be ended with us.
	set -m
	for arg; do
		(trap_exit; "$function" "$arg") >&2 &
		pids+=($!)
	done
	set +m
	lanes=("${pids[@]}")
	for arg in "${pids[@]}"; do
		wait "$arg" || status=$?
	done
	lanes=()
	return "$status"
}

# What takes longest first, so that no lane is left with it at the end.
list_jobs()
{
	local scenario suite

	jobs=()
	for scenario in "${scenarios[@]}"; do
		for suite in "${suites[@]}"; do
			[[ " ${once[*]} " == *" $scenario "* && $suite != "${suites[0]}" ]] ||
				jobs+=("$suite.$scenario")
		done
	done
}

boot_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--scenario)
			[ $# -gt 1 ] || die "--scenario wants a name" "$me --help lists them"
			declare -F "scenario_$2" >/dev/null ||
				die_status=2 die "no scenario is called '$2'" "$me --help lists them"
			scenarios+=("$2")
			shift
			;;
		--help | -h) usage; exit ;;
		-*) die_status=2 die "unknown option '$1'" "$me --help lists them" ;;
		*) suites+=("$1") ;;
		esac
		shift
	done
	[ ${#scenarios[@]} -gt 0 ] || scenarios=("${all_scenarios[@]}")
	[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie)
}

probe_accelerator()
{
	local guest_kernel

	dir=$cache/boot/probe
	rm -rf "$dir"
	mkdir "$dir"
	guest_kernel=$(find "$cache/boot/${suites[0]}/host" -name vmlinuz | head -n 1)
	verb=run
	choose_accelerator
	rm -rf "$dir"
	dir=
}

# boot_main ARG...: what a script is that has the functions scenario_NAME, their names
# in all_scenarios, those that take longest first, in once those that are tested with
# the first suite only, and may have set_up for what else it needs. A job is a scenario
# with a suite; each processor runs one at a time.
boot_main()
{
	local started=$SECONDS status=0 passed failed job
	local -a jobs processors

	scenarios=() suites=() lanes=()
	boot_options "$@"
	trap_exit
	exec </dev/null
	mkdir -p "$cache/boot"
	lock boot
	run "$scripts/setup" --host-only || die "the set-up failed"
	k_name=$me k_qemu=10
	make_qemu
	side_by_side make_hosts "${suites[@]}" || die "the hosts could not be made"
	! declare -F set_up >/dev/null || set_up
	say "set up in $((SECONDS - started)) s"
	probe_accelerator

	work=$cache/boot/run
	rm -rf "$work"
	mkdir "$work"
	list_jobs
	mapfile -t processors < <(seq "$(nproc)")
	side_by_side run_lane "${processors[@]}" || status=$?
	for job in "${jobs[@]}"; do
		sed "s/^/[${job%%.*}] /" "$work/$job/ktap" || status=1
	done
	passed=$(cat "$work"/*/ktap | grep -c '^ok ') || true
	failed=$(cat "$work"/*/ktap | grep -c '^not ok ') || true
	say "took $((SECONDS - started)) s"
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ] && [ "$status" = 0 ]
}

# Those of side_by_side; what each of them began ends with it.
cleanup()
{
	[ ${#lanes[@]} = 0 ] || kill -- "${lanes[@]/#/-}" 2>/dev/null || true
}
