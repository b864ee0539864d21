# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# assigned by the script and the other libraries
# Scanners that others wrote, for check-boot's scenario cis: their packages, with what they
# need and the host of host.sh lacks. The guest installs them, so that no other host's disk
# grows by the 300 MB that they take.
#
#   .cache/boot/SUITE/scanners/   made again when the folder of the host is
#                     packages.tar  the packages
#                     log           what apt printed
#
# Needs host.sh.

scanner_inputs()
{
	cat "$cache/boot/$1/inputs"
	marked_packages scanners
	declare -f fetch_scanners fetch_packages
}

fetch_scanners()
{
	local suite=$1 dir=$cache/boot/$1/scanners want

	want=$(digest scanner_inputs "$suite")
	[ "$(cat "$dir/inputs" 2>/dev/null)" != "$want" ] || return 0
	say "$suite: fetching scanners (12 MB)"
	begin_partial "$cache/boot/$suite/.scanners.new"
	suite_sources "$suite" >"$partial/sources.list"
	fetch_packages "$suite" >"$partial/log" 2>&1 || {
		tail -n 20 "$partial/log" >&2
		die "$suite: the scanners could not be fetched" "see the end of apt's messages above"
	}
	tar -cf "$partial/packages.tar" -C "$partial/archives" \
		--exclude=./partial --exclude=./lock .
	rm -r "$partial/archives" "$partial/lists"
	echo "$want" >"$partial/inputs"
	end_partial "$dir"
}

# This machine's apt, with the keys and the installed packages of the host's folder. It
# writes to the new folder only.
fetch_packages()
{
	local -a apt list

	apt=(apt-get -q -o "Dir=$cache/boot/$1/root"
		-o "Dir::State::status=$cache/boot/$1/root/var/lib/dpkg/status"
		-o "Dir::Etc::sourcelist=$partial/sources.list" -o Dir::Etc::sourceparts=-
		-o "Dir::State::lists=$partial/lists"
		-o "Dir::Cache=$partial" -o "Dir::Cache::archives=$partial/archives"
		-o "Dir::Log=$partial" -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
	mapfile -t list < <(marked_packages scanners)
	mkdir -p "$partial/lists/partial" "$partial/archives/partial"
	run "${apt[@]}" update &&
		run "${apt[@]}" install -y --no-install-recommends --download-only "${list[@]}"
}
