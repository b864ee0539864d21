# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Secure Boot, with a firmware that knows DKMS's key: each verb works under lockdown,
# and once locked, root can't undo it.

check "locked down" prints "[integrity]" cat /sys/kernel/security/lockdown
check "armed, enforcing, as the files say" exits 0 nfguard status
check "loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "both gates are proved" exits 0 nfguard selftest
check "signed with DKMS's key" prints "DKMS module signing key" modinfo -F signer nfguard

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
check "what would be denied" modprobe nf_conntrack
# Events are told a moment later.
check "verb generate" wait_for 10 prints "default allow" nfguard generate
modprobe -r nf_conntrack
check "verb mode back" exits 0 nfguard mode enforcing
check "verb boot" exits 0 nfguard boot
check "a denial to show" fails modprobe nf_conntrack
check "verb events" prints "nf_conntrack" nfguard events
check "verb stats, of the counters in debugfs" prints "load_denied" nfguard stats
check "verb metrics" prints "nfguard_guarding 1" nfguard metrics
check "counters are readable" grep -q load_denied /sys/kernel/debug/nfguard/counters
check "debugfs takes no write" fails bash -c 'echo 0 >/sys/kernel/debug/nfguard/counters'

# Locked: what root tries.
check "verb lock" prints "locked: generation" nfguard lock
check "and it warns of nothing, the host is locked down" fails prints "can still change the running kernel" \
	nfguard lock
digest=$(grep ^sha256 /proc/nfguard/status)
check "ftrace_enabled=0" fails sysctl -w kernel.ftrace_enabled=0
check "kprobes/enabled" fails bash -c 'echo 0 >/sys/kernel/debug/kprobes/enabled'
check "/dev/mem" fails dd if=/dev/mem of=/dev/null bs=1 count=1
check "rmmod" fails rmmod nfguard
check "rmmod -f" fails rmmod -f nfguard
check "modprobe -r" fails modprobe -r nfguard
check "a policy" fails bash -c \
	'{ sed -n 1p /proc/nfguard/policy | sed "s/entries=.*/entries=0/"; echo default allow; echo end; } >/root/p; cat /root/p >/proc/nfguard/policy'
check "mode" fails bash -c 'echo permissive >/proc/nfguard/mode'
check "record" fails bash -c 'echo none >/proc/nfguard/record'
check "lock back" fails bash -c 'echo 0 >/proc/nfguard/lock'
check "verb remove, locked" exits 1 nfguard remove dummy
check "verb mode, locked" exits 1 nfguard mode permissive
check "a user namespace's root" fails unshare -Ur bash -c 'echo permissive >/proc/nfguard/mode'
mount -t proc none /mnt
check "procfs mounted elsewhere" prints enforcing cat /mnt/nfguard/mode
check "is no other" fails bash -c 'echo permissive >/mnt/nfguard/mode'
umount /mnt
check "debugfs mounted again" fails bash -c \
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
check "an unsigned module" fails insmod $unsigned
check "for that" prints "Loading of unsigned module is rejected" dmesg
plain "$(modinfo -n nf_conntrack)" >/root/harmless.ko
modprobe nf_defrag_ipv4 2>/dev/null
modprobe nf_defrag_ipv6 2>/dev/null
check "a signed module under another name" fails insmod /root/harmless.ko
check "nor a bit of it" fails live nf_conntrack
check "which is in the events" wait_for 10 prints "insmod" nfguard events --name nf_conntrack

check "the policy is what it was" [ "$(grep ^sha256 /proc/nfguard/status)" = "$digest" ]
check "the mode too" status_has mode enforcing
check "locked" status_has locked 1
check "both gates hold" exits 0 nfguard selftest
check "armed after all of it" exits 0 nfguard status
