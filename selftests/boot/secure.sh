# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Secure Boot, with a firmware that knows DKMS's key: each verb works under lockdown,
# and once locked, root can't undo it.

check "the kernel is locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "the guard is fully in effect" exits 0 nfguard status
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "both gates are proved" exits 0 nfguard selftest
check "the module is signed with DKMS's key" prints "DKMS module signing key" modinfo -F signer nfguard

check "verb doctor" exits 0 nfguard doctor

# Each verb.
check "verb deny" exits 0 nfguard deny dummy
check "verb list" prints "deny dummy" nfguard list
check "verb remove" exits 0 nfguard remove dummy
check "verb allow" exits 0 nfguard allow dummy
check "verb apply" exits 0 nfguard apply
check "verb check" exits 0 nfguard check
check "verb why" prints "nf_conntrack" nfguard why nf_conntrack
check "verb mode" exits 0 nfguard mode permissive
check "permissive mode lets modprobe through" modprobe nf_conntrack
# Events are recorded a moment later.
check "verb generate" wait_for 10 prints "default allow" nfguard generate
modprobe -r nf_conntrack
check "verb mode, back to enforcing" exits 0 nfguard mode enforcing
check "verb boot" exits 0 nfguard boot
check "enforcing mode denies modprobe" fails modprobe nf_conntrack
check "verb events" prints "nf_conntrack" nfguard events
check "verb stats" prints "load_denied" nfguard stats
check "verb metrics" prints "nfguard_guarding 1" nfguard metrics
check "counters are readable" grep -q load_denied /sys/kernel/debug/nfguard/counters
check "debugfs refuses writes" fails bash -c 'echo 0 >/sys/kernel/debug/nfguard/counters'

# What root may try once it is locked.
check "verb lock" prints "locked: generation" nfguard lock --yes
check "lock has no warning, since the kernel is locked down" fails prints "can still change the running kernel" \
	nfguard lock --yes
digest=$(grep ^sha256 /proc/nfguard/status)
check "ftrace can't be switched off" fails sysctl -w kernel.ftrace_enabled=0
check "kprobes can't be switched off" fails bash -c 'echo 0 >/sys/kernel/debug/kprobes/enabled'
check "/dev/mem can't be read" fails dd if=/dev/mem of=/dev/null bs=1 count=1
check "rmmod fails" fails rmmod nfguard
check "rmmod -f fails" fails rmmod -f nfguard
check "modprobe -r fails" fails modprobe -r nfguard
check "a write to policy fails" fails bash -c \
	'{ sed -n 1p /proc/nfguard/policy | sed "s/entries=.*/entries=0/"; echo default allow; echo end; } >/root/p; cat /root/p >/proc/nfguard/policy'
check "a write to mode fails" fails bash -c 'echo permissive >/proc/nfguard/mode'
check "a write to record fails" fails bash -c 'echo none >/proc/nfguard/record'
check "it can't be unlocked" fails bash -c 'echo 0 >/proc/nfguard/lock'
check "verb remove fails" exits 1 nfguard remove dummy
check "verb mode fails" exits 1 nfguard mode permissive
check "root of a user namespace can't change the mode" fails unshare -Ur bash -c 'echo permissive >/proc/nfguard/mode'
mount -t proc none /mnt
check "procfs can be mounted elsewhere" prints enforcing cat /mnt/nfguard/mode
check "it refuses writes there too" fails bash -c 'echo permissive >/mnt/nfguard/mode'
umount /mnt
check "a remount does not make debugfs writable" fails bash -c \
	'mount -t debugfs -o remount,mode=777 none /sys/kernel/debug; echo 0 >/sys/kernel/debug/kprobes/enabled'

unsigned=/root/dummy.ko
plain()
{
	case $1 in
	*.xz) xz -dc "$1" ;;
	*) cat "$1" ;;
	esac
}
plain "$(modinfo -n dummy)" >$unsigned
strip --strip-debug $unsigned
check "an unsigned module is refused" fails insmod $unsigned
check "it is refused because it is unsigned" prints "Loading of unsigned module is rejected" dmesg
plain "$(modinfo -n nf_conntrack)" >/root/harmless.ko
modprobe nf_defrag_ipv4 2>/dev/null
modprobe nf_defrag_ipv6 2>/dev/null
check "a denied module is denied under another file name" fails insmod /root/harmless.ko
check "it is not live" fails live nf_conntrack
check "its denial is in the events" wait_for 10 prints "insmod" nfguard events --name nf_conntrack

check "the policy has not changed" [ "$(grep ^sha256 /proc/nfguard/status)" = "$digest" ]
check "the mode has not changed" status_has mode enforcing
check "it is still locked" status_has locked 1
check "both gates still hold" exits 0 nfguard selftest
check "the guard is still fully in effect" exits 0 nfguard status
