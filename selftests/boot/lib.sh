# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# run has scenario, and reads failed
# What the tests of the scenarios share.

number=0
failed=0

# check WHAT COMMAND...: a KTAP point, which passes if COMMAND succeeds.
check()
{
	local what=$1 output

	shift
	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $number $scenario: $what"
		return
	fi
	failed=1
	echo "not ok $number $scenario: $what"
	printf '%s\n' "# $*" "$output" | head -n 30 | sed '1!s/^/#   /'
}

# For `exits STATUS COMMAND...`: `check` shows the output.
# shellcheck source=selftests/lib/exits.sh
. "$here/exits.sh"

run_command()
{
	status=0
	"$@" || status=$?
}

wrong_status()
{
	echo "exit status $status, not $1"
	return 1
}

# prints TEXT COMMAND...: its output has TEXT, whatever its exit status.
prints()
{
	local text=$1 output

	shift
	output=$("$@" 2>&1)
	grep -qF -- "$text" <<<"$output" || {
		printf '%s\n' "the output lacks: $text" "$output"
		return 1
	}
}

fails()
{
	! "$@"
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; fails if it does not in time.
wait_for()
{
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || {
			"$@"
			return 1
		}
		sleep 0.2
	done
}

journal()
{
	journalctl -b --no-pager -o short-monotonic "$@"
}

# kernel_time TEXT: prints the time of the first line of the kernel's log that has TEXT.
kernel_time()
{
	sed -n "/$1/{s/^\[ *\([0-9.]*\)\].*/\1/p;q}" <<<"$(dmesg)"
}

# before A B: two times, in the same unit. Both must be known.
before()
{
	awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { exit !(0 < a && 0 < b && a < b) }' || {
		echo "'$1' is not before '$2'"
		return 1
	}
}

# started UNIT, done_at UNIT: print when it was started and when it was active, in
# microseconds.
started()
{
	systemctl show -P ExecMainStartTimestampMonotonic "$1"
}

done_at()
{
	systemctl show -P ActiveEnterTimestampMonotonic "$1"
}

live()
{
	grep -q "^$1 .* Live " /proc/modules
}

status_has()
{
	prints "$1 $2" grep "^$1 " /proc/nfguard/status
}

policy_has()
{
	prints "rule $1" cat /proc/nfguard/policy
}

denied_program()
{
	nfguard events | grep -E "deny +(request|load).* $1\[" | head -n 1 | grep .
}

# The initramfs that the last change asked for.
image_made()
{
	[ ! -e /var/lib/nfguard/image-wanted ] &&
		[ "$(systemctl show -P ActiveState nfguard-initramfs.service)" = inactive ]
}

# What must hold on each host that boots with the guard, whatever loaded it.
guarded()
{
	check "the guard is fully in effect" exits 0 nfguard status
	check "the mode is enforcing" status_has mode enforcing
	check "the policy of this kernel was compiled before" prints \
		"in force: the compiled policy of this kernel" journal -u nfguard.service
	check "the policy in force is that of the policy file" policy_has 'deny nf_conntrack'
	check "nothing denied is live" fails live nf_conntrack
	check "the unit is active" systemctl is-active nfguard.service
	check "it was active before modules-load" before "$(done_at nfguard.service)" \
		"$(started systemd-modules-load.service)"
	check "it was active before udev" before "$(done_at nfguard.service)" \
		"$(started systemd-udevd.service)"
	check "it was active before udev's coldplug" before "$(done_at nfguard.service)" \
		"$(started systemd-udev-trigger.service)"
	# Messages from before journald started come from the kernel's log.
	check "the journal mentions the unit" prints "nfguard.service" journal
	check "systemd found no ordering cycle" fails prints "ordering cycle" journal
	check "both gates are proved" exits 0 nfguard selftest
	check "modprobe is denied" fails modprobe nf_conntrack
	# On this host, Docker would load netfilter by itself.
	check "docker was denied" wait_for 60 denied_program '(iptables|dockerd|modprobe)'
	check "its service is named" prints docker.service nfguard events --container docker.service
	check "the doctor finds nothing" exits 0 nfguard doctor
	echo "# $(nfguard events | grep -c deny) denials since boot; the first:"
	nfguard events | sed -n '1,3s/^/#   /p'
	systemd-analyze | sed 's/^/# /'
	systemd-analyze blame | grep nfguard | sed 's/^/# /'
}
