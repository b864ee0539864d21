#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A module that was live before it was denied: the guard can't undo that, and each
# command that is asked says so.
. "${0%/*}/lib/common.sh"

named_by_deny()
{
	insmod "$(test_module nfguard_victim)"
	exits 3 nfguard deny --force nfguard_victim
	says "nfguard_victim is denied.* already live"
	is_live nfguard_victim
}

named_by_apply()
{
	exits 3 nfguard apply
	says "nfguard_victim is denied.* already live"
}

named_by_status()
{
	exits 3 nfguard status
	says "nfguard_victim is denied.* already live"
	exits 3 nfguard status --json
	says '"module": *"nfguard_victim"'
}

by_pattern()
{
	rm -f "$conf"
	exits 3 nfguard deny 'nfguard_vict*'
	says "nfguard_victim is denied.* already live"
}

by_default()
{
	rm -f "$conf"
	echo 'default deny' >"$conf"
	exits 3 nfguard apply --force
	says "nfguard_victim"
}

not_when_allowed()
{
	rm -f "$conf"
	exits 0 nfguard allow nfguard_victim
	exits 0 nfguard status
	says_not "already live"
}

# It is there already: no module is inserted, so no gate decides.
insmod_again()
{
	rm -f "$conf"
	exits 3 nfguard deny --force nfguard_victim
	counters_mark
	exits 1 insmod "$(test_module nfguard_victim)"
	says "File exists"
	equal "loads denied" 0 "$(rise load_denied)"
}

stays_out_once_removed()
{
	rmmod nfguard_victim
	exits 0 nfguard status
	says_not "already live"
	exits 1 insmod "$(test_module nfguard_victim)"
	says "Operation not permitted"
	not_live nfguard_victim
}

builtin_is_named()
{
	local builtin

	builtin=$(sed -n 's,.*/\(.*\)\.ko$,\1,p' "/lib/modules/$(uname -r)/modules.builtin" |
		head -n 1)
	exits 3 nfguard deny "$builtin"
	says "${builtin//-/_} is denied.* built into"
}

plan 9
guard_load
point "deny names it, with exit status 3" named_by_deny
point "apply names it, with exit status 3" named_by_apply
point "status names it, with exit status 3, in JSON too" named_by_status
point "it is also named if a pattern denies it" by_pattern
point "it is also named if the default denies it" by_default
point "a live module that is allowed is not named" not_when_allowed
point "inserting it again does not reach the gate" insmod_again
point "once removed, it does not come back and is not named any more" stays_out_once_removed
point "a denied module that is built in is named, with exit status 3" builtin_is_named
finish
