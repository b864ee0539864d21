# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The kernel's package was upgraded: its hooks built the module, compiled the policy for
# the new kernel, and made its initramfs.

check "the policy of the new kernel is stored" [ -e "/etc/nfguard.d/compiled/$(uname -r)" ]
check "that of the old kernel is still there" [ "$(find /etc/nfguard.d/compiled -name '*-cloud-*' | wc -l)" = 2 ]
guarded
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "the module is signed with DKMS's key" prints "DKMS module signing key" \
	modinfo -F signer nfguard
