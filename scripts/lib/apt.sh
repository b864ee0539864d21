# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# Where packages come from: the mirrors that this machine's own apt uses, with
# the names of other suites where one is asked for. The host's apt configuration
# is read, never written, but for installing the packages of host-packages.

# Prints those of the packages that are not installed.
missing_packages()
{
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		awk 'NR == FNR { if ($1 == "installed") have[$2] = 1; next }
		     !($1 in have) { print $1 }' - <(printf '%s\n' "$@")
}

# suite_packages FILE SUITE: the packages of a file in scripts/data that has lines of
# `package`, or `package suite...` where not all suites have it.
suite_packages()
{
	data "$scripts/data/$1" | awk -v suite="$2" '
		NF == 1 { print $1 }
		NF > 1 { for (i = 2; i <= NF; i++) if ($i == suite) print $1 }'
}

install_host_packages()
{
	local -a want

	mapfile -t want < <(data "$scripts/data/host-packages")
	install_packages "${want[@]}"
}

# install_packages PACKAGE...: those that are missing, on this machine.
install_packages()
{
	local -a missing

	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing on the host: ${missing[*]}"
	run "${root[@]}" apt-get -q update >&2 ||
		die "apt-get update failed" "make it work, then run this again"
	run "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
		--no-install-recommends "${missing[@]}" >&2 ||
		die "apt-get could not install: ${missing[*]}" "see its messages above"
}

host_codename()
{
	# shellcheck disable=SC1091
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# The mirrors as `kind URI`, kind being main, updates or security: those that
# the host has for its own release. DEBIAN_MIRROR names the main one instead.
host_mirrors()
{
	if [ -n "${DEBIAN_MIRROR:-}" ]; then
		echo "main $DEBIAN_MIRROR"
		return
	fi
	# The codename is known only once the lists are there, the release is
	# what the sources say: either may hold the name we look for.
	# apt-get fills in the fields, not the shell.
	# shellcheck disable=SC2016
	apt-get indextargets --format \
		'$(COMPONENT) $(RELEASE) $(CODENAME) $(SUITE) $(REPO_URI)' 'Created-By: Packages' |
		awk -v host="$(host_codename)" '
		function kind(name) {
			if (name == host || name == "stable" || name == "oldstable") return "main"
			if (name == host "-updates") return "updates"
			if (name == host "-security") return "security"
			return ""
		}
		$1 == "main" {
			k = kind($2)
			if (k == "") k = kind($3)
			if (k != "" && !(k in seen)) { seen[k] = 1; print k, $NF }
		}'
}

# Prints sources.list lines for a suite. SUITE-backports is SUITE and one more.
suite_sources()
{
	local suite=$1 base=${1%-backports} kind uri main=

	while read -r kind uri; do
		case $kind in
		main)
			echo "deb $uri $base main"
			main=$uri
			;;
		*)
			echo "deb $uri $base-$kind main"
			;;
		esac
	done < <(host_mirrors)
	[ -n "$main" ] ||
		die "apt names no mirror of $(host_codename)'s main archive" \
			"set DEBIAN_MIRROR to the URI of a Debian mirror"
	[ "$suite" = "$base" ] || echo "deb $main $suite main"
}

# The host's apt settings that a fetch depends on: proxies and certificates.
apt_settings()
{
	apt-config dump | grep -E '^Acquire::.*(Proxy|Verify|CaInfo|CaPath|Retries|Check-Valid)' || true
}

# bootstrap SUITE DIR ARG...: mmdebstrap with the host's mirrors and settings. Says
# which step it is at; the rest of what it and its children say goes to a log in
# what begin_partial began, and is printed when it fails.
bootstrap()
{
	local suite=$1 dir=$2 settings text log steps reader status=0
	local -a sources more=()

	shift 2
	text=$(suite_sources "$suite")
	mapfile -t sources <<<"$text"
	settings=$(apt_settings)
	[ -z "$settings" ] || more+=(--aptopt="$settings")
	if [ "$suite" != "${suite%-backports}" ]; then
		# The kernel from there, all else from the release itself.
		more+=(--setup-hook="printf '%s\\n' 'Package: linux-*' \
			'Pin: release n=$suite' 'Pin-Priority: 990' \
			>\"\$1\"/etc/apt/preferences.d/kernel")
	fi
	# No manuals; not by --dpkgopt, which starts an interpreter for each package.
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	more+=(--extract-hook='[ ! -d "$1/etc/dpkg/dpkg.cfg.d" ] ||
		printf "path-exclude=/usr/share/%s/*\n" doc info locale man \
			>"$1/etc/dpkg/dpkg.cfg.d/no-documentation"')
	# shellcheck disable=SC2154	# begin_partial assigns it
	log=$partial/log
	# Waited for, or what it wrote could be printed before it is whole.
	exec {steps}> >(exec awk -v file="$log" -v me="$me" '
		{ print >file }
		sub(/^I: /, "") && /^(down|inst|extract|clean)/ {
			print me ":   " $0 >"/dev/stderr"
		}')
	reader=$!
	# INITRD=No: the VM brings its own, and Debian's takes long to make.
	run "${contained[@]}" env INITRD=No mmdebstrap --mode=root \
		--format=directory --aptopt='Acquire::Retries "3"' \
		--dpkgopt=force-unsafe-io "${more[@]}" "$@" \
		"${suite%-backports}" "$dir" "${sources[@]}" >&"$steps" 2>&1 || status=$?
	exec {steps}>&-
	wait "$reader"
	[ "$status" = 0 ] || cat "$log" >&2
	return "$status"
}
