# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Not a test: makes the disks of two of check-carriers' hosts, which scripts/lib/layers.sh
# attaches. /etc already has how their initramfs opens them.

source=/dev/vdc crypt=/dev/vdd raid=(/dev/vde /dev/vdf)

# fill DEVICE LINE...: copies the root file system there; the lines become its fstab.
fill()
{
	e2image -ra "$source" "$1" && mount "$1" /mnt || return
	shift
	printf '%s\n' "$@" >/mnt/etc/fstab
	umount /mnt
}

read -r name uuid key _ </etc/crypttab
check "LUKS" cryptsetup -q luksFormat --uuid "${uuid#UUID=}" --key-file "$key" \
	--pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$crypt"
check "open" cryptsetup open --key-file "$key" "$crypt" "$name"
check "LVM in it" vgcreate host "/dev/mapper/$name"
check "a volume for /" lvcreate -y -L 1g -n root host
check "and the rest for /home" lvcreate -y -l 100%FREE -n home host
check "/home is on xfs" mkfs.xfs -q /dev/host/home
check "/ is copied" fill /dev/host/root '/dev/host/root / ext4 noatime 0 1' \
	'/dev/host/home /home xfs noatime 0 2'
check "LVM closed" vgchange -an host
check "closed" cryptsetup close "$name"

uuid=$(sed -n 's/.*UUID=//p' /etc/mdadm/mdadm.conf)
check "RAID1" mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 \
	--assume-clean --bitmap=none --uuid="$uuid" "${raid[@]}"
check "/ is copied to it" fill /dev/md0 '/dev/md0 / ext4 noatime 0 1' '/dev/vda none swap defaults 0 0'
check "stopped" mdadm --stop /dev/md0
