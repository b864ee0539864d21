# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# The defects of selftests/mutants/, and trying one: in a copy of the tree, with the test
# that is meant for it. A patch begins with
#
#	Defect: what it plants
#	Test: unit TEST | cli PATTERN | guest TEST.sh | guest-KERNEL TEST.sh
#	Red: a part of the description of the point that must fail
#	Splat: for a guest, instead: a part of a line in the kernel's log
#
# For a CLI test, the point is the test. Needs common.sh.

work=$cache/mutants
patches=$top/selftests/mutants

# By name of the mutant. The level is unit, cli or guest-KERNEL.
declare -A defect level test_of red splat
names=()

read_mutant()
{
	local file=$1 name=$2 line

	defect[$name]='' level[$name]='' test_of[$name]='' red[$name]='' splat[$name]=''
	while read -r line && [[ $line != "--- "* ]]; do
		case $line in
		"Defect: "*) defect[$name]=${line#*: } ;;
		"Test: "*) read -r "level[$name]" "test_of[$name]" <<<"${line#*: }" ;;
		"Red: "*) red[$name]=${line#*: } ;;
		"Splat: "*) splat[$name]=${line#*: } ;;
		esac
	done <"$file"
	[ "${level[$name]}" != guest ] || level[$name]=guest-$default_kernel
	if [ -z "${defect[$name]}" ] || [ -z "${test_of[$name]}" ]; then
		die "$file: it needs the lines 'Defect:' and 'Test:'"
	fi
	case ${level[$name]} in
	cli) ;;
	unit | guest-?*)
		[ -n "${red[$name]}${splat[$name]}" ] ||
			die "$file: it needs a line 'Red:' or 'Splat:'"
		;;
	*) die "$file: '${level[$name]}' is neither unit, cli, guest nor guest-KERNEL" ;;
	esac
	names+=("$name")
}

# read_mutants [PATTERN...]
read_mutants()
{
	local file name pattern default_kernel

	default_kernel=$(default_kernel)
	for file in "$patches"/*.patch; do
		name=${file##*/}
		name=${name%.patch}
		for pattern in "${@:-*}"; do
			# shellcheck disable=SC2053
			[[ $name == $pattern ]] || continue
			read_mutant "$file" "$name"
			break
		done
	done
	[ ${#names[@]} -gt 0 ] || die "no mutant has such a name" "$me --list prints them"
	if [ -n "$no_guests" ]; then
		keep not_of_guest
	fi
}

# keep COMMAND: of the names, those for which COMMAND succeeds.
keep()
{
	local name
	local -a kept=()

	for name in "${names[@]}"; do
		! "$1" "$name" || kept+=("$name")
	done
	names=("${kept[@]}")
}

not_of_guest()
{
	[[ ${level[$1]} != guest-* ]]
}

# --- what a mutant depends on ---------------------------------------------------

# The file or files of a mutant's test.
test_files()
{
	local file name

	case ${level[$1]} in
	unit) echo "selftests/unit/${test_of[$1]}.c" ;;
	guest-*) echo "selftests/${test_of[$1]}" ;;
	cli)
		: "${cli_tests:=$(grep -Ho '^test_[a-z0-9_]*()' selftests/cli/test_*.sh)}"
		while IFS=: read -r file name; do
			name=${name#test_}
			# shellcheck disable=SC2053
			[[ ${name%()} != @(${test_of[$1]}) ]] || echo "$file"
		done <<<"$cli_tests" | sort -u
		;;
	esac
}

patched_files()
{
	sed -n 's,^--- a/,,p' "$patches/$1.patch"
}

# only_changed BASE
only_changed()
{
	changed=$(
		git diff --name-only --merge-base "$1" -- || exit
		git ls-files --others --exclude-standard
	) || die "'$1' is not a commit that this tree has a common ancestor with"
	keep is_changed
	[ ${#names[@]} -gt 0 ] || say "nothing differs from $1 that a mutant is about"
}

is_changed()
{
	{
		echo "selftests/mutants/$1.patch"
		patched_files "$1"
		test_files "$1"
	} | grep -qxFf <(printf '%s\n' "$changed")
}

# sources_of LEVEL: what tests of that level are built from.
sources_of()
{
	case $1 in
	unit) echo kmod selftests/unit userspace ;;
	cli) echo kmod/abi userspace selftests/cli selftests/lib/exits.sh ;;
	*) echo Kbuild Makefile kmod userspace selftests/Makefile 'selftests/*.sh' \
		selftests/lib selftests/helpers selftests/modules ;;
	esac
}

# key_of LEVEL: of the tree that its tests are built from, and of how they are run.
declare -A keys
key_of()
{
	local paths

	[ -z "${keys[$1]:-}" ] || return 0
	read -ra paths < <(sources_of "$1")
	keys[$1]=$({
		git ls-files --cached --others --exclude-standard -- "${paths[@]}" |
			while read -r file; do
				[ ! -f "$file" ] || printf '%s\n' "$file"
			done | sort | xargs -d '\n' sha256sum
		[[ $1 != guest-* ]] || cat "$cache/kernels/${1#guest-}/inputs" 2>/dev/null
		declare -f build_for run_test points verdict
	} | sha256sum | cut -d' ' -f1)
}

# mutant_key NAME: sets $key.
mutant_key()
{
	key_of "${level[$1]}"
	key=$(sha256sum <"$patches/$1.patch")
	key=${keys[${level[$1]}]:0:32}${key:0:32}
}

# caught_before NAME: with the same patch and tree.
caught_before()
{
	local old what

	mutant_key "$1"
	read -r old what _ 2>/dev/null <"$work/results/$1" || return 1
	[ "$old $what" = "$key caught" ]
}

# --- the queue -------------------------------------------------------------------

kernels_needed()
{
	local name

	for name in "${names[@]}"; do
		[[ ${level[$name]} != guest-* ]] || echo "${level[$name]#guest-}"
	done | sort -u
}

# tests_of LEVEL: those that its mutants need, once each.
tests_of()
{
	local name

	for name in "${names[@]}"; do
		[ "${level[$name]}" != "$1" ] || echo "${test_of[$name]}"
	done | sort -u
}

# Whether the tests of a level are known to pass without a defect.
known_without()
{
	local file=$work/without/$1 test

	key_of "$1"
	[ "$(head -n 1 "$file" 2>/dev/null)" = "${keys[$1]}" ] || return 1
	for test in $(tests_of "$1"); do
		grep -q "^ran	$test\$" "$file" || return 1
	done
}

# Guests come first: they take the longest.
make_queue()
{
	local name pass level_

	for pass in guest- cli unit; do
		for level_ in $(printf '%s\n' "${level[@]}" | grep "^$pass" | sort -u); do
			[ -z "$(tests_of "$level_")" ] || known_without "$level_" ||
				echo "without $level_"
		done
		for name in "${names[@]}"; do
			[[ ${level[$name]} == "$pass"* ]] || continue
			if caught_before "$name"; then
				print_line caught before "$name" >&2
			else
				echo "mutant $name"
			fi
		done
	done >"$work/queue"
}

# next_job: takes the first from the queue, and sets $what and $name.
next_job()
{
	{
		flock 9
		read -r what name <"$work/queue" || return 1
		sed -i 1d "$work/queue"
	} 9>"$work/queue.lock"
}

# --- a lane: a copy of the tree, in which one after the other is tried -------------

# What a copy is a copy of, down to the bytes; files that differ get the time of now, so
# that make sees it. The kernels' folders are shared.
make_copy()
{
	local file

	copy=$work/$1
	mkdir -p "$copy/.cache"
	rsync -rlp --checksum --delete --exclude=/.cache --exclude=/.git \
		--filter=':- .gitignore' "$top/" "$copy/"
	[ -d "$copy/.git" ] || git -C "$copy" init -q
	for file in kernels qemu promtool linux-source-6.12; do
		[ ! -e "$cache/$file" ] || ln -sfn "$cache/$file" "$copy/.cache/$file"
	done
}

lane()
{
	local what name

	make_copy "$1"
	while next_job; do
		if [ "$what" = without ]; then
			try_without "$name"
		else
			try_mutant "$name"
		fi
	done
}

# build_for LEVEL TEST: in the copy.
build_for()
{
	case $1 in
	unit)
		make -s -C "$copy/selftests/unit" OUT="$copy/.cache/unit" "$copy/.cache/unit/$2" ;;
	cli)
		# Without optimisation and sanitizers: this is built over and over.
		make -s -C "$copy/userspace" O="$copy/.cache/cli" -j"$(nproc)" \
			CFLAGS="-O0 -Wno-cpp" "$copy/.cache/cli/nfguard" ;;
	*)
		"$copy/scripts/guest-build" "${1#guest-}" ;;
	esac
}

# run_test LEVEL TEST...: prints what they print. Each of several ends early or late: none
# takes more than a few minutes.
run_test()
{
	local what=$1 kernel=${1#guest-}

	shift
	case $what in
	unit)
		ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 \
			timeout 300 "$copy/.cache/unit/$1" ;;
	cli)
		NFGUARD_BIN=$copy/.cache/cli/nfguard \
			timeout 1200 "$copy/selftests/cli/run.sh" "@($(IFS='|'; echo "$*"))" ;;
	*)
		rm -f "$copy/.cache/check/$kernel/ktap"
		"$copy/scripts/check-guest" --kernel "$kernel" "$@" || {
			local status=$?

			cat "$copy/.cache/check/$kernel/ktap" || true
			splats "$copy/.cache/check/$kernel/console" || true
			return "$status"
		}
		cat "$copy/.cache/check/$kernel/ktap" ;;
	esac
}

# points LEVEL TEST: the points of a test, from what run_test printed; each is "ok" or
# "not ok", a tab and what it says.
points()
{
	case $1 in
	unit)
		sed -nE 's/^(ok|not ok) [0-9]+ (.*)/\1\t\2/p' ;;
	cli)
		# A title has blanks where the test's name has underscores.
		sed -nE 's/^(ok|not ok) [0-9]+ (.*)/\1\t\2/p' |
			while IFS=$'\t' read -r ok title; do
				title=${title%% \# SKIP*}
				# shellcheck disable=SC2053
				[[ ${title// /_} != @($2) ]] || printf '%s\t%s\n' "$ok" "$title"
			done
		;;
	*)
		awk -v test="$2" '
			/^# selftests: / { here = $NF == test }
			here && /^# (not )?ok [0-9]+ / {
				ok = $2 == "not" ? "not ok" : "ok"
				sub(/^# (not )?ok [0-9]+ (- )?/, "")
				print ok "\t" $0
			}'
		;;
	esac
}

# try_without LEVEL: runs its tests without a defect, and keeps their points.
try_without()
{
	local begun=$SECONDS log=$work/log/without-$1 file=$work/without/$1 test
	local -a tests

	mapfile -t tests < <(tests_of "$1")
	: >"$log"
	for test in "${tests[@]}"; do
		build_for "$1" "$test"
	done >>"$log" 2>&1 || echo "it does not build" >>"$log"
	if [ "$1" = unit ]; then
		for test in "${tests[@]}"; do
			{ run_test unit "$test" || true; } >"$log.$test" 2>&1
		done
	else
		{ run_test "$1" "${tests[@]}" || true; } >>"$log" 2>&1
	fi
	{
		echo "${keys[$1]}"
		for test in "${tests[@]}"; do
			printf 'ran\t%s\n' "$test"
			points "$1" "$test" <"$([ "$1" = unit ] && echo "$log.$test" || echo "$log")" |
				sed "s/^/$test\t/"
		done
	} >"$file.new"
	mv "$file.new" "$file"
	say "$1: the tests without a defect took $((SECONDS - begun)) s"
}

# verdict NAME STATUS LOG: what a test's end and output mean.
verdict()
{
	local failed

	failed=$(points "${level[$1]}" "${test_of[$1]}" <"$3" | sed -n 's/^not ok\t//p')
	if [ -n "${splat[$1]}" ]; then
		if grep -qF -- "${splat[$1]}" "$3"; then
			echo caught
		else
			echo "survived: no such splat"
		fi
	elif grep -qF -- "${red[$1]}" <<<"$failed" && [ -n "$failed" ]; then
		echo caught
	elif [ -n "$failed" ]; then
		echo "another point failed: ${failed%%$'\n'*}"
	elif [ "$2" = 0 ]; then
		echo survived
	else
		echo "no point failed, but the test ended with status $2"
	fi
}

# try_mutant NAME
try_mutant()
{
	local name=$1 begun=$SECONDS log=$work/log/$1 patch=$patches/$1.patch
	local came status=0 key

	mutant_key "$name"
	if ! git -C "$copy" apply "$patch" >"$log" 2>&1; then
		came="the patch does not apply"
	elif ! build_for "${level[$name]}" "${test_of[$name]}" >>"$log" 2>&1; then
		came="it does not build"
	else
		run_test "${level[$name]}" "${test_of[$name]}" >>"$log" 2>&1 || status=$?
		came=$(verdict "$name" "$status" "$log")
	fi
	git -C "$copy" apply -R "$patch" >>"$log" 2>&1 || true
	echo "$key ${came%%:*} $((SECONDS - begun))" >"$work/results/$name.new"
	[ "$came" = caught ] || echo "$key failed $((SECONDS - begun)) $came" >"$work/results/$name.new"
	mv "$work/results/$name.new" "$work/results/$name"
	print_line "$came" "$((SECONDS - begun)) s" "$name"
}

print_line()
{
	printf '%-10s %6s  %-36s %s\n' "$1" "$2" "$3" \
		"${level[$3]} ${test_of[$3]}"
}

# --- the end -----------------------------------------------------------------------

# without_fails NAME: prints why what its test found proves nothing, if so.
without_fails()
{
	local file=$work/without/${level[$1]} own

	own=$(awk -F '\t' -v test="${test_of[$1]}" '$1 == test { print $2 "\t" $3 }' "$file" 2>/dev/null)
	if [ -z "$own" ]; then
		echo "its test did not run without the defect"
	elif grep -q '^not ok' <<<"$own"; then
		echo "its test fails without the defect"
	elif ! grep -F -- "${red[$1]}" <<<"$own" | grep -qv '# SKIP'; then
		echo "its test has no such point that is not skipped: ${red[$1]}"
	fi
}

# Prints the table's last lines: what was remembered, and what failed.
total()
{
	local name old what why passed=0 failed=0

	for name in "${names[@]}"; do
		mutant_key "$name"
		why=
		read -r old what _ why 2>/dev/null <"$work/results/$name" || old=none
		[ "$old" = "$key" ] || { what=failed why="not tried"; }
		if [ "$what" = caught ]; then
			why=$(without_fails "$name")
		fi
		if [ -z "$why" ]; then
			passed=$((passed + 1))
			continue
		fi
		failed=$((failed + 1))
		printf 'FAILED: %s: %s (%s %s): %s\n' "$name" "${defect[$name]}" \
			"${level[$name]}" "${test_of[$name]}" "$why"
	done
	echo "mutants took $((SECONDS - started)) s"
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" = 0 ]
}

list_mutants()
{
	local name

	for name in "${names[@]}"; do
		printf '%-32s %-40s %s\n' "$name" "${level[$name]} ${test_of[$name]}" \
			"${defect[$name]}"
	done
}

check_mutants()
{
	local name file why status=0

	for name in "${names[@]}"; do
		if ! why=$(git apply --check "$patches/$name.patch" 2>&1); then
			status=1
			printf '%s: the patch does not apply: %s\n' "$name" "$why"
		fi
		file=$(test_files "$name" | head -n 1)
		if [ ! -e "${file:-/nonexistent}" ]; then
			status=1
			echo "$name: there is no test ${test_of[$name]}"
		fi
	done
	return "$status"
}
