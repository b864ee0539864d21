# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Checks. Each fails the current point and says what it expected and what it got.
# shellcheck disable=SC2154	# common.sh assigns them

# shellcheck source=selftests/lib/exits.sh
. "$here/lib/exits.sh"

# equal WHAT EXPECTED VALUE
equal()
{
	[ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# at_least WHAT EXPECTED VALUE
at_least()
{
	[ "$3" -ge "$2" ] || fail "$1: expected at least $2, got $3"
}

# matches WHAT REGEX VALUE
matches()
{
	[[ $3 =~ $2 ]] || fail "$1: '$3' does not match $2"
}

# For `exits STATUS COMMAND...`. The output goes to $scratch/out and $scratch/err.
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

# says REGEX: the last command of `exits` printed that, to stdout or stderr.
says()
{
	grep -Eq -- "$1" "$scratch/out" "$scratch/err" && return
	fail "the output lacks: $1"
	note "$(cat "$scratch/out" "$scratch/err")"
}

says_not()
{
	! grep -E -- "$1" "$scratch/out" "$scratch/err" >&3 ||
		fail "the output has: $1"
}

# refuses COMMAND...: it must fail.
refuses()
{
	! "$@" >"$scratch/refused" 2>&1 || fail "succeeded: $*"
}

# shown ERRNO: a regular expression for the errno as the kernel prints it: by name, or
# by number if it was built without CONFIG_SYMBOLIC_ERRNAME.
shown()
{
	echo "-($1|${errno_numbers[$1]})"
}
declare -A errno_numbers=(
	[EPERM]=1 [E2BIG]=7 [EEXIST]=17 [EINVAL]=22 [EFBIG]=27 [ESPIPE]=29
	[EROFS]=30 [ENAMETOOLONG]=36 [EBADMSG]=74 [EILSEQ]=84 [ESTALE]=116
)
