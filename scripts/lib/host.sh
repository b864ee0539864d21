# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# between this, the script and the other libraries
# A host that boots as Debian's do, with systemd and with nfguard from its packages:
#
#   .cache/boot/SUITE/root      the host without nfguard; made once
#   .cache/boot/SUITE/host/     made again when a source changes:
#                     debs/         the packages, as that release builds them
#                     disk.ext4     the host with nfguard and its older kernel
#                     upgraded.ext4 the same, with the kernel's package upgraded
#                     RELEASE/      vmlinuz, initrd.img, plain.img (no nfguard) of each
#                     releases      the two kernels' releases
#                     log           what the packages and their hooks printed
#
# Needs common.sh, apt.sh and deb.sh.

# digest COMMAND...: prints the digest of its output.
digest()
{
	"$@" | sha256sum | cut -d' ' -f1
}

# marked_packages MARK: packages that the hosts don't have.
marked_packages()
{
	comm -13 <(suite_packages boot-packages none | sort) \
		<(suite_packages boot-packages "$1" | sort)
}

# Packages that the folder only keeps, for layers.sh.
layer_packages()
{
	marked_packages layers
}

boot_folder_inputs()
{
	echo "$1"
	suite_packages boot-packages "${1%-backports}"
	layer_packages
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
	list=$(suite_packages boot-packages "${suite%-backports}" | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$suite" "$partial/root" --variant=minbase --include="$list" \
		--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
		--customize-hook='mkdir "$1/src" "$1/debs"' \
		--customize-hook="copy-in $scripts/guest/boot-kernels /root" \
		--customize-hook="chroot \"\$1\" /root/boot-kernels $(layer_packages | paste -sd' ')" ||
		die "mmdebstrap could not make a host of $suite" \
			"see its messages above; a mirror out of reach is the usual reason"
	echo "$want" >"$partial/inputs"
	end_partial "$dir"
	say "$suite: the host is ready ($((SECONDS - started)) s)"
}

# in_host DIR COMMAND...: runs COMMAND in a host's folder as on the running host, but
# without systemd.
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

# take_disk NAME: makes an image of the work folder, and saves its kernels and initramfs
# images.
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
	# The host does not need what the packages were built from.
	# shellcheck disable=SC2016	# the inner shell expands them
	run "${contained[@]}" bash -euc '
		for dir in src debs new layers; do
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
			die "$suite: $step failed" "see the end of its messages above"
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

make_hosts()
{
	make_boot_folder "$1"
	make_boot_host "$1"
}
