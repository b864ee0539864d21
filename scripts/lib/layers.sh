# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# shared with the script and the other libraries
# The host of host.sh with its root file system on LVM and LUKS, and on RAID. Loop devices
# may be missing here, so a guest makes the disks:
#
#   .cache/boot/SUITE/layers/     made again when the host is
#                     vmlinuz, initrd.img   of its older kernel
#                     root.ext4     what both have on their root file systems
#                     crypt         a disk: LUKS, in it LVM, in it / and /home
#                     raid_a, raid_b  two disks: RAID1 with /
#                     swap          a disk that is a swap area
#                     log           what the packages and their hooks printed
#
# Needs scenarios.sh.

layers_inputs()
{
	cat "$cache/boot/$1/host/inputs" "$top/selftests/boot/lay_out.sh"
	declare -f make_layers make_layered_root lay_out
}

make_layers()
{
	local suite=$1 layers=$cache/boot/$1/layers want started=$SECONDS

	want=$(digest layers_inputs "$suite")
	[ "$(cat "$layers/inputs" 2>/dev/null)" != "$want" ] || return 0
	say "$suite: making a host on LUKS and LVM, and one on RAID (3 minutes)"
	begin_partial "$cache/boot/$suite/.layers.new"
	make_layered_root "$suite"
	lay_out "$suite"
	echo "$want" >"$partial/inputs"
	end_partial "$layers"
	say "$suite: the layers are ready ($((SECONDS - started)) s)"
}

# Installs the packages that were built for the host. Leaves out what these hosts don't
# use, as a guest has to copy the rest.
make_layered_root()
{
	local suite=$1 old step

	old=$(head -n 1 "$cache/boot/$suite/host/releases")
	"${root[@]}" cp -a "$cache/boot/$suite/root" "$partial/work"
	cp -r "$cache/boot/$suite/host/debs/." "$partial/work/debs/"
	cp "$scripts/guest/boot-install" "$partial/work/root/"
	for step in install layers; do
		in_host "$partial/work" /root/boot-install "$step" >>"$partial/log" 2>&1 || {
			tail -n 60 "$partial/log" >&2
			die "$suite: $step failed" "the end of its messages stands above"
		}
	done
	cp "$partial/work/boot/vmlinuz-$old" "$partial/vmlinuz"
	cp "$partial/work/boot/initrd.img-$old" "$partial/initrd.img"
	# shellcheck disable=SC2016	# the inner shell expands them
	run "${contained[@]}" bash -euc '
		cd "$1/work"
		for dir in src debs new layers boot root usr/src usr/include usr/lib/gcc \
			usr/libexec/gcc var/cache var/lib/apt var/lib/dkms; do
			[ ! -d "$dir" ] || mount -t tmpfs -o mode=755 none "$dir"
		done
		for file in usr/bin/docker* usr/sbin/docker* usr/bin/containerd*; do
			[ ! -f "$file" ] || mount --bind /dev/null "$file"
		done
		mke2fs -q -t ext4 -d . "$1/root.ext4" 1g
	' bash "$partial" >/dev/null
	"${root[@]}" rm -rf "$partial/work"
}

lay_out()
{
	local dir=$partial/guest disk

	mkdir "$dir"
	cp --sparse=always "$partial/root.ext4" "$dir/disk"
	truncate -s 1500M "$partial/crypt"
	truncate -s 1100M "$partial/raid_a" "$partial/raid_b"
	truncate -s 64M "$partial/swap"
	mkswap "$partial/swap" >/dev/null 2>&1	# it warns about files
	set -- -drive "file=$partial/root.ext4,format=raw,if=virtio,readonly=on"
	for disk in crypt raid_a raid_b; do
		set -- "$@" -drive "file=$partial/$disk,format=raw,if=virtio"
	done
	boot_host lay_out 600 "$dir/disk" "$partial/vmlinuz" "$partial/initrd.img" \
		"$quiet" cryptopts= -- "$@" >"$dir/said" || {
		cat "$dir/out" "$dir/said" >&2
		die "the disks could not be made" "what the guest said stands above"
	}
	rm -rf "$dir"
}
