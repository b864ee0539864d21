# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# / is on RAID1 on two disks of a SCSI controller; swap is on a virtio disk.
. "$here/carriers_lib.sh"

root='the file system / '
check "/ is on RAID" prints /dev/md0 findmnt -n -o SOURCE /
check "of two disks" prints '[2/2]' cat /proc/mdstat
check "swap is on" prints /dev/vda cat /proc/swaps
check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
systemctl stop nfguard-initramfs.path

carried raid1 "$root" 'md0 is a RAID array, level raid1'
carried md_mod "$root" 'md0 is a RAID array'
carried sd_mod "$root" 'sd[ab] is on '
carried virtio_scsi "$root" 'sd[ab] is on virtio[0-9]'
carried virtio_pci "$root" 'sd[ab] is on 0000:'
carried virtio_blk "the swap area /dev/vda" 'vda is on virtio[0-9]'
carried ext4 "$root" ext4
check "what one of them needs" deny_refused "sd_mod .*$root" scsi_mod scsi_mod
check "by a pattern" deny_refused "raid1 .*$root" 'raid\*' 'raid*'
check "armed after all of it" exits 0 nfguard status
