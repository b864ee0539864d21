# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What check-carriers' scenarios share.

stored=/etc/nfguard.d/compiled/$(uname -r)

# All that a refused change must leave as it is.
state()
{
	find /etc/nfguard.d /run/nfguard.d /var/lib/nfguard -type f -exec sha256sum {} + \
		2>/dev/null | sort
	grep -E '^(generation|mode|sha256)' /proc/nfguard/status
}

# refused WHO HOW COMMAND...: by exit status 1, by a line for the module WHO and what it
# carries, and one for HOW, both extended regular expressions. Nothing changed.
refused()
{
	local who=$1 how=$2 before said status=0

	shift 2
	before=$(state)
	said=$("$@" 2>&1) || status=$?
	[ "$status" = 1 ] && grep -E -- "$who" <<<"$said" | grep -qE -- "$how" &&
		[ "$(state)" = "$before" ] && return
	printf '%s\n' "exit status $status, not 1; or it lacks: $who; $how" "$said"
	diff <(echo "$before") <(state)
	return 1
}

# deny_refused WHO HOW RULE...: a denial that was not refused must not spoil the next.
deny_refused()
{
	refused "$1" "$2" nfguard deny "${@:3}" || {
		nfguard remove "${@:3}" >/dev/null 2>&1
		return 1
	}
}

built_in()
{
	[ "$(modinfo -F filename "$1" 2>/dev/null | head -n 1)" = "(builtin)" ]
}

# carried MODULE WHAT HOW: a denial of it is refused, as it carries WHAT by way of HOW.
# What is built in, nobody can keep out.
carried()
{
	if built_in "$1"; then
		echo "# $1 is built in"
		return
	fi
	check "$1 is live" live "$1"
	check "$1 carries $2" deny_refused "$1 .*$2" "$3" "$1"
}

# The interface that a driver made.
interface_of()
{
	local dir

	for dir in /sys/class/net/*; do
		[ "$(basename "$(readlink "$dir/device/driver")")" != "$1" ] || basename "$dir"
	done
}

image_has_stored()
{
	lsinitramfs "/boot/initrd.img-$(uname -r)" |
		grep -q "sha256-$(sha256sum <"$stored" | cut -d' ' -f1)"
}
