# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Secure Boot, with a firmware that does not know DKMS's key.

module=$(modinfo -n nfguard)

check "the kernel is locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "the module is refused" fails modprobe nfguard
check "the unit has failed" systemctl is-failed nfguard.service
check "its message says why" prints \
	"this kernel does not trust the key that signed it (DKMS module signing key)" \
	journal -u nfguard.service
check "its message says what to do" prints "mokutil --import /var/lib/dkms/mok.pub" \
	journal -u nfguard.service
# In the initramfs libkmod may not be able to read a signature.
check "the initramfs says so too" grep -Eq \
	'initramfs: .*(does not trust the key|only modules with a signature that it trusts)' \
	<(dmesg)
check "nfguard boot exits with 4" exits 4 nfguard boot
check "nfguard status exits with 4" exits 4 nfguard status
check "the lock unit fails" fails systemctl start nfguard-lock.service

# strip(1) drops what follows the ELF file, which is the signature.
case $module in
*.xz)
	unxz "$module"
	module=${module%.xz}
	;;
esac
strip --strip-debug "$module"
depmod
check "without a signature the module is refused" fails modprobe nfguard
check "nfguard boot says why" prints "and this one has none that can be read: if DKMS built it: mokutil --import" \
	nfguard boot
check "the doctor says why" prints \
	"this host refuses modules without a signature (lockdown), and this one has none" \
	nfguard doctor

# Signed by hand, as the documentation describes it.
openssl req -quiet -new -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody/ \
	-keyout /root/key -out /root/cert -outform DER 2>/dev/null ||
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody/ \
		-keyout /root/key -out /root/cert -outform DER 2>/dev/null
"/lib/modules/$(uname -r)/build/scripts/sign-file" sha256 /root/key /root/cert "$module"
check "nfguard boot names an unknown signer" prints "(nobody)" nfguard boot
