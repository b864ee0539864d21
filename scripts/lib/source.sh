# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# The few files that the project uses from the kernel's source packages. Needs common.sh
# and apt.sh.

# fetch_source SUITE PACKAGE: unpacks the package into the directory of begin_partial,
# and sets $tarball. drop_source removes it again.
fetch_source()
{
	bootstrap "$1" "$partial/source" --variant=extract --include="$2" ||
		die "could not fetch $2 from $1" "see mmdebstrap's messages above"
	tarball=$partial/source/usr/src/$2.tar.xz
}

drop_source()
{
	"${root[@]}" rm -rf "$partial/source"
}

# The test runner and checkpatch.pl, of one known version.
make_kselftest()
{
	local version=6.12 suite=trixie dir started=$SECONDS

	dir=$cache/linux-source-$version
	[ ! -d "$dir" ] || return 0
	lock kselftest
	if [ -d "$dir" ]; then
		unlock
		return 0
	fi
	say "kselftest: fetching linux-source-$version (140 MB, of which 1 MB is kept)"
	begin_partial "$cache/.linux-source-$version.new"
	fetch_source "$suite" "linux-source-$version"
	run tar -C "$partial" -xf "$tarball" --strip-components=1 --wildcards \
		--no-wildcards-match-slash \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' \
		'*/tools/testing/selftests/Makefile' \
		'*/tools/testing/selftests/lib.mk' \
		'*/tools/testing/selftests/run_kselftest.sh' \
		'*/tools/testing/selftests/kselftest[._]*' \
		'*/tools/testing/selftests/kselftest/*' ||
		die "could not unpack what kselftest needs" "see its messages above"
	drop_source
	end_partial "$dir"
	unlock
	say "kselftest: ready in $dir ($((SECONDS - started)) s)"
}
