# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Who wants the lock although a gate does not hold, gets it by name. What can be armed again
# is armed all the same. Nothing takes a lock back: hence a boot of its own.

kprobes=/sys/kernel/debug/kprobes/enabled

check "the guard is armed" status_has request_gate armed
echo 0 >"$kprobes"
check "with the kprobes off it is degraded" status_has state degraded
check "it can't be locked then" exits 1 nfguard lock --yes
check "it is not locked" status_has locked 0
check "with --degraded it can, and the command says what that means" \
	prints "locked although the guard is degraded" nfguard lock --degraded --yes
check "it is locked" status_has locked 1
check "its state is told as it is" status_has state degraded
echo 1 >"$kprobes"
check "the gate is armed again, though it is locked" wait_for 60 status_has state guarding
check "no rule can be added" exits 1 nfguard deny dummy
check "rmmod -f fails" fails rmmod -f nfguard
