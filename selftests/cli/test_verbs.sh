# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Options of apply, --for, check, why, and inspecting another system.

old_policy()
{
	conf etc/nfguard.d/50.conf <<<'deny old'
	nfg apply
	conf etc/nfguard.d/50.conf <<<'deny new'
}

# in_force_is RULE
in_force_is()
{
	grep -qx "rule $1" "$host/proc/nfguard/policy"
}

wait_until()
{
	local end=$((SECONDS + 20))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

test_dry_run_shows_and_changes_nothing()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny base
	deny gone
	END
	nfg apply
	sed -i '/top/d' "$host/modules/modules.alias"
	echo 'alias new-alias base' >>"$host/modules/modules.alias"
	conf etc/nfguard.d/50.conf <<-'END'
	default deny
	deny base
	allow third
	END
	remember
	nfg apply --dry-run
	exits 0
	out <<-'END'
	  default allow -> deny
	- deny gone (1 entry)
	  deny base
	    - deny any top_alias
	    + deny any new_alias
	+ allow third (2 entries)
	END
	untouched
	nfg apply
	nfg apply --dry-run
	out <<<'nothing would change'
	nfg apply
	out <<<'unchanged, generation 3'
}

test_a_change_that_nobody_confirms_is_rolled_back()
{
	old_policy
	nfg apply --confirm 1 </dev/null
	exits 1
	out_has "type yes within 1 s to keep it"
	err_has "not confirmed: the previous policy was restored"
	in_force_is 'deny old' || bad "the previous policy was not restored"
	generation 4
}

test_confirmed_by_yes()
{
	old_policy
	nfg apply --confirm=1000 <<<'yes'
	exits 0
	in_force_is 'deny new' || bad "the new policy is gone"
	generation 3
	# Nothing changed, so there is nothing to confirm.
	nfg apply --confirm 1000 </dev/null
	exits 0
	out <<<'unchanged, generation 3'
}

test_the_rollback_outlives_the_program()
{
	old_policy
	mkfifo "$host/input"
	exec 4<>"$host/input"
	env NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="$host/modules" \
		LD_PRELOAD="$fake" ASAN_OPTIONS=verify_asan_link_order=0 \
		"$bin" apply --confirm 2 <"$host/input" >"$host/out" 2>"$host/err" &
	wait_until grep -q 'type yes' "$host/out" || bad "it does not ask for yes"
	in_force_is 'deny new' || bad "the new policy is not in force"
	kill -KILL $!
	wait $! 2>/dev/null
	wait_until in_force_is 'deny old' || bad "the previous policy was not restored"
}

test_a_rollback_leaves_another_change_alone()
{
	old_policy
	nfg apply --confirm 2 </dev/null &
	wait_until in_force_is 'deny new' || bad "the new policy is not in force"
	sed -i 's/new/third/; s/\.3 /.4 /' "$host/proc/nfguard/policy"
	wait
	in_force_is 'deny third' || bad "the other change is gone"
	err_has "could not be restored"
}

test_a_bad_time_changes_nothing()
{
	local time

	old_policy
	remember
	for time in '' x 0 -1 1.5 86401 1s 99999999999999999999; do
		nfg apply --confirm "$time"
		exits 2
		err_has "--confirm '$time': must be a number of seconds from 1 to 86400"
	done
	for time in '' x 0s 10 m 10w -1m 1.5h 366d 99999999999999999999s; do
		nfg deny --for "$time" a
		exits 2
		err_has "--for '$time': must be a time such as 90s, 10m, 2h or 1d, at most a year"
	done
	nfg apply --confirm
	exits 2
	err_has "apply: --confirm: SECONDS is missing"
	nfg apply --dry-run=x
	exits 2
	err_has "apply: --dry-run takes no value"
	untouched
}

test_for_a_limited_time_needs_systemd()
{
	remember
	nfg deny --for 10m a
	exits 1
	err_has "deny: --for needs systemd"
	untouched
	no_file run/nfguard.d/00-runtime.conf
}

# systemd STATUS: a fake one that records what it is asked for, and exits with STATUS.
systemd()
{
	local program

	mkdir -p "$host/root/run/systemd/system" "$host/bin"
	for program in systemd-run systemctl; do
		cat >"$host/bin/$program" <<-END
		#!/bin/sh
		echo "$program \$*" >>"$host/systemd"
		exit $1
		END
		chmod +x "$host/bin/$program"
	done
	PATH=$host/bin:$PATH
}

# Compares what systemd was asked for, without the random part of the unit's name.
asked()
{
	sed -E 's/nfguard-for-[0-9a-f]+/nfguard-for-ID/g; s| /[^ ]*nfguard | NFGUARD |' \
		"$host/systemd" >"$host/asked"
	same "what systemd was asked for" "$host/asked"
}

test_for_a_limited_time()
{
	systemd 0
	nfg deny --for 10m unprivileged a alias:b-c
	exits 0
	out_has ".timer will remove it again"
	asked <<<'systemd-run --quiet --collect --on-active=600s --timer-property=AccuracySec=1s --unit=nfguard-for-ID --property=SuccessExitStatus=3 -- NFGUARD remove --runtime -- unprivileged a alias:b-c'
	in_force <<-'END'
	default allow
	rule deny unprivileged a
	name deny unprivileged a
	rule deny unprivileged alias:b-c
	name deny unprivileged b_c
	end
	END
	nfg remove --runtime -- unprivileged a alias:b-c
	exits 0
	in_force <<-'END'
	default allow
	end
	END
}

test_a_timer_that_can_not_be_created()
{
	systemd 1
	remember
	nfg allow --for 1h a
	exits 1
	err_has "allow: systemd-run could not create the timer"
	untouched
}

test_a_timer_for_a_failed_edit_is_removed()
{
	systemd 0
	conf etc/nfguard.d/60.conf <<<'dney a'
	nfg deny --for 1d a
	exits 2
	asked <<-'END'
	systemd-run --quiet --collect --on-active=86400s --timer-property=AccuracySec=1s --unit=nfguard-for-ID --property=SuccessExitStatus=3 -- NFGUARD remove --runtime -- a
	systemctl --quiet stop nfguard-for-ID.timer
	END
}

test_check_reports_what_is_not_enforced()
{
	two_modules
	echo 'softdep third pre: base' >"$host/modules/modules.softdep"
	mkdir -p "$host/root/etc/modules-load.d"
	printf '# comment\n\nbase\n other\n' >"$host/root/etc/modules-load.d/x.conf"
	echo 'base 1 0 - Live 0x0' >"$host/proc/modules"
	conf etc/nfguard.d/50.conf <<-'END'
	allow top
	deny base
	deny third
	END
	remember
	nfg check
	exits 3
	out <<<'1 file, 3 rules, 8 entries, default allow: no errors'
	err <<-'END'
	nfguard: /etc/nfguard.d/50.conf:1:7: 'top' stays denied: it needs base, which 'deny base' at /etc/nfguard.d/50.conf:2 denies: change one of these rules
	nfguard: /etc/modules-load.d/x.conf:3: base is denied (deny base), so systemd-modules-load fails to load it: remove that line
	nfguard: base is denied (deny base) but already live: nfguard apply --unload
	END
	untouched
	: >"$host/proc/modules"
	rm "$host/root/etc/modules-load.d/x.conf"
	conf etc/nfguard.d/50.conf <<-'END'
	deny top
	deny unprivileged base
	END
	nfg check
	exits 0
	err <<-'END'
	nfguard: warning: a request for shared is let through, as it also leads to third; the load gate denies top
	nfguard: warning: a request for both is let through, as it also leads to base; the load gate denies top
	nfguard: warning: stays open to unprivileged askers: base, as a soft dependency of third, which they may request
	END
}

test_check_of_one_file()
{
	conf etc/nfguard.d/50.conf <<<'deny a'
	printf 'deny b\nbad\n' >"$host/one"
	nfg check "$host/one"
	exits 2
	err <<<"nfguard: one:2:1: 'bad': a line must begin with allow, deny or default"
	echo 'deny b c' >"$host/one"
	nfg check "$host/one"
	exits 0
	out <<<'1 file, 1 rule, 2 entries, default allow: no errors'
	nfg check "$host/none"
	exits 2
	err <<<"nfguard: none: No such file or directory"
}

test_why_of_a_symbol()
{
	two_modules
	nfg why symbol:top_sends
	exits 0
	out_has "top"
	nfg why symbol:nobody
	exits 1
	err_has "'symbol:nobody' is not a module or alias of this kernel"
	# That it can't be read is not that there is none.
	sed -i '2s/ top$//' "$host/modules/modules.symbols"
	nfg why symbol:top_sends
	exits 2
	err_has 'not a line "alias ALIAS MODULE"'
	err_lacks "is not a module"
}

# By aliases of devices, several to a module, and several modules to one.
test_why_of_a_device()
{
	tree <<-'END'
	needs kernel/one.ko
	needs kernel/two.ko
	alias pci:v00008086d00000001* one
	alias pci:v00008086d0000000[23]* one
	alias pci:v00008086d00000002sv* two
	alias usb:v1234p* two
	alias fs-two two
	END
	nfg why usb:v1234p0001
	exits 0
	out_has "two"
	out_has "usb:v1234p*"
	out_has "pci:v00008086d00000002sv*"
	out_has "fs_two"
	# By two aliases, to two modules.
	nfg why pci:v00008086d00000002sv0
	exits 0
	out_has "one"
	out_has "two"
	nfg why pci:v00008086d00000004
	exits 1
	nfg why one
	out_has "pci:v00008086d00000001*"
	out_has "pci:v00008086d0000000[23]*"
	# A rule that names one decides, though its module is named by none.
	conf etc/nfguard.d/50.conf <<<'deny alias:usb:v1234p0001'
	nfg apply --yes
	nfg test --request usb:v1234p0001
	exits 5
	nfg test --request usb:v1234p0002
	exits 0
	nfg test two
	exits 0
}

test_why_is_a_tree_of_the_ways_in()
{
	two_modules
	echo 'softdep third pre: base' >"$host/modules/modules.softdep"
	conf etc/nfguard.d/50.conf <<-'END'
	allow third
	deny base
	deny unprivileged third
	END
	nfg why base
	exits 0
	sed -i 's/  */ /g; s/ $//' "$host/out"
	LC_ALL=C sed -i 's/[^ -~]/-/g; s/--*/-/g' "$host/out"
	out <<-'END'
	WAY-IN VERDICT RULE AT
	base deny deny base /etc/nfguard.d/50.conf:2
	|-base_alias deny deny base /etc/nfguard.d/50.conf:2
	|-both deny deny base /etc/nfguard.d/50.conf:2
	|-top deny deny base /etc/nfguard.d/50.conf:2
	| |-top_alias deny deny base /etc/nfguard.d/50.conf:2
	| |-shared allow allow third /etc/nfguard.d/50.conf:1
	| |-both deny deny base /etc/nfguard.d/50.conf:2
	| `-1 symbol of top deny deny base /etc/nfguard.d/50.conf:2
	`-softdep of third allow allow third /etc/nfguard.d/50.conf:1
	END
	nfg why top-alias
	exits 0
	out_has "top "
	nfg why nothing
	exits 1
	err_has "'nothing' is not a module or alias of this kernel"
	nfg why 'x*'
	exits 2
	nfg why base --dot
	exits 0
	out_has 'digraph ways {'
	out_has '"top" -> "base";'
	out_has '"softdep of third" -> "base" [style=dashed];'
	needs_json || return 0
	nfg why base --json
	valid_json
	json 'd["ways"][0]["children"][2]["name"]' top
	json 'd["ways"][0]["children"][2]["because_of"]' base
	json 'd["ways"][0]["children"][2]["children"][0]["kind"]' alias
}

test_list_for_the_kernel_command_line()
{
	two_modules
	conf etc/nfguard.d/50.conf <<-'END'
	deny base
	deny unprivileged third
	END
	nfg list --cmdline
	exits 0
	silent
	out <<<'module_blacklist=base'
	nfg list --expand
	sed -i 's/  */ /g; s/ $//' "$host/out"
	LC_ALL=C sed -i 's/[^ -~]/-/g; s/--*/-/g' "$host/out"
	out <<-'END'
	RULE VERDICT WHY
	deny base /etc/nfguard.d/50.conf:1
	|-base deny
	|-top deny needs base
	|-base_alias deny request
	|-both deny request
	|-symbol:top_sends deny request
	`-top_alias deny request
	deny unprivileged third /etc/nfguard.d/50.conf:2
	|-third deny
	`-shared deny request
	END
}

# An image with two kernels and its own policy files.
image()
{
	two_modules
	mkdir -p "$host/image/etc/nfguard.d" "$host/image/lib/modules"
	cp -r "$host/modules" "$host/image/lib/modules/6.1"
	cp -r "$host/modules" "$host/image/lib/modules/7.3"
	echo 'kernel/net/later.ko: kernel/net/base.ko' \
		>>"$host/image/lib/modules/7.3/modules.dep"
	echo 'deny base' >"$host/image/etc/nfguard.d/50.conf"
	no_modules
}

test_another_system_and_another_kernel()
{
	image
	remember
	nfg check --root "$host/image" --kernel 7.3
	exits 0
	out <<<'1 file, 1 rule, 7 entries, default allow: no errors'
	nfg list --root "$host/image" --kernel=7.3 --cmdline
	out <<<'module_blacklist=base'
	nfg why later --root "$host/image" --kernel 7.3
	exits 0
	nfg why later --root "$host/image" --kernel 6.1
	exits 1
	nfg apply --dry-run --root "$host/image" --kernel 6.1
	exits 0
	out <<<'+ deny base (6 entries)'
	nfg check --root "$host/image"
	exits 2
	err_has "image/lib/modules: several kernels have modules here: choose one with --kernel: "
	rm -r "$host/image/lib/modules/6.1"
	nfg check --root "$host/image"
	exits 0
	nfg check --root "$host/image" --kernel 9.9
	exits 2
	err_has "image/lib/modules/9.9: no module tree for this kernel (there are: 7.3): install its package"
	nfg check --root "$host/none"
	exits 2
	err_has "--root none: not a directory"
	nfg check --kernel ../x
	exits 2
	nfg apply --root "$host/image"
	exits 2
	err_has "--root and --kernel need --dry-run or --store"
	untouched
}
