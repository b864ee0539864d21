#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A lock holds until reboot, against root too: so this is the last test of a boot. A test
# that comes later in the same boot bails out.
. "${0%/*}/lib/common.sh"

# unchanged COMMAND...: whatever it does, policy, mode and lock stay the same.
unchanged()
{
	local before after

	before=$(sha256sum "$proc/policy" "$proc/mode" "$proc/lock")
	"$@"
	after=$(sha256sum "$proc/policy" "$proc/mode" "$proc/lock")
	equal "policy, mode and lock" "$before" "$after"
	is_live nfguard
}

locks()
{
	exits 0 nfguard deny --force nf_conntrack net-pf-13
	log_mark
	exits 0 nfguard lock --yes
	says "[Uu]ntil the host reboots"
	equal "locked" 1 "$(status locked)"
	equal "lock file" 1 "$(cat "$proc/lock")"
	logged '^nfguard: lock from=0 to=1 pid=[0-9]+ comm=nfguard uid=0$'
}

users_show_it()
{
	local modules line

	modules_read
	for line in "${modules[@]}"; do
		[[ $line != "nfguard "* ]] || break
	done
	[[ $line =~ ^nfguard\ [0-9]+\ [1-9][0-9]*\ ([^ ]*,)?nfguard,\ Live ]] ||
		fail "/proc/modules: $line"
	lsmod >"$scratch/lsmod"
	grep -Eq '^nfguard +[0-9]+ +[1-9]' "$scratch/lsmod"
}

# refused_write FILE ERRNO: writes standard input; it is refused with one line in the log.
refused_write()
{
	counters_mark
	log_mark
	equal "write to $1" "write $2" "$(write_once "$proc/$1")"
	equal "writes refused" 1 "$(rise writes_refused)"
	equal "lines in the log" 1 \
		"$(log_count "^nfguard: refuse $1 error=$(shown "$2") line=[0-9]+ reason=\"[^\"]+\" ")"
}

policy_write()
{
	policy_text "default allow" | refused_write policy EROFS
}

mode_write()
{
	refused_write mode EROFS <<<permissive
}

record_write()
{
	refused_write record EROFS <<<none
	equal "record" denied "$(cat "$proc/record")"
}

lock_write()
{
	refused_write lock EINVAL <<<0
}

lock_again()
{
	log_mark
	exits 0 nfguard lock --yes
	equal "write to lock" ok "$(write_once "$proc/lock" <<<1)"
	equal "lines in the log" 0 "$(log_count .)"
}

cli_verbs()
{
	local verb

	for verb in "allow nf_conntrack" "remove nf_conntrack" "deny nf_tables" \
		    "deny --runtime nf_tables" "mode permissive" \
		    "events --record none"; do
		# shellcheck disable=SC2086
		exits 1 nfguard $verb
		says "locked"
	done
	equal "rules" 2 "$(status rules)"
	grep -q '^deny.*nf_conntrack' "$conf"
}

apply_changed()
{
	cp "$conf" "$scratch/conf"
	echo "allow nf_conntrack" >"$conf"
	exits 1 nfguard apply
	says "locked"
	cp "$scratch/conf" "$conf"
	exits 0 nfguard apply
	says "unchanged"
}

rmmod_it()
{
	exits 1 rmmod nfguard
	says "in use"
}

rmmod_force()
{
	exits 1 rmmod -f nfguard
	is_live nfguard
}

modprobe_remove()
{
	exits 1 modprobe -r nfguard
	says "in use"
}

modprobe_remove_force()
{
	refuses modprobe -r -f nfguard
}

load_again()
{
	exits 1 insmod "$(module_file nfguard)" off=1
	says "File exists"
	equal "state" guarding "$(status state)"
}

gates_deny()
{
	counters_mark
	refuses modprobe nf_conntrack
	not_live nf_conntrack
	request family 13 >/dev/null
	equal "loads denied" 1 "$(rise load_denied)"
	equal "requests denied" 1 "$(rise request_denied)"
}

selftest_works()
{
	exits 0 nfguard selftest
}

# A later test in this boot would not test its own policy.
later_test_bails_out()
{
	refuses "$here/live.sh"
	grep -q '^Bail out! nfguard is locked until reboot' "$scratch/refused"
}

plan 17
guard_load
point "nfguard lock locks it, and the log has the old and the new state" locks
point "lsmod shows that the module uses itself" users_show_it
point "a write to policy is refused" unchanged policy_write
point "a write to mode is refused" unchanged mode_write
point "a write to record is refused" unchanged record_write
point "it can't be unlocked" unchanged lock_write
point "locking it again changes nothing" unchanged lock_again
point "allow, remove, deny, mode and events --record fail and say why" unchanged cli_verbs
point "apply fails if the policy files have changed" unchanged apply_changed
point "rmmod fails" unchanged rmmod_it
point "rmmod -f fails" unchanged rmmod_force
point "modprobe -r fails" unchanged modprobe_remove
point "modprobe -r -f fails" unchanged modprobe_remove_force
point "it can't be loaded a second time, with off=1" unchanged load_again
point "both gates still deny" gates_deny
point "nfguard selftest passes" selftest_works
point "a later test bails out" later_test_bails_out
finish
