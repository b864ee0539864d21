# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# Disk, network interface and console are virtio's. None of what carries them is denied,
# however the policy would do it; then by force.
. "$here/carriers_lib.sh"

interface=$(interface_of virtio_net)
check "its only interface is up" ip link set "$interface" up
check "its console is virtio's" grep -qw hvc0 /sys/class/tty/console/active
# Whether an image was asked for is part of what is compared.
systemctl stop nfguard-initramfs.path

root='the file system / '
carried virtio_blk "$root" 'vda is on virtio[0-9]'
carried virtio_pci "$root" 'vda is on 0000:'
carried ext4 "$root" ext4
carried virtio_net "the interface $interface" 'virtio[0-9]'
carried virtio_console "the console hvc0" "hvc0 is a virtio console"
if built_in virtio_ring; then
	echo "# virtio_ring is built in"
else
	check "what one of them needs" deny_refused "virtio_blk .*$root" virtio_ring virtio_ring
fi
check "nor of the interface" deny_refused "virtio_net .*$interface" failover failover
check "by a pattern" deny_refused "virtio_blk .*$root" 'virtio_\*' 'virtio_*'
check "by a group" deny_refused "virtio_net .*$interface" '@drivers/net' @drivers/net
check "by a group that has what it needs" deny_refused "virtio_net .*$interface" @net @net
check "nothing of it until the reboot" deny_refused "virtio_blk .*$root" vda --runtime virtio_blk
check "permissive" exits 0 nfguard mode permissive
check "virtio_blk is refused there too" deny_refused "virtio_blk .*$root" vda virtio_blk
check "enforcing" exits 0 nfguard mode enforcing

echo 'deny virtio_blk' >/etc/nfguard.d/20-file.conf
check "apply: a rule in a file" refused "virtio_blk .*$root" vda nfguard apply
check "check says so" prints "virtio_blk carries $root" nfguard check
check "the stored policy too" refused "virtio_blk .*$root" vda nfguard apply --store
echo 'default deny' >/etc/nfguard.d/20-file.conf
check "apply: an allow-list without it" refused "virtio_blk .*$root" vda nfguard apply
rm /etc/nfguard.d/20-file.conf
check "nothing of all this is in force" exits 0 nfguard status
check "nor stored" fails grep -q virtio "$stored"

# What is denied while it is live is in use until the reboot: 3.
systemctl start nfguard-initramfs.path
check "forced" exits 3 nfguard deny --force virtio_blk
check "it is in force" policy_has 'deny virtio_blk'
check "and comes into the initramfs" wait_for 600 image_made
check "which has it" image_has_stored
