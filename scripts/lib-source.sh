# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the project takes from the kernel's source packages without keeping the
# source. Needs lib.sh and lib-apt.sh.

# source_tarball SUITE PACKAGE DIR: unpacks the package, prints its tarball's path.
source_tarball()
{
	"${root[@]}" rm -rf "$3"
	bootstrap "$1" "$3" --variant=extract --include="$2" >&2 ||
		die "could not fetch $2 from $1" "see mmdebstrap's messages above"
	echo "$3/usr/src/$2.tar.xz"
}

# The test runner, checkpatch.pl and clang-format's style, of one known version.
make_kselftest()
{
	local version=6.12 suite=trixie dir new tarball started=$SECONDS

	dir=$cache/linux-source-$version
	[ ! -d "$dir" ] || return 0
	lock kselftest
	if [ -d "$dir" ]; then
		unlock
		return 0
	fi
	say "kselftest: fetching linux-source-$version (140 MB, of which 1 MB stays)"
	new=$cache/.linux-source-$version.new
	"${root[@]}" rm -rf "$new"
	mkdir -p "$new"
	tarball=$(source_tarball "$suite" "linux-source-$version" "$cache/.source-$version")
	run tar -C "$new" -xf "$tarball" --strip-components=1 --wildcards \
		--no-wildcards-match-slash \
		'*/.clang-format' \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' \
		'*/tools/testing/selftests/Makefile' \
		'*/tools/testing/selftests/lib.mk' \
		'*/tools/testing/selftests/run_kselftest.sh' \
		'*/tools/testing/selftests/kselftest[._]*' \
		'*/tools/testing/selftests/kselftest/*' ||
		die "could not unpack what kselftest needs" "remove $cache/.source-$version and try again"
	"${root[@]}" rm -rf "$cache/.source-$version"
	mv "$new" "$dir"
	unlock
	say "kselftest: ready in $dir ($((SECONDS - started)) s)"
}
