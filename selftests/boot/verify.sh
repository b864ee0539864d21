# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# A host with two kernels, on which all is well. Then the policy changes, and the images
# do not.
. "$here/verify_lib.sh"

# QEMU boots the kernels itself; this is what a boot loader would have of them.
mkdir -p /boot/grub
printf '\tlinux %s root=/dev/vda rw\n' /boot/vmlinuz-* >/boot/grub/grub.cfg

check "all is well" exits 0 nfguard verify
check "verify names both kernels" [ "$(nfguard verify | grep -c '^next boot of .*: out of reach$')" = 2 ]
systemctl disable --now nfguard-initramfs.path
check "a rule is added" exits 0 nfguard deny dummy
verified dummy
check "now it is out of reach" said '^now: out of reach$'
check "the next boot of this kernel: not" next_boot_not "$(uname -r)"
check "as its image is stale" said 'the policy in here is not the one stored for the next boot'
check "the next boot of the other kernel: not" next_boot_not "$other"
