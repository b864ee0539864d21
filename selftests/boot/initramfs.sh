# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The initramfs has nfguard. Then the policy changes, and the image must change too.

guarded
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "the policy was in force before systemd" before \
	"$(kernel_time 'nfguard: initramfs: in force')" "$(kernel_time 'systemd\[1\]')"
check "it was loaded before udev in the initramfs" before \
	"$(kernel_time 'nfguard: loaded')" "$(kernel_time 'virtio_blk')"

without_debug()
{
	local installed module=/tmp/installed.ko

	installed=$(modinfo -n nfguard)
	case $installed in
	*.xz) xz -dc "$installed" >$module ;;
	*.zst) zstd -qdcf "$installed" >$module ;;
	*) cp "$installed" $module ;;
	esac
	readelf -SW $module | grep -q ' \.text ' && ! readelf -SW $module | grep '\.debug_'
}
check "the module that DKMS installed has no debug sections" without_debug

check "without node_exporter the metrics' unit is red" fails systemctl start nfguard-metrics.service
check "and says what to do" prints "there is no directory /var/lib/prometheus/node-exporter" \
	journal -u nfguard-metrics.service
mkdir -p /var/lib/prometheus/node-exporter
check "the metrics unit runs" systemctl start nfguard-metrics.service
check "it writes the metrics" grep -qx 'nfguard_guarding 1' \
	/var/lib/prometheus/node-exporter/nfguard.prom

check "deny --for 2s" exits 0 nfguard deny --for 2s dummy
check "its rule is in force" policy_has 'deny dummy'
check "its rule is removed in time" wait_for 30 fails policy_has 'deny dummy'

# As when the headers are installed after their kernel. The path unit is stopped, so that
# the image is only asked for.
wanted=/var/lib/nfguard/image-wanted
systemctl stop nfguard-initramfs.path
check "DKMS installs the module for a kernel that has an image" bash -ec "
	dkms uninstall nfguard/$(cat /sys/module/nfguard/version) -k $(uname -r)
	dkms install nfguard/$(cat /sys/module/nfguard/version) -k $(uname -r)"
check "a new image is asked for" [ -s $wanted ]
rm -f $wanted
systemctl start nfguard-initramfs.path

image=/boot/initrd.img-$(uname -r)
was=$(stat -c %Y%i "$image")
begun=$SECONDS
check "two rules are added" exits 0 nfguard deny --force ipt_ULOG dummy
changed()
{
	[ "$(stat -c %Y%i "$image")" != "$was" ]
}
check "the image is rebuilt" wait_for 240 changed
check "the rebuild ends" wait_for 240 image_made
echo "# made in $((SECONDS - begun)) s"
check "the doctor finds the new policy in it" exits 0 nfguard doctor
check "the rebuild did not fail" fails systemctl is-failed nfguard-initramfs.service
