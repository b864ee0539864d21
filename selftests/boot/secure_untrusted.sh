# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Secure Boot, with a firmware that does not know DKMS's key.

module=$(modinfo -n nfguard)

check "locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "the module is refused" fails modprobe nfguard
check "the unit is red" systemctl is-failed nfguard.service
check "and says why" prints \
	"this kernel does not trust the key that signed it (DKMS module signing key)" \
	journal -u nfguard.service
check "and what to do" prints "mokutil --import /var/lib/dkms/mok.pub" \
	journal -u nfguard.service
# There libkmod may lack what reads a signature.
check "the initramfs says so too" grep -Eq \
	'initramfs: .*(does not trust the key|only modules with a signature that it trusts)' \
	<(dmesg)
check "boot by hand says so" exits 4 nfguard boot
check "status says that nothing is in force" exits 4 nfguard status
check "the lock's unit does not claim one" fails systemctl start nfguard-lock.service

# strip(1) drops what follows the ELF file: the signature.
case $module in
*.xz)
	unxz "$module"
	module=${module%.xz}
	;;
esac
strip --strip-debug "$module"
depmod
check "unsigned: refused" fails modprobe nfguard
check "unsigned: said why" prints "and this one has none that can be read: if DKMS built it: mokutil --import" \
	nfguard boot
check "unsigned: the doctor says so" prints \
	"this host refuses modules without a signature (lockdown), and this one has none" \
	nfguard doctor

# As README says it is done by hand.
openssl req -quiet -new -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody/ \
	-keyout /root/key -out /root/cert -outform DER 2>/dev/null ||
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=nobody/ \
		-keyout /root/key -out /root/cert -outform DER 2>/dev/null
"/lib/modules/$(uname -r)/build/scripts/sign-file" sha256 /root/key /root/cert "$module"
check "signed by somebody else: said whose" prints "(nobody)" nfguard boot
