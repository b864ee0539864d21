# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# The test suites of other projects, from the source packages of what the guest of the
# chosen kernel has installed, in the versions that it has:
#
#   .cache/upstream/SUITE           what runs in the guest, and nothing else of the package
#                        /.inputs   digest of what it was made from
# Needs common.sh and apt.sh.

# For a suite, the unpacked source package that is taken in place of the mirror's.
declare -A given=()

# upstream_source SUITE: prints the source package and its version; for the kernel, whose
# source is in a package of its own, that one.
upstream_source()
{
	local release package=$1 format="\${source:Package} \${source:Version}"

	if [ "$1" = kernel ]; then
		release=$(cat "$k_dir/boot/release")
		package=linux-image-$release
		format="linux-source-$(cut -d. -f1-2 <<<"$release") \${Version}"
	fi
	dpkg-query --admindir="$k_root/var/lib/dpkg" -W -f "$format\n" "$package"
}

upstream_inputs()
{
	{
		upstream_source "$1"
		data "$scripts/data/upstream-packages"
		declare -f build_upstream "keep_$1"
	} | sha256sum | cut -d' ' -f1
}

# missing_suites SUITE...: prints those that are not there, or are not from what they would
# be made from now.
missing_suites()
{
	local suite

	for suite; do
		[ "$(cat "$cache/upstream/$suite/.inputs" 2>/dev/null)" = "$(upstream_inputs "$suite")" ] ||
			echo "$suite"
	done
}

# build_upstream DIR SUITE...: makes a folder to unpack and build in, with the source
# packages of the suites in its /fetched. One that the mirror does not have is only said to
# be missing: the others can do without it.
build_upstream()
{
	local dir=$1 list name version suite fetch=

	shift
	list=$(data "$scripts/data/upstream-packages" | paste -sd,)
	suite_sources "$k_suite" deb-src >"$dir/sources.list"
	for suite; do
		[ -z "${given[$suite]:-}" ] || continue
		read -r name version < <(upstream_source "$suite")
		if [ "$suite" = kernel ]; then
			fetch+="apt-get -q download $name=$version"
		else
			fetch+="apt-get -q source --download-only $name=$version"
		fi
		fetch+=" || echo W: no $name $version; "
	done
	# The sources must be named before the other hook updates apt's lists; later than
	# in the hook that fetches, apt has no configuration here.
	bootstrap "$k_suite" "$dir/root" --variant=essential --include="$list" \
		--setup-hook="mkdir -p \"\$1/etc/apt/sources.list.d\"
			cp '$dir/sources.list' \"\$1/etc/apt/sources.list.d/\"" \
		--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
		--extract-hook="set -e
			mkdir \"\$1/fetched\" \"\$1/build\" \"\$1/host\"
			cd \"\$1/fetched\"
			export APT_CONFIG=\"\$MMDEBSTRAP_APT_CONFIG\"
			$fetch"
}

# in_upstream COMMAND...: runs it in that folder, which has the unpacked packages in
# /build, and what is kept in /host, as in the guest.
in_upstream()
{
	local -a enter

	enter_folder "$partial/root" "$partial/kept=/host" "$partial/unpacked=/build" -- "$@"
	run "${enter[@]}" >>"$partial/log" 2>&1
}

# --- what is kept of each, from its unpacked package $1 in $2 ---------------------------

keep_iptables()
{
	cp -a "$1/iptables/tests/shell/." "$2/"
}

keep_nftables()
{
	cp -a "$1/tests/shell/." "$2/"
}

# Built where it runs, as the programs know their own place.
keep_kmod()
{
	cp -a "$1/." "$2/"
	# shellcheck disable=SC2016
	in_upstream bash -euc '
		cd /host/kmod
		touch libkmod/docs/gtk-doc.make		# no manuals
		autoreconf --force --install
		./configure --sysconfdir=/etc --with-xz --with-zstd --with-openssl \
			--disable-test-modules --disable-manpages --enable-debug
		make -j"$1" check TESTS=
	' bash "$(nproc)" || return
	"${root[@]}" find "$2" -mindepth 1 -maxdepth 1 ! -name testsuite ! -name tools \
		-exec rm -rf {} +
	"${root[@]}" rm -rf "$2/testsuite/rootfs-pristine" "$2/testsuite/module-playground"
	"${root[@]}" find "$2/tools" "$2/testsuite" -name rootfs -prune -o -type f \
		'(' -name '*.[cho]' -o -name '*.l[ao]' ')' -exec rm -f {} +
}

# The script, and the two modules that it uses, which Debian does not build.
keep_kernel()
{
	local build=$cache/build/$k_name/upstream

	rm -rf "$build"
	mkdir -p "$build"
	cp "$1/tools/testing/selftests/kmod/kmod.sh" "$2/" || return
	cp "$1/lib/test_kmod.c" "$1/lib/test_module.c" "$build/" || return
	echo 'obj-m := test_kmod.o test_module.o' >"$build/Kbuild"
	# shellcheck disable=SC2016
	run "$scripts/in-suite" "$k_name" -- bash -c 'exec make -C "$KDIR" M=/build/upstream modules' \
		>>"$partial/log" 2>&1 || return
	cp "$build"/*.ko "$2/"
}

# -----------------------------------------------------------------------------------

# unpack SUITE: sets $unpacked, or fails if there is nothing to unpack.
unpack()
{
	local name version deb

	unpacked=${given[$1]:-}
	[ -z "$unpacked" ] || return 0
	read -r name version < <(upstream_source "$1")
	! grep -qxF "W: no $name $version" "$partial/log" || return
	unpacked=$partial/unpacked/$1
	if [ "$1" != kernel ]; then
		# apt has checked it.
		in_upstream sh -c "exec dpkg-source --no-check -x /fetched/${name}_${version#*:}.dsc /build/$1"
		return
	fi
	deb=$(echo "$partial/root/fetched/$name"_*.deb)
	mkdir "$unpacked"
	{
		run dpkg-deb --fsys-tarfile "$deb" >"$partial/deb.tar" &&
			run tar -xOf "$partial/deb.tar" "./usr/src/$name.tar.xz" >"$partial/source.tar.xz" &&
			run tar -C "$unpacked" -xf "$partial/source.tar.xz" --strip-components=1 \
				--wildcards '*/tools/testing/selftests/kmod/*' \
				'*/lib/test_module.c' '*/lib/test_kmod.c'
	} 2>>"$partial/log" || return
	rm "$partial/deb.tar" "$partial/source.tar.xz"
}

# take_source DIR: takes that unpacked source package in place of the mirror's, if it is of
# the version that the guest has.
take_source()
{
	local have want name

	have=$(sed -n '1s/^\([^ ]*\) (\([^)]*\)).*/\1 \2/p' "$1/debian/changelog" 2>/dev/null) || true
	name=${have%% *}
	case $name in
	iptables | nftables | kmod) ;;
	*) die "$1 is not an unpacked source package of iptables, nftables or kmod" ;;
	esac
	want=$(upstream_source "$name")
	[ "$have" = "$want" ] ||
		die "$1 is $have, but the guest has $want" "the tests must be those of the guest's version"
	given[$name]=$(realpath "$1")
}

# needs_folder SUITE...: whether one of them is fetched, or built.
needs_folder()
{
	local suite

	for suite; do
		[[ -n ${given[$suite]:-} && $suite != kmod ]] || return 0
	done
	return 1
}

# make_upstream SUITE...: makes those that are missing. One that can't be made is left out.
make_upstream()
{
	local suite started=$SECONDS
	local -a missing

	mapfile -t missing < <(missing_suites "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	lock upstream
	mapfile -t missing < <(missing_suites "$@")
	if [ ${#missing[@]} = 0 ]; then
		unlock
		return 0
	fi
	say "making the tests of ${missing[*]} from their source packages (3 minutes)"
	begin_partial "$cache/.upstream.new"
	mkdir -p "$partial/kept" "$partial/unpacked" "$cache/upstream"
	: >"$partial/log"
	if needs_folder "${missing[@]}"; then
		build_upstream "$partial" "${missing[@]}" ||
			die "mmdebstrap could not make the folder of $k_suite" \
				"see its messages above"
	fi
	for suite in "${missing[@]}"; do
		mkdir "$partial/kept/$suite"
		if unpack "$suite" && "keep_$suite" "$unpacked" "$partial/kept/$suite"; then
			upstream_inputs "$suite" >"$partial/kept/$suite/.inputs"
			"${root[@]}" rm -rf "$cache/upstream/$suite"
			mv "$partial/kept/$suite" "$cache/upstream/"
		elif grep -qxF "W: no $(upstream_source "$suite")" "$partial/log"; then
			say "$suite: apt's mirror does not have $(upstream_source "$suite")"
		else
			tail -n 20 "$partial/log" >&2
			say "$suite: its tests could not be built, see above"
		fi
	done
	"${root[@]}" rm -rf "$partial"
	partial=
	unlock
	say "the tests are made ($((SECONDS - started)) s)"
}
