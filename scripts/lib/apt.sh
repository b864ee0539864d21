# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# Where packages come from: the mirrors that this machine's own apt uses, also for other
# suites. The host's apt configuration is only read; nothing is installed on the host
# but the packages of data/host-packages and what scripts/deb builds with.

# missing_packages PACKAGE...: prints those that are not installed.
missing_packages()
{
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		awk 'NR == FNR { if ($1 == "installed") have[$2] = 1; next }
		     !($1 in have) { print $1 }' - <(printf '%s\n' "$@")
}

# suite_packages FILE SUITE: prints the packages for that suite from a file in
# scripts/data. Its lines are `package`, or `package suite...` where not all suites have
# it.
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

# install_packages PACKAGE...: installs on this machine those that are missing.
install_packages()
{
	local -a missing

	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing on the host: ${missing[*]}"
	run "${root[@]}" apt-get -q update >&2 ||
		die "apt-get update failed" "fix that, then run this again"
	run "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
		-o DPkg::Lock::Timeout=600 \
		--no-install-recommends "${missing[@]}" >&2 ||
		die "apt-get could not install: ${missing[*]}" "see its messages above"
}

host_codename()
{
	# shellcheck disable=SC1091
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# Prints the mirrors that the host has for its own release, as `KIND URI`, where KIND is
# main, updates or security. DEBIAN_MIRROR names a main one instead.
host_mirrors()
{
	if [ -n "${DEBIAN_MIRROR:-}" ]; then
		echo "main $DEBIAN_MIRROR"
		return
	fi
	# The codename is known only once there are lists, the release is what
	# sources.list has: either may be the name we look for. apt-get expands the
	# fields, not the shell.
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

# suite_sources SUITE [deb|deb-src]: prints sources.list lines for a suite, of binary
# packages or of source packages. SUITE-backports includes SUITE.
suite_sources()
{
	local suite=$1 base=${1%-backports} type=${2:-deb} kind uri main=

	while read -r kind uri; do
		case $kind in
		main)
			echo "$type $uri $base main"
			main=$uri
			;;
		*)
			echo "$type $uri $base-$kind main"
			;;
		esac
	done < <(host_mirrors)
	[ -n "$main" ] ||
		die "apt has no mirror of $(host_codename)'s main archive" \
			"set DEBIAN_MIRROR to the URI of a Debian mirror"
	[ "$suite" = "$base" ] || echo "$type $main $suite main"
}

# Prints the host's apt settings that a download depends on: proxies, certificates.
apt_settings()
{
	apt-config dump | grep -E '^Acquire::.*(Proxy|Verify|CaInfo|CaPath|Retries|Check-Valid)' || true
}

# bootstrap SUITE DIR ARG...: runs mmdebstrap with the host's mirrors and settings. Says
# which step it is at. All its output goes to a log in the directory of begin_partial,
# and is printed if it fails.
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
		# The kernel comes from there, everything else from the release itself.
		more+=(--setup-hook="printf '%s\\n' 'Package: linux-*' \
			'Pin: release n=$suite' 'Pin-Priority: 990' \
			>\"\$1\"/etc/apt/preferences.d/kernel")
	fi
	# No manuals. --dpkgopt would start an interpreter for each package.
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	more+=(--extract-hook='[ ! -d "$1/etc/dpkg/dpkg.cfg.d" ] ||
		printf "path-exclude=/usr/share/%s/*\n" doc info locale man \
			>"$1/etc/dpkg/dpkg.cfg.d/no-documentation"')
	# shellcheck disable=SC2154	# begin_partial assigns it
	log=$partial/log
	# It is waited for below, so that the log is complete when it is printed.
	exec {steps}> >(exec awk -v file="$log" -v me="$me" '
		{ print >file }
		sub(/^I: /, "") && /^(down|inst|extract|clean)/ {
			print me ":   " $0 >"/dev/stderr"
		}')
	reader=$!
	# INITRD=No: the VM has its own, and Debian's takes long to make.
	run "${contained[@]}" env INITRD=No mmdebstrap --mode=root \
		--format=directory --aptopt='Acquire::Retries "3"' \
		--dpkgopt=force-unsafe-io "${more[@]}" "$@" \
		"${suite%-backports}" "$dir" "${sources[@]}" >&"$steps" 2>&1 || status=$?
	exec {steps}>&-
	wait "$reader"
	[ "$status" = 0 ] || cat "$log" >&2
	return "$status"
}
