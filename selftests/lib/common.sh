# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests share. A test is a bash script of this shape:
#
#	. "${0%/*}/lib/common.sh"
#	plan 2
#	guard_load
#	point "the guard is armed" armed
#	point "nothing is denied" denies_nothing
#	finish
#
# A point is a function. It fails if `fail` is called in it, or if a command in
# it fails whose status nobody looks at: a misspelt check can't pass. Whatever a
# test changes is undone when it ends, however it ends.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$here:$here/helpers:/usr/sbin:/sbin:$PATH
export LC_ALL=C

proc=/proc/nfguard
debugfs=/sys/kernel/debug/nfguard

set -uE
exec 3>&1	# diagnostics, also from within $(...)

# Policy files go to a tree of our own, so that those of this host stay.
scratch=$(mktemp -d /tmp/nfguard-selftest.XXXXXX)
export NFGUARD_ROOT=$scratch/root
conf=$NFGUARD_ROOT/etc/nfguard.d/50-nfguard.conf
runtime_conf=$NFGUARD_ROOT/run/nfguard.d/00-runtime.conf

# --- KTAP ---------------------------------------------------------------------

points_planned=0
points_run=0
points_failed=0
points_skipped=0
failures=0

note()
{
	local text="$*"

	printf '# %s\n' "${text//$'\n'/$'\n'# }" >&3
}

# fail WHAT: the point under way fails, and goes on to find what else does.
fail()
{
	failures=$((failures + 1))
	note "$@"
}

plan()
{
	points_planned=$1
	echo "TAP version 13"
	echo "1..$points_planned"
}

result()
{
	points_run=$((points_run + 1))
	echo "$1 $points_run $2"
}

# point DESCRIPTION FUNCTION [ARG...]
point()
{
	local description=$1

	shift
	failures=0
	trap 'fail "$0:$LINENO: $BASH_COMMAND: status $?"' ERR
	"$@"
	trap - ERR
	if [ "$failures" -eq 0 ]; then
		result ok "$description"
	else
		points_failed=$((points_failed + 1))
		result "not ok" "$description"
	fi
}

# skip DESCRIPTION REASON: only for what this kernel truly lacks.
skip()
{
	points_skipped=$((points_skipped + 1))
	result ok "$1 # SKIP $2"
}

skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

# The test can't even begin: nothing after this would mean anything.
bail_out()
{
	echo "Bail out! $*"
	exit 1
}

finish()
{
	echo "# Totals: pass:$((points_run - points_failed - points_skipped)) fail:$points_failed xfail:0 xpass:0 skip:$points_skipped error:0"
	[ "$points_run" -eq "$points_planned" ] ||
		bail_out "$points_run points were run, $points_planned planned"
	[ "$points_failed" -eq 0 ] || exit 1
	[ "$points_skipped" -lt "$points_run" ] || exit 4
	exit 0
}

# --- what a test changes, and who undoes it -----------------------------------

undo_list=()

# undo COMMAND...: runs when the test ends, the last one first.
undo()
{
	undo_list+=("$(printf '%q ' "$@")")
}

put_back()
{
	printf '%s\n' "$2" >"$1"
}

# change FILE VALUE: until the test ends.
change()
{
	undo put_back "$1" "$(cat "$1")"
	printf '%s\n' "$2" >"$1"
}

on_exit()
{
	local status=$? i

	trap - ERR EXIT
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null
	for ((i = ${#undo_list[@]} - 1; i >= 0; i--)); do
		eval "${undo_list[i]}"
	done
	locked || clean_slate
	rm -rf "$scratch"
	exit "$status"
}

# --- waiting ------------------------------------------------------------------

# wait_for SECONDS COMMAND...: until it succeeds; fails when time is out.
wait_for()
{
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# --- modules ------------------------------------------------------------------

# Files are read by bash itself where that will do: a guest without KVM takes
# its time over each process.

# modules_read: the array `modules`, newest first.
modules_read()
{
	mapfile -t modules </proc/modules
}

live()
{
	local modules line

	modules_read
	for line in "${modules[@]}"; do
		[ "${line%% *}" != "${1//-/_}" ] || return 0
	done
	return 1
}

not_live()
{
	! live "$1" || fail "$1 is live"
}

is_live()
{
	live "$1" || fail "$1 is not live"
}

has_module()
{
	modinfo -n "$1" >/dev/null 2>&1
}

# netfilter_live: the array `names`: what iptables, nft, ipset, tc and their like
# bring in, users before what they use, as /proc/modules has them.
netfilter_live()
{
	local modules line

	names=()
	modules_read
	for line in "${modules[@]}"; do
		case ${line%% *} in
		nf_* | nft_* | xt_* | ipt_* | ip6t_* | ebt_* | arpt_* | \
		nfnetlink* | iptable_* | ip6table_* | arptable_* | ebtable* | \
		x_tables | ip_tables | ip6_tables | arp_tables | ip_set* | \
		ip_vs* | act_ct | br_netfilter | openvswitch)
			names+=("${line%% *}")
			;;
		esac
	done
}

netfilter_gone()
{
	local -a names

	netfilter_live
	[ "${#names[@]}" -gt 0 ] || return 0
	rmmod "${names[@]}" 2>/dev/null || true
	netfilter_live
	[ "${#names[@]}" -eq 0 ]
}

# A network namespace goes in the background, and holds modules until then.
unload_netfilter()
{
	wait_for 30 netfilter_gone || bail_out "netfilter modules would not go"
}

# The file of a module, as insmod wants it.
module_file()
{
	modinfo -n "$1"
}

# A helper module of this suite.
test_module()
{
	echo "$here/modules/$1.ko"
}

# --- clients ------------------------------------------------------------------

# Rules made in a network namespace of their own go with the process.
in_netns()
{
	unshare --net -- "$@"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --)

as_nobody()
{
	"${nobody[@]}" "$@"
}

# refuses COMMAND...: it must fail.
refuses()
{
	! "$@" >"$scratch/refused" 2>&1 || fail "succeeded: $*"
}

# --- the guard ----------------------------------------------------------------

loaded()
{
	[ -d "$proc" ]
}

locked()
{
	[ "$(cat "$proc/lock" 2>/dev/null)" = 1 ]
}

guard_load()
{
	modprobe nfguard "$@" || bail_out "nfguard can't be loaded"
}

guard_unload()
{
	! loaded || rmmod nfguard
}

# Newer kernels (7.3 does) refuse to switch ftrace off. Only without the guard,
# which sees to it that it is refused.
ftrace_switch=/proc/sys/kernel/ftrace_enabled

can_switch_ftrace()
{
	echo 0 2>/dev/null >"$ftrace_switch" && echo 1 >"$ftrace_switch"
}

clean_slate()
{
	guard_unload
	rm -rf "$NFGUARD_ROOT"
	mkdir -p "${conf%/*}" "${runtime_conf%/*}"
	! live nfguard_victim || rmmod nfguard_victim
	unload_netfilter
}

# value FILE KEY: of a file of "KEY VALUE" lines.
value()
{
	local key value

	while read -r key value; do
		[ "$key" != "$2" ] || echo "$value"
	done <"$1"
}

status()
{
	value "$proc/status" "$1"
}

counter()
{
	value "$debugfs/counters" "$1"
}

counters_mark()
{
	local key value

	marked=()
	while read -r key value; do
		marked[$key]=$value
	done <"$debugfs/counters"
}
declare -A marked

# rise KEY: by how much it rose since counters_mark.
rise()
{
	echo $(($(counter "$1") - marked[$1]))
}

# rule_line TEXT: the line of the rules file. The text as the file has it.
rule_line()
{
	local line

	while read -r line; do
		case $line in
		*" text=\"$1\"") echo "$line" ;;
		esac
	done <"$debugfs/rules"
}

# rule_field TEXT FIELD
rule_field()
{
	local line

	line=$(rule_line "$1")
	[[ ${line% text=*} =~ (^| )"$2"=([^ ]*) ]] && echo "${BASH_REMATCH[2]}"
}

# policy_text LINE...: a policy with the token in force and the right count.
policy_text()
{
	local entries=0 line

	for line; do
		case $line in
		name\ * | pattern\ *) entries=$((entries + 1)) ;;
		esac
	done
	printf '%s\n' "policy 1 token=$(status token) entries=$entries" "$@" end
}

# put_policy LINE...: puts it in force.
put_policy()
{
	equal "write of the policy" ok "$(policy_text "$@" | write_once "$proc/policy")"
}

# --- checks -------------------------------------------------------------------

equal()
{
	[ "$2" = "$3" ] || fail "$1: '$2' was expected, and it is '$3'"
}

at_least()
{
	[ "$3" -ge "$2" ] || fail "$1: at least $2 was expected, and it is $3"
}

# For `exits STATUS COMMAND...`: the output goes to $scratch/out and $scratch/err.
# shellcheck source=selftests/lib/exits.sh
. "$here/lib/exits.sh"

run_command()
{
	ran=$*
	status=0
	"$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

wrong_status()
{
	fail "'$ran': exit status $status, not $1"
	note "$(cat "$scratch/out" "$scratch/err")"
}

# says REGEX: the last command of `exits` did, on either stream.
says()
{
	grep -Eq -- "$1" "$scratch/out" "$scratch/err" && return
	fail "not said: $1"
	note "$(cat "$scratch/out" "$scratch/err")"
}

says_not()
{
	! grep -E -- "$1" "$scratch/out" "$scratch/err" >&3 || fail "said: $1"
}

# matches WHAT REGEX VALUE
matches()
{
	[[ $3 =~ $2 ]] || fail "$1: '$3' does not match $2"
}

# shown ERRNO: how the kernel prints it, as a regular expression: by its number
# where it is built without CONFIG_SYMBOLIC_ERRNAME.
shown()
{
	echo "-($1|${errno_numbers[$1]})"
}
declare -A errno_numbers=(
	[EPERM]=1 [E2BIG]=7 [EEXIST]=17 [EINVAL]=22 [EFBIG]=27 [ESPIPE]=29
	[EROFS]=30 [ENAMETOOLONG]=36 [EBADMSG]=74 [EILSEQ]=84 [ESTALE]=116
)

# --- the kernel's log ---------------------------------------------------------

log_marks=0

log_mark()
{
	log_marks=$((log_marks + 1))
	echo "nfguard-selftest: $$ mark $log_marks" >/dev/kmsg
}

# log_read: the array `log`: what nfguard wrote since the last mark.
log_read()
{
	local -a all
	local i

	log=()
	mapfile -t all < <(dmesg --notime)
	for ((i = ${#all[@]} - 1; i >= 0; i--)); do
		case ${all[i]} in
		"nfguard-selftest: $$ mark $log_marks") return ;;
		"nfguard: "*) log=("${all[i]}" "${log[@]}") ;;
		esac
	done
	fail "the log's mark is gone"
}

# log_count REGEX
log_count()
{
	local line n=0

	log_read
	for line in "${log[@]}"; do
		[[ ! $line =~ $1 ]] || n=$((n + 1))
	done
	echo "$n"
}

# log_has REGEX: leaves what it read in the array `log`.
log_has()
{
	local line

	log_read
	for line in "${log[@]}"; do
		[[ ! $line =~ $1 ]] || return 0
	done
	return 1
}

# logged REGEX: lines of verdicts come a moment later than the verdict.
logged()
{
	wait_for 10 log_has "$1" && return
	fail "not in the log: $1"
	note "${log[@]}"
}

# --- before each test ---------------------------------------------------------

[ "$(id -u)" = 0 ] || skip_all "not root"
has_module nfguard || bail_out "nfguard is not installed"
locked && bail_out "nfguard is locked until reboot: reboot first"
trap on_exit EXIT
clean_slate
