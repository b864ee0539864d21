# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR/..
# shellcheck disable=SC2154,SC2034	# shared with the script and the other libraries
# What check-boot, check-carriers and check-secureboot are made of: their options, their set-up, and
# the jobs that run side by side. A job is a scenario on the host of one suite. Needs
# common.sh.
#
# A script that sources this file
#
#   defines scenario_NAME for each scenario; it runs with
#     $dir        a folder of its own, where the console goes
#     $host       the folder of the suite's host (host.sh)
#     $old, $new  the releases of the host's two kernels
#   sets all_scenarios, their names, those that take longest first
#   sets once, those that run on the first suite only
#   may define set_up, for what else it needs
#   ends with: main "$@"
. "$scripts/lib/apt.sh"
. "$scripts/lib/qemu.sh"
. "$scripts/lib/vm.sh"
. "$scripts/lib/deb.sh"
. "$scripts/lib/host.sh"
. "$scripts/lib/boot.sh"

# run_job SUITE.SCENARIO: its output, as KTAP, is then in its folder.
run_job()
{
	local suite=${1%.*} scenario=${1#*.} begun=$SECONDS status=0 logs

	logs=$cache/boot/$suite/console
	host=$cache/boot/$suite/host
	{ read -r old; read -r new; } <"$host/releases"
	dir=$work/$1/files
	mkdir -p "$dir" "$logs"
	"scenario_$scenario" >"$dir/said" 2>&1 || status=1
	{
		cat "$dir/out" "$dir/said" 2>/dev/null
		# It failed without a failed point, or passed nothing at all.
		if ! grep -q '^ok ' "$dir/out" ||
		   { [ $status = 1 ] && ! grep -q '^not ok' "$dir/out" "$dir/said"; }; then
			echo "not ok - $scenario: it did not run to its end"
		fi
		echo "# $scenario took $((SECONDS - begun)) s"
	} >"$work/$1/ktap"
	cp "$dir/console" "$logs/$scenario" 2>/dev/null || true
	rm -rf "$dir"
}

# Takes one job after another that no other lane has taken, and runs it.
run_lane()
{
	local job

	for job in "${jobs[@]}"; do
		mkdir "$work/$job" 2>/dev/null || continue
		run_job "$job"
		say "${job/./: } ($(grep -c '^ok ' "$work/$job/ktap") passed, $(grep -c '^not ok' "$work/$job/ktap") failed)"
	done
}

# side_by_side FUNCTION ARG...: runs the function for each ARG at the same time. All must
# succeed.
side_by_side()
{
	local function=$1 arg status=0
	local -a pids=()

	shift
	# Each is a process group, so that all of it ends with this script.
	set -m
	for arg; do
		(trap_exit; "$function" "$arg") >&2 &
		pids+=($!)
	done
	set +m
	lanes=("${pids[@]}")
	for arg in "${pids[@]}"; do
		wait "$arg" || status=$?
	done
	lanes=()
	return "$status"
}

# The longest jobs come first, so that no lane begins one at the end.
list_jobs()
{
	local scenario suite

	jobs=()
	for scenario in "${scenarios[@]}"; do
		for suite in "${suites[@]}"; do
			[[ " ${once[*]} " == *" $scenario "* && $suite != "${suites[0]}" ]] ||
				jobs+=("$suite.$scenario")
		done
	done
}

read_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--scenario)
			[ $# -gt 1 ] || die "--scenario needs a name" "$me --help lists them"
			declare -F "scenario_$2" >/dev/null ||
				die_status=2 die "no scenario is called '$2'" "$me --help lists them"
			scenarios+=("$2")
			shift
			;;
		--help | -h) usage; exit ;;
		-*) die_status=2 die "unknown option '$1'" "$me --help lists them" ;;
		*) suites+=("$1") ;;
		esac
		shift
	done
	[ ${#scenarios[@]} -gt 0 ] || scenarios=("${all_scenarios[@]}")
	[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie)
}

probe_accelerator()
{
	local guest_kernel

	dir=$cache/boot/probe
	rm -rf "$dir"
	mkdir "$dir"
	guest_kernel=$(find "$cache/boot/${suites[0]}/host" -name vmlinuz | head -n 1)
	verb=run
	choose_accelerator
	rm -rf "$dir"
	dir=
}

main()
{
	local started=$SECONDS status=0 passed failed job
	local -a jobs processors

	scenarios=() suites=() lanes=()
	read_options "$@"
	trap_exit
	exec </dev/null
	mkdir -p "$cache/boot"
	lock boot
	run "$scripts/setup" --host-only || die "the set-up failed"
	k_name=$me k_qemu=10
	arch_line amd64
	make_qemu
	side_by_side make_hosts "${suites[@]}" || die "the hosts could not be made"
	! declare -F set_up >/dev/null || set_up
	say "set up in $((SECONDS - started)) s"
	probe_accelerator

	work=$cache/boot/run
	rm -rf "$work"
	mkdir "$work"
	list_jobs
	mapfile -t processors < <(seq "$(nproc)")
	side_by_side run_lane "${processors[@]}" || status=$?
	for job in "${jobs[@]}"; do
		sed "s/^/[${job%%.*}] /" "$work/$job/ktap" || status=1
	done
	passed=$(cat "$work"/*/ktap | grep -c '^ok ') || true
	failed=$(cat "$work"/*/ktap | grep -c '^not ok ') || true
	say "took $((SECONDS - started)) s"
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ] && [ "$status" = 0 ]
}

# In place of vm.sh's: ends the lanes. What a lane has started ends with it.
cleanup()
{
	[ ${#lanes[@]} = 0 ] || kill -- "${lanes[@]/#/-}" 2>/dev/null || true
}
