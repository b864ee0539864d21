#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The stored mode is in effect from the moment that boot loads the module, and a
# host never becomes stricter than it was left.
. "${0%/*}/lib/common.sh"

options=/etc/modprobe.d/nfguard-selftest.conf

stored_without_the_module()
{
	exits 4 nfguard mode permissive
	says "stored: permissive"
	equal "the file" permissive "$(cat "${conf%/*}/mode")"
}

# With a policy of its own from the first moment, which must not be enforced.
permissive_from_the_first_moment()
{
	echo "options nfguard deny=nfguard_victim" >"$options"
	undo rm -f "$options"
	echo "deny nf_conntrack" >"$conf"
	log_mark
	exits 0 nfguard boot
	says "mode: permissive, as stored"
	logged '^nfguard: loaded version=.* mode=permissive$'
	equal "changes of the mode" 0 "$(log_count '^nfguard: mode from=')"
	equal "mode" permissive "$(status mode)"
	grep -qx "rule deny nf_conntrack" "$proc/policy"
	modprobe nf_conntrack
	is_live nf_conntrack
	unload_netfilter
	guard_unload
}

enforcing_outranks_the_option()
{
	echo "options nfguard mode=permissive" >"$options"
	exits 4 nfguard mode enforcing
	log_mark
	exits 0 nfguard boot
	logged '^nfguard: loaded version=.* mode=enforcing$'
	refuses modprobe nf_conntrack
	guard_unload
}

as_loaded_without_a_file()
{
	rm "${conf%/*}/mode"
	exits 0 nfguard boot
	equal "mode" permissive "$(status mode)"
	guard_unload
	rm "$options"
	exits 0 nfguard boot
	equal "mode" enforcing "$(status mode)"
}

no_mode_is_permissive()
{
	echo permisive >"${conf%/*}/mode"
	exits 2 nfguard boot
	says "'permisive' is neither enforcing nor permissive"
	equal "mode" permissive "$(status mode)"
	exits 0 nfguard mode enforcing
	exits 0 nfguard boot
	equal "mode" enforcing "$(status mode)"
}

until_the_reboot()
{
	exits 0 nfguard mode --runtime permissive
	exits 0 nfguard boot
	equal "mode" permissive "$(status mode)"
	guard_unload
	exits 0 nfguard boot
	equal "mode, loaded again" permissive "$(status mode)"
	guard_unload
	rm -rf "$NFGUARD_ROOT/run"
	exits 0 nfguard boot
	equal "mode, after a reboot" enforcing "$(status mode)"
}

plan 6
guard_unload
point "the mode is stored without the module" stored_without_the_module
point "boot loads the module permissive, whatever deny= says" permissive_from_the_first_moment
point "boot loads it enforcing, whatever mode= says" enforcing_outranks_the_option
point "where no mode is stored it stays as loaded" as_loaded_without_a_file
point "what is no mode is permissive, and an error" no_mode_is_permissive
point "--runtime lasts until the reboot and no shorter" until_the_reboot
finish
