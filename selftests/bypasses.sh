#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ways around the gates that no other test tries: other files, system calls, flags and
# names for a denied module, another program in modprobe's place, what root mounts over
# the guard's files, and probes on the guard itself. docs/BYPASSES.md lists them all.
. "${0%/*}/lib/common.sh"

victim=$(test_module nfguard_victim)
tracing=/sys/kernel/tracing
optimization=/proc/sys/debug/kprobes-optimization

# --- ways to insert a module ----------------------------------------------------

renamed()
{
	cp "$victim" "$scratch/harmless.ko"
	insmod "$scratch/harmless.ko"
}

# insmod reads these itself.
xz_file()
{
	xz -kc --check=crc32 "$victim" >"$scratch/victim.ko.xz"
	insmod "$scratch/victim.ko.xz"
}

zstd_file()
{
	zstd -qc "$victim" >"$scratch/victim.ko.zst"
	insmod "$scratch/victim.ko.zst"
}

# With the system calls themselves: init_module(2) from memory, finit_module(2) with flags.
case $(uname -m) in
aarch64) init=105 finit=273 ;;
*) init=175 finit=313 ;;
esac

from_memory()
{
	perl -e '
		open my $file, "<:raw", $ARGV[1] or die "$ARGV[1]: $!\n";
		local $/;
		my ($text, $none) = (scalar <$file>, "");
		die "$!\n" if syscall(0 + $ARGV[0], $text, length $text, $none);
	' "$init" "$victim"
}

# finit FILE FLAGS
finit()
{
	perl -e '
		open my $file, "<:raw", $ARGV[1] or die "$ARGV[1]: $!\n";
		my $none = "";
		die "$!\n" if syscall(0 + $ARGV[0], fileno $file, $none, 0 + $ARGV[2]);
	' "$finit" "$@"
}

# MODULE_INIT_IGNORE_MODVERSIONS and MODULE_INIT_IGNORE_VERMAGIC: what modprobe -f does.
forced()
{
	finit "$victim" 3
}

# MODULE_INIT_COMPRESSED_FILE
by_the_kernel()
{
	xz -kc --check=crc32 "$victim" >"$scratch/packed.ko.xz"
	finit "$scratch/packed.ko.xz" 4
}

# way COMMAND: it gets in without the guard, and is refused with it.
way()
{
	guard_unload
	"$1" >"$scratch/way" 2>&1 || fail "$1 without the guard: $(cat "$scratch/way")"
	live nfguard_victim || fail "$1 does not bring it in: this test can't fail"
	rmmod nfguard_victim
	guard_load deny=nfguard_victim
	counters_mark
	refuses "$1"
	not_live nfguard_victim
	at_least "loads denied" 1 "$(rise load_denied)"
}

# --- names ------------------------------------------------------------------------

# A module of another name is another module.
another_name()
{
	sed 's/nfguard_victim/nfguard_honest/g' "$victim" >"$scratch/honest.ko"
	guard_unload
	guard_load deny=nfguard_victim
	insmod "$scratch/honest.ko"
	is_live nfguard_honest
	rmmod nfguard_honest
	put_policy "default deny"
	refuses insmod "$scratch/honest.ko"
	not_live nfguard_honest
	put_policy "default deny" "rule allow" "name allow any nfguard_honest"
	insmod "$scratch/honest.ko"
	rmmod nfguard_honest
}

# of_length N: prints a name for a file system whose request has N bytes.
of_length()
{
	printf "%0$(($1 - 3))d" 0
}

longest_name()
{
	local name

	name=$(of_length 55)
	put_policy "default allow" "rule deny longest" "name deny any fs-$name"
	cp "$(command -v record)" "$scratch/record"
	change /proc/sys/kernel/modprobe "$scratch/record"
	counters_mark
	request filesystem "$name" >/dev/null
	equal "requests denied" 1 "$(rise request_denied)"
	[ ! -e "$scratch/record.log" ] || fail "modprobe was started"
	# A byte more, and the kernel refuses it.
	counters_mark
	request filesystem "$(of_length 56)" >/dev/null
	equal "requests without a name" 1 "$(rise request_unnamed)"
	[ ! -e "$scratch/record.log" ] || fail "modprobe was started: $(cat "$scratch/record.log")"
	# A byte less is another name.
	request filesystem "$(of_length 54)" >/dev/null
	[ -e "$scratch/record.log" ] || fail "this test can't fail"
	put_back /proc/sys/kernel/modprobe "$modprobe"
}

# --- modprobe ------------------------------------------------------------------------

by_modprobe()
{
	counters_mark
	refuses modprobe "$@"
	not_live nf_conntrack
	at_least "loads denied" 1 "$(rise load_denied)"
}

options()
{
	mkdir -p "$scratch/modprobe.d"
	echo 'alias harmless nf_conntrack' >"$scratch/modprobe.d/a.conf"
	echo 'install nf_conntrack /sbin/modprobe --ignore-install nf_conntrack' \
		>>"$scratch/modprobe.d/a.conf"
	guard_unload
	guard_load deny=nf_conntrack
	by_modprobe --ignore-install nf_conntrack
	by_modprobe --first-time nf-conntrack
	by_modprobe -C "$scratch/modprobe.d" harmless
	by_modprobe -C "$scratch/modprobe.d" nf_conntrack
	# A chosen name is looked up as it is, between brackets too.
	refuses modprobe 'nf[-]conntrack'
	refuses modprobe 'nf[_]conntrack'
	not_live nf_conntrack
	guard_unload
	modprobe -C "$scratch/modprobe.d" harmless
	is_live nf_conntrack
	unload_netfilter
}

# It inserts what it likes, whatever it was asked for.
in_modprobes_place()
{
	printf '#!/bin/sh\nexec insmod %s\n' "$victim" >"$scratch/modprobe"
	chmod +x "$scratch/modprobe"
	guard_unload
	guard_load deny=nfguard_victim
	put_back /proc/sys/kernel/modprobe "$scratch/modprobe"
	counters_mark
	request filesystem nfguard-other >/dev/null
	at_least "requests allowed" 1 "$(rise request_allowed)"
	at_least "loads denied" 1 "$(rise load_denied)"
	not_live nfguard_victim
	guard_unload
	request filesystem nfguard-other >/dev/null
	live nfguard_victim || fail "it does not bring it in: this test can't fail"
	rmmod nfguard_victim
	put_back /proc/sys/kernel/modprobe "$modprobe"
}

# --- the guard itself -------------------------------------------------------------------

both_deny()
{
	counters_mark
	request family 13 >/dev/null
	at_least "requests denied" 1 "$(rise request_denied)"
	refuses insmod "$victim"
	not_live nfguard_victim
	equal "loads denied" 1 "$(rise load_denied)"
}

guard_both()
{
	guard_unload
	guard_load deny=nfguard_victim,net-pf-13
	both_deny
}

covered()
{
	guard_both
	mount -t tmpfs none "$proc"
	mount -t tmpfs none "$debugfs"
	request family 13 >/dev/null
	refuses insmod "$victim"
	not_live nfguard_victim
	refuses nfguard status
	umount "$proc" "$debugfs"
	at_least "requests denied meanwhile" 1 "$(rise request_denied)"
	equal "loads denied meanwhile" 2 "$(rise load_denied)"
}

optimization_toggled()
{
	local value

	guard_both
	for value in 0 1 0 1; do
		put_back "$optimization" "$value"
		equal "request gate" armed "$(status request_gate)"
		both_deny
	done
}

# Whatever probe there can be on the guard's own functions, it only looks.
probes_on_the_guard()
{
	local name added=0

	guard_both
	log_mark
	for name in nfg_judge nfg_policy_lookup load_notify request_pre refuse_request; do
		! echo "p:nfguard_test/$name nfguard:$name" >>"$tracing/kprobe_events" 2>/dev/null ||
			added=$((added + 1))
	done
	at_least "probes" 1 "$added"
	echo 1 >"$tracing/events/nfguard_test/enable"
	equal "request gate" armed "$(status request_gate)"
	both_deny
	grep -q ' nfg_judge: ' "$tracing/trace" || fail "the probes see nothing"
	echo 0 >"$tracing/events/nfguard_test/enable"
	sed -n 's/^[pr][^:]*:\(nfguard_test[^ ]*\) .*/-:\1/p' "$tracing/kprobe_events" \
		>"$scratch/remove"
	while read -r name; do
		echo "$name" >>"$tracing/kprobe_events"
	done <"$scratch/remove"
	both_deny
	guard_unload
}

no_complaint()
{
	! dmesg | grep -E 'WARNING|BUG|Oops|UBSAN|Failed to disarm' >&3 ||
		fail "the kernel complains"
}

plan 14
modprobe=$(cat /proc/sys/kernel/modprobe)
undo put_back /proc/sys/kernel/modprobe "$modprobe"
mountpoint -q "$tracing" || mount -t tracefs tracefs "$tracing"
point "a denied module is refused from a file of another name" way renamed
point "from an .xz file" way xz_file
point "from a .zst file" way zstd_file
point "from memory, by init_module(2)" way from_memory
if [ -e /proc/lockdep ]; then
	skip "by force, without its version" "a forced load turns lockdep off"
else
	point "by force, without its version" way forced
fi
unpacked="packed, to be unpacked by the kernel"
guard_unload
answer=$(by_the_kernel 2>&1) && rmmod nfguard_victim
case $answer in
*"not supported"*) skip "$unpacked" "this kernel does not unpack modules" ;;
*) point "$unpacked" way by_the_kernel ;;
esac
point "a module of another name is another module, and default deny refuses it" another_name
point "a name of 55 bytes is denied; the kernel refuses one of 56" longest_name
point "no option, alias or install line of modprobe gets it in" options
point "nor does another program in modprobe's place" in_modprobes_place
point "mounts over its files do not stop the guard" covered
if [ -e "$optimization" ]; then
	point "it denies while optimised kprobes are switched off and on" optimization_toggled
else
	skip "it denies while optimised kprobes are switched off and on" \
		"this kernel has no optimised kprobes"
fi
point "probes on its own functions do not stop it" probes_on_the_guard
point "the kernel has nothing to complain about" no_complaint
finish
