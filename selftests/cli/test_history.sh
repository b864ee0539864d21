# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# history: who changed what, when and by which command; undo: taking it back.

history=var/lib/nfguard/history

# A host with /var, on which alice (1000) logged in and became root.
history_host()
{
	two_modules
	mkdir -p "$host/root/var/lib" "$host/proc/self"
	echo 0 >"$host/proc/self/loginuid"
	echo '0::/system.slice/cron.service' >"$host/proc/self/cgroup"
	export SUDO_USER=alice
}

# changes NUMBER: so many are recorded.
changes()
{
	local n

	n=$(find "$host/root/$history" -type f 2>/dev/null | wc -l)
	[ "$n" = "$1" ] || bad "$n changes are recorded, not $1"
}

# rules FILE: what it says, without comments, on one line.
rules_are()
{
	local got

	got=$(grep -v -e '^#' -e '^$' "$etc/50-nfguard.conf" 2>/dev/null | paste -sd, )
	[ "$got" = "$1" ] || bad "the rules are '$got', not '$1'"
}

test_history_of_each_change()
{
	needs_json || return 0
	history_host
	nfg history
	exits 0
	out <<<'no change was recorded yet'
	nfg deny base
	nfg mode permissive
	conf etc/nfguard.d/60.conf <<<'allow third'
	nfg apply
	nfg deny --runtime third
	nfg remove base
	# Nothing changes.
	nfg apply
	nfg mode permissive
	nfg deny --dry-run top
	nfg deny nope[
	changes 5
	guard_is_live
	nfg lock --yes
	changes 6
	nfg history --json
	exits 0
	valid_json
	json '[c["number"] for c in d["history"]]' '[6, 5, 4, 3, 2, 1]'
	json '[c["kind"] for c in d["history"]]' \
		"['lock', 'policy', 'policy', 'policy', 'mode', 'policy']"
	json 'd["history"][5]["command"]' 'nfguard deny base'
	json 'd["history"][5]["change"]' '+deny base'
	json 'd["history"][4]["change"]' 'enforcing -> permissive'
	json 'd["history"][3]["change"]' '+allow third'
	json 'd["history"][1]["change"]' '-deny base'
	json 'd["history"][1]["who"]' "$(id -un 0)"
	json 'd["history"][1]["sudo_user"]' alice
	json 'd["history"][1]["unit"]' cron.service
	json 'd["history"][1]["uid"]' "$(id -u)"
	json 'abs(d["history"][0]["time"] - __import__("time").time()) < 600' True
	json 'd["history"][0]["diff"]' None
	nfg history 5 --json
	valid_json
	json '"-deny base\n" in d["history"][0]["diff"]' True
	nfg history
	exits 0
	[ "$(sed -n 2p "$host/out" | awk '{ print $1 }')" = 6 ] || bad "not newest first"
	nfg history 1
	exits 0
	out_has "command  nfguard deny base"
	out_has "change   +deny base"
	out_has "+++ /etc/nfguard.d/50-nfguard.conf"
	[ "$(stat -c %a "$host/root/$history" "$host/root/$history/1" | xargs)" = "700 600" ] ||
		bad "others can read the history"
}

test_history_of_numbers_that_are_none()
{
	history_host
	nfg deny base
	for verb in history undo; do
		nfg $verb 7
		exits 2
		err <<<'nfguard: there is no change 7: there are 1 to 1: nfguard history lists them'
		nfg $verb x
		exits 2
		err <<<"nfguard: 'x': not the number of a change: nfguard history lists them"
	done
}

test_history_is_bounded()
{
	local i

	history_host
	nfg deny base
	for ((i = 2; i <= 230; i++)); do
		cp "$host/root/$history/1" "$host/root/$history/$i"
	done
	nfg deny third
	changes 200
	[ -e "$host/root/$history/231" ] || bad "the newest was dropped"
	[ ! -e "$host/root/$history/31" ] || bad "not the oldest were dropped"
	for ((i = 100; i <= 230; i++)); do
		truncate -s 100000 "$host/root/$history/$i"
	done
	echo nonsense >"$host/root/$history/231"
	nfg deny top
	[ "$(du -bs "$host/root/$history" | cut -f1)" -lt 4400000 ] || bad "more than 4 MiB"
	nfg history 232
	exits 0
	out_has "+deny top"
	err_has "not a whole record of a change, so it is not shown: remove it"
}

# What a boot finds changed is a change, too, once.
test_history_of_a_boot()
{
	history_host
	nfg deny base
	conf etc/nfguard.d/60.conf <<<'deny third'
	reboot_guard
	nfg boot
	exits 0
	changes 2
	nfg history 2
	out_has "command  nfguard boot"
	out_has "change   +deny third"
	reboot_guard
	nfg boot
	changes 2
}

# The mode after a boot, if that is another one than anybody knew of.
test_history_of_the_mode_at_boot()
{
	history_host
	nfg deny base
	for _ in 1 2; do
		reboot_host
		nfg boot
	done
	changes 1
	nfg mode permissive
	changes 2
	reboot_host
	nfg boot
	changes 2
	# The end of what was chosen for one boot.
	nfg mode --runtime enforcing
	changes 3
	nfg boot
	reboot_host
	nfg boot
	nfg boot
	changes 4
	nfg history 4
	out_has "command  nfguard boot"
	out_has "change   enforcing -> permissive"
	# Edited by hand.
	by_hand enforcing
	reboot_host
	nfg boot
	changes 5
	by_hand enforcin
	reboot_host
	nfg boot
	reboot_host
	nfg boot
	changes 6
	nfg history 6
	out_has "note     the stored mode could not be used"
	out_has "change   enforcing -> permissive"
	# Nobody chose it: what is taken back is what somebody did last.
	nfg undo --dry-run
	out <<<'stored mode: unusable -> permissive'
	nfg undo 6
	exits 0
	nfg history 7
	out_has "change   permissive -> enforcing"
}

# Without the kernel module the stored mode is what changes.
test_history_of_a_mode_without_the_module()
{
	history_host
	guard_not_loaded
	nfg mode permissive
	exits 4
	nfg history
	out_has "enforcing -> permissive"
	nfg mode --runtime enforcing
	nfg mode permissive
	changes 1
	nfg undo
	exits 4
	out_has "stored: enforcing"
	nfg history 2
	out_has "change   permissive -> enforcing"
	guard_loaded
	# A record that somebody cut.
	sed -i '/^mode_before/d' "$host/root/$history/2"
	nfg history
	out_has "unknown -> enforcing"
	nfg undo
	exits 1
	err <<<'nfguard: nothing was changed: of change 2 the mode before is not known: nfguard mode enforcing, or nfguard mode permissive'
}

# Stored on a locked host, for the next boot.
test_history_of_a_mode_stored_for_the_next_boot()
{
	history_host
	set_status locked 1
	nfg mode permissive --store
	changes 1
	nfg boot
	changes 1
	reboot_host
	nfg boot
	changes 2
	nfg history 2
	out_has "command  nfguard boot"
	# Nothing was ever recorded, and the kernel module has another mode.
	rm -r "$host/root/var/lib/nfguard" "$etc/mode"
	mkdir -p "$host/root/$history"
	reboot_host
	set_status mode permissive
	nfg boot
	changes 1
}

test_history_of_the_mode_at_boot_without_var()
{
	history_host
	nfg deny base
	nfg mode --runtime permissive
	changes 2
	mv "$host/root/var" "$host/var"
	reboot_host
	nfg boot
	nfg boot
	mv "$host/var" "$host/root/var"
	nfg history
	changes 3
	nfg history 3
	out_has "command  nfguard boot"
	out_has "change   permissive -> enforcing"
	mv "$host/root/var" "$host/var"
	reboot_host
	nfg boot
	[ "$(find "$host/root/run/nfguard/history" -type f | wc -l)" = 1 ] || bad "not one is kept"
	mv "$host/var" "$host/root/var"
	nfg deny third
	changes 4
	[ -z "$(ls "$host/root/run/nfguard/history")" ] || bad "some are left in /run"
	# A policy file that has such a line is none of the mode.
	printf '# kind mode\n# mode_now permissive\n# boot 1\n' | conf etc/nfguard.d/70.conf
	nfg apply
	changes 5
	[ "$(cat "$host/root/var/lib/nfguard/mode")" = enforcing ] || bad "the mode is not as it was"
}

# At boot /var may be missing: the change is kept in /run until it is there.
test_history_without_var()
{
	history_host
	rmdir "$host/root/var/lib"
	nfg deny base
	exits 0
	err_lacks history
	mkdir "$host/root/var/lib"
	nfg deny third
	changes 2
	nfg history 1
	out_has "+deny base"
	[ -z "$(ls "$host/root/run/nfguard/history")" ] || bad "some are left in /run"
}

test_undo_the_last()
{
	history_host
	nfg deny base
	nfg deny third
	rules_are 'deny third,deny base'
	nfg undo
	exits 0
	out_has "/etc/nfguard.d/50-nfguard.conf written, generation 3 -> 4"
	rules_are 'deny base'
	in_force_is 'deny base' || bad "deny base is not in force"
	! in_force_is 'deny third' || bad "deny third is in force"
	grep -qx 'rule deny third' "$host/root/etc/nfguard.d/compiled/modules" && bad "stored"
	changes 3
	nfg history 3
	out_has "note     undo of 2"
	# It is a change as any other.
	nfg undo
	rules_are 'deny third,deny base'
	changes 4
}

test_undo_one_of_many()
{
	history_host
	nfg deny base
	nfg deny third
	nfg deny top
	nfg undo 2
	exits 0
	rules_are 'deny top,deny base'
	nfg undo 2
	exits 0
	out <<<'unchanged: change 2 is taken back already'
	nfg undo 1
	exits 0
	rules_are 'deny top'
	no_temporary
	nfg remove top
	nfg undo
	rules_are 'deny top'
}

test_undo_restores_the_file_byte_for_byte()
{
	history_host
	printf '# mine\n\n deny   top \\\n  third # no newline' | conf etc/nfguard.d/50-nfguard.conf
	nfg apply
	cp "$etc/50-nfguard.conf" "$host/was"
	nfg remove third
	nfg undo
	exits 0
	file etc/nfguard.d/50-nfguard.conf <"$host/was"
	nfg undo 1
	exits 0
	no_file etc/nfguard.d/50-nfguard.conf
}

# Of several files, one is gone and one is new.
test_undo_of_several_files()
{
	history_host
	conf etc/nfguard.d/10.conf <<<'deny base'
	conf etc/nfguard.d/20.conf <<<'deny top'
	nfg apply
	conf etc/nfguard.d/10.conf <<<'deny third'
	rm "$etc/20.conf"
	conf etc/nfguard.d/30.conf <<<'allow top'
	nfg apply
	remember
	nfg undo --dry-run
	exits 0
	out_has "-deny third"
	out_has "+++ /etc/nfguard.d/20.conf"
	untouched
	nfg undo
	exits 0
	file etc/nfguard.d/10.conf <<<'deny base'
	file etc/nfguard.d/20.conf <<<'deny top'
	no_file etc/nfguard.d/30.conf
}

test_undo_refuses_what_changed_since()
{
	history_host
	conf etc/nfguard.d/60.conf <<<'deny base'
	nfg apply
	conf etc/nfguard.d/60.conf <<<'deny top'
	nfg apply
	conf etc/nfguard.d/60.conf <<<'deny third'
	nfg apply
	remember
	nfg undo 2
	exits 1
	err <<<'nfguard: nothing was changed: /etc/nfguard.d/60.conf was changed again since, in the same place: nfguard history 2 shows what to take back; edit the file, then nfguard apply'
	untouched
	set_status locked 1
	remember
	nfg undo
	exits 1
	untouched
}

test_undo_checks_the_files()
{
	history_host
	nfg deny base
	nfg deny third
	conf etc/nfguard.d/60.conf <<<'deny ['
	remember
	nfg undo
	exits 2
	err_has "60.conf:1:6"
	untouched
}

test_undo_in_json()
{
	needs_json || return 0
	history_host
	nfg deny base
	nfg deny third
	conf etc/nfguard.d/60.conf <<<'deny top'
	nfg apply
	remember
	nfg undo 1 --dry-run --json
	exits 0
	valid_json
	json '[(c["change"], c["rule"]) for c in d["changes"]]' "[('remove', 'deny base')]"
	json 'd["files"]' \
		"[{'file': '/etc/nfguard.d/50-nfguard.conf', 'change': 'write'}]"
	untouched
	nfg undo --json
	exits 0
	valid_json
	json 'sorted(d)' "['change', 'files', 'live']"
	json '[d["change"][0][k] for k in ("changed", "generation_before", "generation_after", "file", "file_changed", "rules")]' \
		'[True, 4, 5, None, True, 2]'
	json 'd["files"]' "[{'file': '/etc/nfguard.d/60.conf', 'change': 'remove'}]"
	nfg undo 3 --json
	exits 0
	valid_json
	json '(d["change"][0]["changed"], d["change"][0]["rules"], d["files"])' '(False, None, [])'
	nfg undo 2 --json --confirm 100 <<<yes
	exits 0
	valid_json
	json '[d["change"][0][k] for k in ("changed", "generation_before", "generation_after")]' \
		'[True, 5, 6]'
	nfg mode permissive
	nfg undo --json
	exits 0
	valid_json
	json '[d["mode"][0][k] for k in ("mode", "changed", "before")]' \
		"['enforcing', True, 'permissive']"
	nfg undo 77 --json
	exits 2
	out </dev/null
}

test_undo_of_the_mode()
{
	history_host
	nfg deny base
	nfg mode permissive
	nfg undo --dry-run
	out <<-'END'
	mode in force: permissive -> enforcing
	stored mode: permissive -> enforcing
	END
	nfg undo
	exits 0
	out <<<'permissive -> enforcing'
	changes 3
	nfg history 3
	out_has "note     undo of 2"
	guard_is_live
	nfg lock --yes
	nfg undo 4
	exits 1
	err <<<"nfguard: a lock can't be undone: it lasts until the host reboots"
}

test_undo_with_confirm()
{
	history_host
	nfg deny base
	nfg deny third
	cp "$etc/50-nfguard.conf" "$host/was"
	nfg undo --confirm 1 </dev/null
	exits 1
	file etc/nfguard.d/50-nfguard.conf <"$host/was"
	in_force_is 'deny third' || bad "not in force again"
	changes 2
	nfg undo --confirm 100 <<<yes
	exits 0
	out_has kept
	rules_are 'deny base'
	changes 3
}

test_undo_a_write_that_fails()
{
	history_host
	nfg deny base
	nfg deny third
	remember
	steer errno-replace 28
	nfg undo
	exits 1
	steer errno-replace 0
	in_force_is 'deny third' || bad "not in force again"
	rules_are 'deny third,deny base'
}

test_history_is_for_root()
{
	history_host
	nfg deny base
	needs_nobody || return 0
	nfg history
	exits 1
	err <<<'nfguard: /var/lib/nfguard/history: cannot be read: Permission denied: run it as root'
}
