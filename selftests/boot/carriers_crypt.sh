# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# / is on LVM on LUKS on a virtio disk, /home on xfs beside it.
. "$here/carriers_lib.sh"

root='the file system / '
check "/ is on LVM" prints lvm lsblk -n -o TYPE "$(findmnt -n -o SOURCE /)"
check "that on LUKS" prints crypt lsblk -s -n -o TYPE /dev/host/root
check "/home is xfs" prints xfs findmnt -n -o FSTYPE /home
check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
systemctl stop nfguard-initramfs.path

carried dm_mod "$root" 'dm-[0-9]+ is the mapped device host-root'
carried dm_crypt "$root" 'is the mapped device host[-_]'
carried virtio_blk "$root" 'vda is on virtio[0-9]'
carried virtio_pci "$root" 'vda is on 0000:'
carried ext4 "$root" ext4
carried xfs "the file system /home " xfs
# What the disk is encrypted with, in the way that this processor does it.
cipher=$(awk '$1 == "driver" && /xts.*aes/ { found = 1 }
	$1 == "module" && found { print $3; exit }' /proc/crypto)
echo "# the cipher's module: $cipher"
carried "$cipher" "$root" 'is the mapped device host_crypt'
check "by a pattern" deny_refused "dm_crypt .*$root" 'dm_\*' 'dm_*'
check "armed after all of it" exits 0 nfguard status
