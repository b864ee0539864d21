# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034	# run has scenario, and reads failed
# What the scenarios share.

number=0
failed=0

# check WHAT COMMAND...: a point of KTAP, by the command's exit status.
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

# prints TEXT COMMAND...: its output has the text. Whatever its status.
prints()
{
	local text=$1 output

	shift
	output=$("$@" 2>&1)
	grep -qF -- "$text" <<<"$output" || {
		printf '%s\n' "lacks: $text" "$output"
		return 1
	}
}

fails()
{
	! "$@"
}

# wait_for SECONDS COMMAND...: until the command succeeds.
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

# The kernel's time of the first line of the kernel's log that has the text.
kernel_time()
{
	sed -n "/$1/{s/^\[ *\([0-9.]*\)\].*/\1/p;q}" <<<"$(dmesg)"
}

# before A B: of two times, in seconds or microseconds, both known.
before()
{
	awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { exit !(0 < a && 0 < b && a < b) }' || {
		echo "'$1' is not before '$2'"
		return 1
	}
}

# When a unit was started, and when it was done, in microseconds.
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

# The guard as it is to be on each host that boots with it, whatever loaded it.
guarded()
{
	check "armed, enforcing, as the files say" exits 0 nfguard status
	check "enforcing" status_has mode enforcing
	check "the policy of this kernel was ready" prints \
		"in force: the compiled policy of this kernel" journal -u nfguard.service
	check "the policy is that of the file" policy_has 'deny nf_conntrack'
	check "nothing denied is live" fails live nf_conntrack
	check "the unit is up" systemctl is-active nfguard.service
	check "before modules-load" before "$(done_at nfguard.service)" \
		"$(started systemd-modules-load.service)"
	check "before udev" before "$(done_at nfguard.service)" \
		"$(started systemd-udevd.service)"
	check "before udev's coldplug" before "$(done_at nfguard.service)" \
		"$(started systemd-udev-trigger.service)"
	# What comes before the journal itself is from the kernel's log.
	check "the journal tells of units" prints "nfguard.service" journal
	check "and of no cycle of theirs" fails prints "ordering cycle" journal
	check "both gates are proved" exits 0 nfguard selftest
	check "nobody gets it in" fails modprobe nf_conntrack
	# Docker is what loads netfilter on this host by itself.
	check "docker met the denial" wait_for 60 denied_program '(iptables|dockerd|modprobe)'
	check "and is named" prints docker.service nfguard events --container docker.service
	check "the doctor finds nothing" exits 0 nfguard doctor
	echo "# $(nfguard events | grep -c deny) denials since boot; the first:"
	nfguard events | sed -n '1,3s/^/#   /p'
	systemd-analyze | sed 's/^/# /'
	systemd-analyze blame | grep nfguard | sed 's/^/# /'
}
