# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh assigns them
# The folder of a kernel: a Debian userland with that kernel, its headers, its suite's
# compiler and the guest's tools; and the disk image that is made from it.
#
#   .cache/kernels/NAME/root       the folder; builds run in it, and never change it
#                      /cross      for another architecture: the folder that builds run
#                                  in instead, with what they use of root mounted
#                      /disk.ext4  the guest's disk; booted with snapshot=on
#                      /boot       kernel, release, first-stage modules
#                      /inputs     digest of what the folder was made from
# Needs common.sh and apt.sh.

guest_packages()
{
	suite_packages guest-packages "${k_suite%-backports}"
	printf '%s\n' "$k_image" "$k_headers"
	# For the first stage: this machine's can't run there.
	[ -z "$cross" ] || echo busybox-static
}

# Prints a digest of everything that decides what is in the folder, including the recipe
# (declare -f prints that without comments). A newer package in the archive does not
# count: a folder stays as it is until its inputs change.
suite_inputs()
{
	{
		echo "$k_suite" "$k_arch"
		guest_packages
		declare -f build_root build_boot build_disk
		[ -z "$cross" ] || cross_packages
		[ -z "$cross" ] || declare -f build_foreign_root build_cross
	} | sha256sum | cut -d' ' -f1
}

build_root()
{
	local list

	list=$(guest_packages | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$k_suite" "$1/root" --architectures="$k_arch" \
		--variant=essential --include="$list" \
		--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
		--customize-hook='mkdir -p "$1/build" "$1/kernel" "$1/kselftest" "$1/host"' \
		--customize-hook='rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/apt.conf.d/99mmdebstrap'
}

# The same for another architecture, of which nothing can run here: its packages are only
# unpacked, and of what their scripts would do, this does what the tests need.
build_foreign_root()
{
	local list release

	list=$(guest_packages | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$k_suite" "$1/root" --architectures="$k_arch" \
		--variant=extract --include='?essential' --include="$list" \
		--setup-hook='/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh "$1"' \
		--customize-hook='
			cd "$1"
			mkdir -p build kernel kselftest host
			rm -f etc/apt/sources.list etc/apt/apt.conf.d/99mmdebstrap
			rm -rf usr/share/doc usr/share/info usr/share/locale usr/share/man
			cp usr/share/base-passwd/passwd.master etc/passwd
			cp usr/share/base-passwd/group.master etc/group
			echo "messagebus:x:100:102::/nonexistent:/usr/sbin/nologin" >>etc/passwd
			echo "messagebus:x:102:" >>etc/group
			[ -e bin/sh ] || ln -s dash bin/sh
			ln -s mawk usr/bin/awk
			for name in iptables ip6tables arptables ebtables; do
				[ -e usr/sbin/$name ] || ln -s $name-nft usr/sbin/$name
			done'
	release=$(ls "$1/root/lib/modules")
	"${root[@]}" depmod -b "$1/root" "$release"
}

cross_packages()
{
	suite_packages cross-packages "${k_suite%-backports}"
	echo "gcc-$a_triplet" | tr _ -
}

# The headers' package wants programs of the suite's own linux-kbuild, which are for the
# machine that builds. in-suite mounts the rest of what a build uses.
build_cross()
{
	local list kbuild

	kbuild=$(cd "$1/root/usr/lib" && echo linux-kbuild-*)
	list=$({ cross_packages; echo "$kbuild"; } | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$k_suite" "$1/cross" --variant=essential --include="$list" \
		--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
		--customize-hook='mkdir -p "$1/build" "$1/kernel" "$1/kselftest" "$1/host"' \
		--customize-hook='mkdir -p "$1/usr/src" "$1/usr/include" "$1/lib/modules"' \
		--customize-hook="mkdir -p \"\$1/usr/lib/$a_triplet\""
}

# The kernel, its release, and the modules that the first stage inserts: in order, and
# decompressed, as busybox's insmod can't read xz.
build_boot()
{
	local dir=$1 release module file n=10
	local -a modules

	mkdir -p "$dir/boot/modules"
	release=$(cd "$dir/root/lib/modules" && echo *)
	echo "$release" >"$dir/boot/release"
	cp "$dir/root/boot/vmlinuz-$release" "$dir/boot/vmlinuz"
	mapfile -t modules < <(
		for module in virtio_pci virtio_blk virtio_console crc32c ext4; do
			modprobe -d "$dir/root" -S "$release" --show-depends "$module" || true
		done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
	for module in "${modules[@]}"; do
		file=$dir/boot/modules/$n-$(basename "$module")
		case $module in
		*.xz) xz -dc "$module" >"${file%.xz}" ;;
		*.zst) zstd -qdc "$module" >"${file%.zst}" ;;
		*) cp "$module" "$file" ;;
		esac
		n=$((n + 1))
	done
}

# The guest does not need the compiler and the headers: empty mounts hide them while the
# image is made. It has no journal, since nothing that a guest writes is kept.
build_disk()
{
	# shellcheck disable=SC2016
	run "${contained[@]}" bash -euc '
		cd "$1/root"
		for dir in boot usr/src usr/include usr/lib/gcc usr/libexec/gcc var/cache var/lib/apt; do
			[ ! -d "$dir" ] || mount -t tmpfs -o mode=755 none "$dir"
		done
		mke2fs -q -t ext4 -O ^has_journal -L nfguard-vm -d . "$1/disk.ext4" 2g
	' bash "$1"
}

# Makes the folder of the kernel that kernel_line chose, unless it is there.
make_suite()
{
	local want new started=$SECONDS

	want=$(suite_inputs)
	[ "$(cat "$k_dir/inputs" 2>/dev/null)" != "$want" ] || return 0
	lock "kernel-$k_name"
	if [ "$(cat "$k_dir/inputs" 2>/dev/null)" = "$want" ]; then
		unlock
		return 0
	fi
	new=$cache/kernels/.$k_name.new
	begin_partial "$new"
	say "$k_name: fetching $k_suite with its kernel, compiler and the guest's tools (1 to 3 minutes)"
	"build_${cross:+foreign_}root" "$new" || die "mmdebstrap could not make the folder of $k_suite" \
		"see its messages above; a mirror out of reach is the usual reason"
	[ -z "$cross" ] || build_cross "$new" ||
		die "mmdebstrap could not make the folder to build in" "see its messages above"
	say "$k_name: making the guest's disk"
	build_boot "$new"
	build_disk "$new" >/dev/null	# it says that it creates a file
	echo "$want" >"$new/inputs"
	own_folder "$k_name"
	end_partial "$k_dir"
	leave_folder
	unlock
	say "$k_name: $(cat "$k_dir/boot/release") is ready ($((SECONDS - started)) s)"
}
