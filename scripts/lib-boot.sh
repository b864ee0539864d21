# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# between this, the script and the other libraries
# A host that boots as Debian's do, with systemd and with nfguard from its packages:
#
#   .cache/boot/SUITE/root      the host without nfguard; made once
#   .cache/boot/SUITE/host/     made anew when a source changes:
#                     debs/         the packages, as that release builds them
#                     disk.ext4     the host with nfguard, its last kernel but one
#                     upgraded.ext4 the same, its kernel package upgraded
#                     RELEASE/      vmlinuz, initrd.img, plain.img (no nfguard) of each
#                     releases      the two kernels' releases
#                     log           what the packages and their hooks said
#
# Needs lib.sh, lib-apt.sh and lib-deb.sh.

boot_packages()
{
	data "$scripts/boot-packages" | awk -v suite="$1" '
		NF == 1 { print $1 }
		NF > 1 { for (i = 2; i <= NF; i++) if ($i == suite) print $1 }'
}

# digest COMMAND...: of what it prints
digest()
{
	"$@" | sha256sum | cut -d' ' -f1
}

boot_folder_inputs()
{
	echo "$1"
	boot_packages "$1"
	cat "$scripts/guest/boot-kernels"
	declare -f make_boot_folder
}

make_boot_folder()
{
	local suite=$1 dir=$cache/boot/$1 want list started=$SECONDS

	want=$(digest boot_folder_inputs "$suite")
	[ "$(cat "$dir/inputs" 2>/dev/null)" != "$want" ] || return 0
	say "$suite: fetching a host with two kernels, docker and dkms (2 minutes)"
	begin_partial "$cache/boot/.$suite.new"
	list=$(boot_packages "$suite" | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$suite" "$partial/root" --variant=minbase --include="$list" \
		--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
		--customize-hook='mkdir "$1/src" "$1/debs"' \
		--customize-hook="copy-in $scripts/guest/boot-kernels /root" \
		--customize-hook='chroot "$1" /root/boot-kernels' ||
		die "mmdebstrap could not make a host of $suite" \
			"see its messages above; a mirror out of reach is the usual reason"
	echo "$want" >"$partial/inputs"
	end_partial "$dir"
	say "$suite: the host is ready ($((SECONDS - started)) s)"
}

# in_host DIR COMMAND...: in a host's folder, as if it ran, but for systemd.
in_host()
{
	local folder=$1

	shift
	# shellcheck disable=SC2016
	run "${contained[@]}" --net --uts bash -euc '
		root=$1
		shift
		hostname nfguard-host
		mount --rbind /dev "$root/dev"
		mount -t proc none "$root/proc"
		mount -t sysfs -o ro none "$root/sys"
		mount -t tmpfs none "$root/tmp"
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			chroot "$root" "$@"
	' bash "$folder" "$@"
}

# take_disk NAME: an image of the work folder, with what boots it beside it.
take_disk()
{
	local release

	for release in "$partial"/work/lib/modules/*; do
		release=${release##*/}
		mkdir -p "$partial/$release"
		cp "$partial/work/boot/vmlinuz-$release" "$partial/$release/vmlinuz"
		cp "$partial/work/boot/initrd.img-$release" "$partial/$release/initrd.img"
		[ ! -e "$partial/work/boot/plain/initrd.img-$release" ] ||
			cp "$partial/work/boot/plain/initrd.img-$release" "$partial/$release/plain.img"
	done
	# What builds the packages is of no use to the host.
	# shellcheck disable=SC2016	# the inner shell expands them
	run "${contained[@]}" bash -euc '
		for dir in src debs new; do
			mount -t tmpfs none "$1/work/$dir"
		done
		mke2fs -q -t ext4 -L nfguard-host -d "$1/work" "$1/$2.ext4" 3g
	' bash "$partial" "$1" >/dev/null
}

boot_host_inputs()
{
	local file

	cat "$cache/boot/$1/inputs" "$scripts/guest/boot-install"
	declare -f make_boot_host in_host take_disk
	deb_list | while IFS= read -r -d '' file; do
		[ ! -e "$top/$file" ] || sha256sum <"$top/$file"
	done
}

make_boot_host()
{
	local suite=$1 dir=$cache/boot/$1/host log want started=$SECONDS step

	want=$(digest boot_host_inputs "$suite")
	[ "$(cat "$dir/inputs" 2>/dev/null)" != "$want" ] || return 0
	say "$suite: building the packages, installing them, making the images (3 minutes)"
	begin_partial "$cache/boot/$suite/.host.new"
	log=$partial/log
	"${root[@]}" cp -a "$cache/boot/$suite/root" "$partial/work"
	deb_sources "$partial/work/src/nfguard"
	cp "$scripts/guest/boot-install" "$partial/work/root/"
	for step in build install upgrade; do
		echo "# $((SECONDS - started)) s: $step" >>"$log"
		in_host "$partial/work" /root/boot-install "$step" >>"$log" 2>&1 || {
			tail -n 60 "$log" >&2
			die "$suite: $step failed" "the end of its messages stands above"
		}
		case $step in
		build) cp -r "$partial/work/debs" "$partial/" ;;
		install) take_disk disk ;;
		upgrade) take_disk upgraded ;;
		esac
	done
	cp "$partial/work/new/releases" "$partial/"
	"${root[@]}" rm -rf "$partial/work"
	echo "$want" >"$partial/inputs"
	end_partial "$dir"
	say "$suite: the images are ready ($((SECONDS - started)) s)"
}

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
	tar -cf "$dir/tests.tar" -C "$top/selftests/boot" .
	start_qemu "$accelerator" "$seconds" "$parameters" -m 1024 -smp "${smp:-1}" \
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

# One after the other, on one processor; prints KTAP.
test_suite()
{
	local suite=$1 scenario begun status

	work=$cache/boot/$suite/work
	logs=$cache/boot/$suite/console
	host=$cache/boot/$suite/host
	# shellcheck disable=SC2034	# the scenarios use them
	{ read -r old; read -r new; } <"$host/releases"
	rm -rf "$work"
	mkdir -p "$work" "$logs"
	for scenario in "${scenarios[@]}"; do
		if [[ " ${once[*]} " == *" $scenario "* ]] && [ "$suite" != "${suites[0]}" ]; then
			continue
		fi
		dir=$work/$scenario
		mkdir "$dir"
		begun=$SECONDS status=0
		"scenario_$scenario" >"$dir/said" 2>&1 || status=1
		cat "$dir/out" "$dir/said" 2>/dev/null
		cp "$dir/console" "$logs/$scenario" 2>/dev/null || true
		# Failing without a point that says so, or passing nothing at all.
		if ! grep -q '^ok ' "$dir/out" ||
		   { [ $status = 1 ] && ! grep -q '^not ok' "$dir/out" "$dir/said"; }; then
			echo "not ok - $scenario: it did not come to its end"
		fi
		echo "# $scenario took $((SECONDS - begun)) s"
		rm -rf "$dir"
	done
	rm -rf "$work"
}

# Runs a function for each suite side by side, its output to a file; all must succeed.
side_by_side()
{
	local function=$1 suite status=0
	local -a pids=()

	shift
	# A process group each, so that all of it can be ended with us.
	set -m
	for suite; do
		(trap_exit; "$function" "$suite") >"$cache/boot/$suite.$function" &
		pids+=($!)
	done
	set +m
	lanes=("${pids[@]}")
	wait "${pids[@]}" || status=$?
	lanes=()
	return "$status"
}

make_hosts()
{
	lock "boot-$1"
	make_boot_folder "$1"
	make_boot_host "$1"
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
		--help | -h) sed -n '4,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit ;;
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

# boot_main ARG...: what a script is that has the functions scenario_NAME, their
# names in all_scenarios, those in once that are tested with the first suite only, and
# may have set_up for what else it needs.
boot_main()
{
	local started=$SECONDS status=0 passed failed suite
	local -a ktap

	scenarios=() suites=() lanes=()
	boot_options "$@"
	trap_exit
	exec </dev/null
	mkdir -p "$cache/boot"
	run "$scripts/setup" --host-only || die "the set-up failed"
	k_name=$me k_qemu=10
	make_qemu
	side_by_side make_hosts "${suites[@]}" || die "the hosts could not be made"
	! declare -F set_up >/dev/null || set_up
	say "set up in $((SECONDS - started)) s"
	probe_accelerator

	side_by_side test_suite "${suites[@]}" || status=$?
	for suite in "${suites[@]}"; do
		ktap+=("$cache/boot/$suite.test_suite")
		sed "s/^/[$suite] /" "$cache/boot/$suite.test_suite"
	done
	passed=$(cat "${ktap[@]}" | grep -c '^ok ') || true
	failed=$(cat "${ktap[@]}" | grep -c '^not ok ') || true
	say "took $((SECONDS - started)) s"
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ] && [ "$status" = 0 ]
}

# Those of side_by_side; what each of them began ends with it.
cleanup()
{
	[ ${#lanes[@]} = 0 ] || kill -- "${lanes[@]/#/-}" 2>/dev/null || true
}
