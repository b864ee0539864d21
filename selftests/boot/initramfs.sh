# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The initramfs carries the guard. Then the policy changes, and the image must.

guarded
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "in force in the initramfs" before \
	"$(kernel_time 'nfguard: initramfs: in force')" "$(kernel_time 'systemd\[1\]')"
check "before the initramfs's udev" before \
	"$(kernel_time 'nfguard: loaded')" "$(kernel_time 'virtio_blk')"

mkdir -p /var/lib/prometheus/node-exporter
check "the metrics' unit runs" systemctl start nfguard-metrics.service
check "and writes" grep -qx 'nfguard_guarding 1' \
	/var/lib/prometheus/node-exporter/nfguard.prom

check "for a limited time" exits 0 nfguard deny --for 2s dummy
check "that is in force" policy_has 'deny dummy'
check "and over" wait_for 30 fails policy_has 'deny dummy'

# As when headers come after their kernel. What is wished is not made here yet.
wanted=/var/lib/nfguard/image-wanted
systemctl stop nfguard-initramfs.path
check "the module installed for a kernel that has an image" bash -ec "
	dkms uninstall nfguard/$(cat /sys/module/nfguard/version) -k $(uname -r)
	dkms install nfguard/$(cat /sys/module/nfguard/version) -k $(uname -r)"
check "has that image made anew" [ -s $wanted ]
rm -f $wanted
systemctl start nfguard-initramfs.path

image=/boot/initrd.img-$(uname -r)
was=$(stat -c %Y%i "$image")
begun=$SECONDS
check "a rule" exits 0 nfguard deny ipt_ULOG dummy
changed()
{
	[ "$(stat -c %Y%i "$image")" != "$was" ]
}
check "brings a new initramfs" wait_for 240 changed
made()
{
	[ ! -e $wanted ] &&
		[ "$(systemctl show -P ActiveState nfguard-initramfs.service)" = inactive ]
}
check "whose making ends" wait_for 240 made
echo "# made in $((SECONDS - begun)) s"
check "that has the new policy" exits 0 nfguard doctor
check "and its making did not fail" fails systemctl is-failed nfguard-initramfs.service
