#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The mirror on a real kernel: what modprobe and the kernel's own requests do with its
# lines while there is no guard, asked as checks of hardened hosts ask it.
. "${0%/*}/lib/common.sh"

mirror=/etc/modprobe.d/nfguard.conf

loads_unmirrored()
{
	modprobe tipc || fail "modprobe can't load tipc"
	is_live tipc
	modprobe -r tipc
	request family 41 >"$scratch/out"
	is_live kcm
	modprobe -r kcm
}

as_scanners_ask()
{
	exits 0 nfguard deny tipc kcm
	exits 0 nfguard mirror on
	guard_unload
	equal "modprobe -n -v tipc" "install /bin/false" \
		"$(modprobe -n -v tipc | grep -E '[/ ]tipc|^install' | sed 's/ *$//')"
	not_live tipc
	modprobe --showconfig >"$scratch/config"
	grep -qx 'install tipc /bin/false' "$scratch/config" || fail "no install line"
	grep -qx 'blacklist tipc' "$scratch/config" || fail "no blacklist line"
}

holds_without_the_guard()
{
	refuses modprobe tipc
	# tipc's own, which needs it.
	refuses modprobe diag
	not_live tipc
	# AF_KCM: the kernel requests net-pf-41.
	equal "a socket of kcm" EAFNOSUPPORT "$(request family 41)"
	not_live kcm
}

# A module of the real index that has a soft dependency.
holds_beside_a_softdep()
{
	exits 4 nfguard deny xt_LOG
	refuses modprobe xt_LOG
	# An alias of a blacklisted module is no error to modprobe.
	modprobe ipt_LOG || true
	not_live xt_LOG
	exits 4 nfguard doctor
	says_not "modprobe.d/"
}

is_empty_while_permissive()
{
	guard_load
	exits 0 nfguard apply
	exits 0 nfguard mode permissive
	modprobe tipc || fail "permissive denies"
	is_live tipc
	modprobe -r tipc
	exits 0 nfguard mode enforcing
	grep -qx 'install tipc /bin/false' "$mirror" || fail "enforcing is not mirrored"
}

goes_when_it_is_off()
{
	exits 0 nfguard remove tipc kcm xt_LOG
	exits 0 nfguard mirror off
	[ ! -e "$mirror" ] || fail "it is still there"
	loads_unmirrored
}

plan 6
undo rm -f "$mirror"
point "without the mirror modprobe and a request load" loads_unmirrored
guard_load
point "checks of hardened hosts find the lines that they know" as_scanners_ask
point "the lines hold while there is no guard" holds_without_the_guard
point "they hold for a module that has a soft dependency" holds_beside_a_softdep
point "permissive mode keeps nothing out" is_empty_while_permissive
point "mirror off leaves nothing behind" goes_when_it_is_off
finish
