# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after verify_stale.sh, which verify said would hold. Then the images are broken:
# this kernel's has the denied module and not the guard, the other kernel has no guard.
. "$here/verify_lib.sh"

check "the initramfs had the new policy" prints "2 rules" grep 'initramfs: in force' <(dmesg)
check "the denied module is not live" fails live dummy
check "verify still says so" exits 0 nfguard verify dummy

hook=/usr/share/initramfs-tools/hooks/nfguard
mv $hook /root/hook
echo dummy >>/etc/initramfs-tools/modules
check "this kernel's image is made without the guard" update-initramfs -u -k "$(uname -r)"
version=$(cat /sys/module/nfguard/version)
check "the other kernel loses the module" dkms uninstall "nfguard/$version" -k "$other"
check "and its image is made anew" update-initramfs -u -k "$other"
mv /root/hook $hook
verified dummy
check "now it is out of reach" said '^now: out of reach$'
check "the next boot of this kernel: not" next_boot_not "$(uname -r)"
check "as its image has a copy" said 'dummy is denied, but a copy in here can be loaded before the guard is'
check "the next boot of the other kernel: not" next_boot_not "$other"
check "as it has no guard" said 'nfguard is not installed for this kernel: nothing is in force once it is booted'
check "doctor says so too" prints 'nfguard is not installed for this kernel' nfguard doctor
check "and status" prints "$other" nfguard status
