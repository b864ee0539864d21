# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034	# for those that source it
# What the boots of the scenario verify share.

other=$(cd /lib/modules && printf '%s\n' * | grep -vxF "$(uname -r)")

# verified MODULE...: what verify says, whatever its exit status; said() looks at it.
verified()
{
	nfguard verify "$@" >/run/said 2>&1 || true
	sed 's/^/# /' /run/said
}

said()
{
	grep -qE "$1" /run/said
}

# next_boot_not RELEASE: verify says that the next boot of that kernel does not hold.
next_boot_not()
{
	grep -qxF "next boot of $1: not out of reach" /run/said
}

# As verify and doctor advise.
rebuild_images()
{
	nfguard apply --store --kernel "$other" && update-initramfs -u -k all
}
