#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [PATTERN]: tests the nfguard command on fake hosts, with ASan and UBSan; no kernel
# module is needed. PATTERN is a shell pattern for the names of the tests to run, with or
# without test_. Prints KTAP, with a line of totals at the end, and exits 0 only if every
# test passed, or was skipped with a reason.
#
#   NFGUARD_BIN=PATH  test this binary instead of building one
#   VALGRIND=1        use valgrind instead of ASan and UBSan
#   KEEP=1            keep the tests' directories
set -u

cli=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(dirname "$(dirname "$cli")")
work=$(mktemp -d "${TMPDIR:-/tmp}/nfguard-cli.XXXXXX")
chmod 755 "$work"
trap '[ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
PATH=$PATH:/usr/sbin:/sbin

die()
{
	echo "Bail out! $*"
	exit 1
}

# Valgrind and ASan can't be combined.
under=()
if [ -n "${VALGRIND:-}" ]; then
	sanitize=
	under=(valgrind -q --error-exitcode=99 --leak-check=full
		--show-leak-kinds=definite --errors-for-leak-kinds=definite)
fi

build()
{
	fake=$work/fakeguard.so
	${CC:-cc} -Wall -Wextra -O1 -shared -fPIC -o "$fake" "$cli/fakeguard.c" \
		"$cli/fakenet.c" -ldl || die "fakeguard.c does not build"
	guard_ko=$work/nfguard.ko
	${CC:-cc} -c -o "$guard_ko" "$cli/fakemodule.c" || die "fakemodule.c does not build"
	bin=${NFGUARD_BIN:-}
	[ -z "$bin" ] || return 0
	make -s -C "$top/userspace" O="$work/build" WERROR=1 \
		${VALGRIND:+CFLAGS="-O1 -g"} SANITIZE="${sanitize-1}" \
		>"$work/build.log" 2>&1 || {
		sed 's/^/# /' "$work/build.log"
		die "nfguard does not build"
	}
	bin=$work/build/nfguard
}

# shellcheck disable=SC1091
. "$cli/lib.sh"
for part in "$cli"/test_*.sh; do
	# shellcheck disable=SC1090
	. "$part"
done

# run_test NAME: runs it in a directory of its own, and writes its verdict to a file there.
run_test()
{
	local test=$work/$1 verdict=pass

	mkdir "$test"
	(begin && "$1") >"$test/notes" 2>&1 || verdict=fail
	[ ! -e "$test/failed" ] || verdict=fail
	[ $verdict = fail ] || [ ! -s "$test/skip" ] || verdict=skip
	echo $verdict >"$test/verdict"
	[ -n "${KEEP:-}" ] || rm -rf "$test/host"
}

report()
{
	local title=${1#test_}

	title=${title//_/ }
	number=$((number + 1))
	sed 's/^/# /; s/^# # /# /' "$work/$1/notes"
	case $(cat "$work/$1/verdict") in
	pass)
		passed=$((passed + 1))
		echo "ok $number $title"
		;;
	skip)
		skipped=$((skipped + 1))
		echo "ok $number $title # SKIP $(cat "$work/$1/skip")"
		;;
	*)
		failed=$((failed + 1))
		echo "not ok $number $title"
		;;
	esac
}

build
pattern=${1:-*}
chosen=()
while read -r name; do
	# shellcheck disable=SC2053
	if [[ $name == $pattern || ${name#test_} == $pattern ]]; then
		chosen+=("$name")
	fi
done < <(declare -F | sed -n 's/^declare -f \(test_.*\)/\1/p')

echo "KTAP version 1"
echo "1..${#chosen[@]}"
# As many tests at a time as there are processors.
next=0 running=0
number=0 passed=0 failed=0 skipped=0
while [ "$number" -lt "${#chosen[@]}" ]; do
	while [ "$next" -lt "${#chosen[@]}" ] && [ "$running" -lt "$(nproc)" ]; do
		run_test "${chosen[next]}" &
		next=$((next + 1))
		running=$((running + 1))
	done
	wait -n
	running=$((running - 1))
	while [ "$number" -lt "$next" ] && [ -e "$work/${chosen[number]}/verdict" ]; do
		report "${chosen[number]}"
	done
done
echo "# $passed passed, $failed failed, $skipped skipped"
[ "$number" -gt 0 ] && [ "$failed" -eq 0 ]
