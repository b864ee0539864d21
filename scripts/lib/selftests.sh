# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# selftests/ as a guest gets it, built for the chosen kernel. Needs common.sh.

# The suite is laid out as in a kernel tree: beside lib.mk, three folders below the top.
# It is built inside the kernel's folder, with the compiler of that Debian suite.
build_suite()
{
	# shellcheck disable=SC2016
	run "$scripts/in-suite" "$k_name" -- bash -euc '
		tree=/build/check/tools/testing/selftests
		mkdir -p "$tree" /build/suite
		rsync -a /kselftest/tools/testing/selftests/ "$tree/"
		rsync -a --delete --exclude="*.ko" --exclude="*.o" --exclude="*.cmd" \
			--exclude="*.mod*" --exclude=Module.symvers \
			/build/src/selftests/ "$tree/nfguard/"
		cp /build/src/docs/CVE.md "$tree/nfguard/"
		make -C "$tree/nfguard" install INSTALL_PATH=/build/suite/nfguard
		make -s --no-print-directory -C "$tree/nfguard" COLLECTION=nfguard \
			emit_tests >/build/suite/kselftest-list.txt
		rsync -a "$tree/kselftest" "$tree/run_kselftest.sh" /build/suite/
	' bash
}

# Leaves it in $dir/suite, and holds the lock of $dir until the script ends.
make_selftests()
{
	local started=$SECONDS

	mkdir -p "$dir"
	run "$scripts/setup" "$k_name" kselftest
	lock "check-$k_name"
	rm -rf "$cache/build/$k_name/suite"
	build_suite >"$dir/build.log" 2>&1 || {
		cat "$dir/build.log" >&2
		die "the selftests could not be built for $k_name" "see the messages above"
	}
	grep -i 'warning:' "$dir/build.log" >&2 || true
	rsync -a --delete "$cache/build/$k_name/suite/" "$dir/suite/"
	say "$k_name: built in $((SECONDS - started)) s"
}
