#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What this machine itself runs on can't be denied by a slip: the driver of the disk
# that the root file system is on, found in the real sysfs.
. "${0%/*}/lib/common.sh"

disk_driver()
{
	local device

	device=$(awk '$5 == "/" { print $3 }' /proc/self/mountinfo)
	basename "$(readlink -e "/sys/dev/block/$device/../../driver/module" ||
		readlink -e "/sys/dev/block/$device/../../../driver/module")"
}

driver=$(disk_driver)

refused()
{
	exits 1 nfguard deny "$driver"
	says "^nfguard: $driver carries the file system / of this host"
	says '^nfguard: nothing was changed'
	[ ! -e "$conf" ] || fail "the policy file was written"
}

refused_in_permissive_mode()
{
	exits 0 nfguard mode permissive
	exits 1 nfguard deny "$driver"
	exits 0 nfguard mode enforcing
}

refused_in_files()
{
	local rule

	mkdir -p "${conf%/*}"
	for rule in "deny $driver" "deny ${driver%?}?" "default deny"; do
		echo "$rule" >"$conf"
		exits 1 nfguard apply
		says "$driver carries the file system / of this host"
		exits 3 nfguard check
		says "$driver carries the file system / of this host"
	done
	rm "$conf"
}

forced()
{
	exits 3 nfguard deny --force "$driver"
	says "nfguard.off=1"
	says "$driver is denied .* but already live"
	# The rule is in force now, so nobody is asked about it again.
	exits 3 nfguard apply
	says_not "carries"
	is_live "$driver"
	exits 0 nfguard remove "$driver"
}

live "$driver" || skip_all "the root file system is on no disk whose driver is a module"
plan 4
guard_load
point "a denial of the root disk's driver is refused" refused
point "so it is in permissive mode" refused_in_permissive_mode
point "by whatever rule" refused_in_files
point "--force takes it" forced
finish
