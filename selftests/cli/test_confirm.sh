# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# --confirm: what nobody confirms is as if it had never been, whoever was killed in
# between, and whether or not the power was cut.

compiled=etc/nfguard.d/compiled

# trial ARGUMENT...: the command, in the background, until it asks. Descriptor 4 is
# where an answer goes; $trial is its process.
trial()
{
	last="nfguard $*"
	rm -f "$host/input"
	: >"$host/out"
	mkfifo "$host/input"
	exec 4<>"$host/input"
	env NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="$host/modules" \
		NFGUARD_SYS="$host/sys" TZ=UTC LC_ALL=C LD_PRELOAD="$fake" \
		ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 \
		"$bin" "$@" <"$host/input" >"$host/out" 2>"$host/err" &
	trial=$!
	wait_until grep -q 'type yes' "$host/out" || bad "it does not ask"
}

# The processes that have the lock of the trial open, but not the command itself.
watchers()
{
	find /proc/[0-9]*/fd -lname "$host/root/run/nfguard/trial" 2>/dev/null |
		cut -d/ -f3 | sort -u | grep -vx "$trial"
}

no_watcher()
{
	[ -z "$(watchers)" ]
}

kill_watcher()
{
	local pid

	pid=$(watchers)
	[ "$(wc -w <<<"$pid")" = 1 ] || bad "not one process restores, but: $pid"
	kill -KILL "$pid"
}

# trial_ends STATUS
trial_ends()
{
	wait "$trial"
	status=$?
	exits "$1"
	sed -i "s|$host/root||g" "$host/out" "$host/err"
	wait_until no_watcher || bad "the process that restores is still there"
}

# The power is cut, and the host comes up again.
power_cut()
{
	local pid

	for pid in $(watchers) "$trial"; do
		kill -KILL "$pid" 2>/dev/null
	done
	wait "$trial" 2>/dev/null
	wait_until no_watcher
	rm -rf "$host/root/run/nfguard.d" "$host/root/run/nfguard"
	mkdir -p "$host/root/run/nfguard.d" "$host/proc/sys/kernel/random"
	echo "$RANDOM-$RANDOM" >"$host/proc/sys/kernel/random/boot_id"
	guard_loaded
}

# Three files, of which the operator changes one, removes one and adds one.
edited_files()
{
	two_modules
	printf 'deny old # no newline' | conf etc/nfguard.d/10-a.conf
	printf 'allow third \\\n' | conf etc/nfguard.d/20-b.conf
	mkdir -p "$host/root/usr/share/presets"
	conf usr/share/presets/p.conf <<<'deny base'
	ln -s ../../usr/share/presets/p.conf "$etc/30-p.conf"
	chmod 640 "$etc/10-a.conf"
	nfg apply
	(cd "$etc" && cp -a 10-a.conf 20-b.conf 30-p.conf "$host/") || exit
	cp "$host/root/$compiled/modules" "$host/was-stored"
	tail -n +2 "$host/proc/nfguard/policy" >"$host/was-in-force"
	conf etc/nfguard.d/10-a.conf <<<'deny new'
	chmod 640 "$etc/10-a.conf"
	rm "$etc/20-b.conf" "$etc/30-p.conf"
	conf etc/nfguard.d/40-c.conf <<<'deny third'
}

all_restored()
{
	file etc/nfguard.d/10-a.conf <"$host/10-a.conf"
	file etc/nfguard.d/20-b.conf <"$host/20-b.conf"
	[ "$(readlink "$etc/30-p.conf")" = ../../usr/share/presets/p.conf ] ||
		bad "the link to the preset is not restored"
	[ "$(stat -c %a "$etc/10-a.conf")" = 640 ] || bad "10-a.conf has another mode"
	no_file etc/nfguard.d/40-c.conf
	file etc/nfguard.d/10-a.conf.unconfirmed <<<'deny new'
	file etc/nfguard.d/40-c.conf.unconfirmed <<<'deny third'
	file "$compiled/modules" <"$host/was-stored"
	no_file "$compiled/unconfirmed"
	in_force <"$host/was-in-force"
	no_temporary
}

test_confirm_time_out_restores_each_file()
{
	edited_files
	nfg apply --confirm 1 </dev/null
	exits 1
	err_has "not confirmed: the previous policy was restored; so were the policy files, and yours are kept as /etc/nfguard.d/10-a.conf.unconfirmed, /etc/nfguard.d/40-c.conf.unconfirmed"
	all_restored
	nfg status
	err_lacks differs
}

test_confirm_no_restores_at_once()
{
	edited_files
	trial apply --confirm 10000
	echo no >&4
	trial_ends 1
	all_restored
}

test_confirm_yes_keeps_and_stores()
{
	edited_files
	trial apply --confirm 10000
	file "$compiled/modules" <"$host/was-stored"
	[ -s "$host/root/$compiled/unconfirmed" ] || bad "no mark on the disk"
	echo yes >&4
	trial_ends 0
	out_has kept
	file etc/nfguard.d/10-a.conf <<<'deny new'
	no_file etc/nfguard.d/10-a.conf.unconfirmed
	no_file "$compiled/unconfirmed"
	grep -qx 'rule deny third' "$host/root/$compiled/modules" || bad "not stored"
	nfg boot
	exits 0
	in_force_is 'deny new' || bad "boot restored what was confirmed"
}

test_confirm_the_command_is_killed()
{
	local signal

	for signal in KILL TERM HUP INT; do
		edited_files
		trial apply --confirm 10000
		kill -$signal "$trial"
		wait "$trial" 2>/dev/null
		wait_until no_watcher || bad "after SIG$signal: nobody restored"
		all_restored
		rm -rf "$etc"/*.unconfirmed "$etc"/*.conf
	done
}

test_confirm_the_watcher_is_killed()
{
	edited_files
	trial apply --confirm 10000
	kill_watcher
	trial_ends 1
	err_has "not confirmed: the previous policy was restored"
	all_restored
}

test_confirm_both_are_killed()
{
	edited_files
	trial apply --confirm 10000
	kill -STOP "$trial"
	kill_watcher
	kill -KILL "$trial"
	wait "$trial" 2>/dev/null
	in_force_is 'deny new' || bad "somebody restored"
	nfg status
	err_has "nfguard apply --confirm 10000 changed the policy files, was not confirmed by "
	err_has "nfguard boot restores the files, nfguard apply keeps the change"
	nfg check
	err_has "nfguard boot restores the files"
	nfg doctor
	out_has "nfguard boot restores the files"
	nfg deny third
	exits 1
	err_has "the policy files hold a change that was never confirmed: nfguard boot restores the files, nfguard apply keeps the change"
	nfg lock --yes
	exits 1
	nfg boot
	exits 0
	err_has "nfguard apply --confirm 10000 was never confirmed: the policy files were restored, and what was in them is kept as /etc/nfguard.d/10-a.conf.unconfirmed"
	all_restored
	nfg status
	err_lacks unconfirmed
}

test_confirm_apply_keeps_what_is_left()
{
	edited_files
	trial apply --confirm 10000
	power_cut
	nfg apply
	exits 0
	no_file "$compiled/unconfirmed"
	file etc/nfguard.d/10-a.conf <<<'deny new'
	grep -qx 'rule deny new' "$host/root/$compiled/modules" || bad "not stored"
}

test_confirm_power_cut()
{
	edited_files
	trial apply --confirm 10000
	power_cut
	nfg boot
	exits 0
	err_has "was never confirmed: the policy files were restored"
	all_restored
	nfg boot
	silent
}

# The restoring itself is cut: each state that it can leave is restored by the boot.
test_confirm_power_cut_while_restoring()
{
	local cut

	for cut in 'mv 10-a.conf 10-a.conf.unconfirmed' \
		'mv 10-a.conf 10-a.conf.unconfirmed; cp -a ../../../10-a.conf .' \
		'mv 10-a.conf 10-a.conf.unconfirmed; cp -a ../../../10-a.conf ../../../20-b.conf .' \
		'mv 40-c.conf 40-c.conf.unconfirmed'; do
		edited_files
		trial apply --confirm 10000
		power_cut
		(cd "$etc" && eval "$cut")
		nfg boot
		exits 0
		last="$cut"
		all_restored
		rm -rf "$etc"/*.unconfirmed "$etc"/*.conf
	done
}

# A root that is not writable yet: what was stored is used, and the mark stays.
test_confirm_power_cut_and_a_root_that_is_read_only()
{
	edited_files
	trial apply --confirm 10000
	power_cut
	steer errno-replace 30
	nfg boot
	exits 0
	err_has "until they can be written and are restored, those stored before it are used"
	in_force <"$host/was-in-force"
	steer errno-replace 5
	nfg boot
	exits 2
	err_has "could not be restored (Input/output error): nfguard boot tries again"
	in_force <"$host/was-in-force"
	steer errno-replace 0
	nfg boot
	exits 0
	all_restored
}

test_confirm_shadowed_files()
{
	two_modules
	conf usr/lib/nfguard.d/50.conf <<<'deny base'
	conf usr/lib/nfguard.d/60.conf <<<'deny third'
	conf etc/nfguard.d/60.conf <<<'allow third'
	nfg apply
	conf etc/nfguard.d/50.conf <<<'allow base'
	rm "$etc/60.conf"
	nfg apply --confirm 1 </dev/null
	exits 1
	no_file etc/nfguard.d/50.conf
	file etc/nfguard.d/50.conf.unconfirmed <<<'allow base'
	file etc/nfguard.d/60.conf <<<'allow third'
	file usr/lib/nfguard.d/50.conf <<<'deny base'
	file usr/lib/nfguard.d/60.conf <<<'deny third'
	no_file usr/lib/nfguard.d/60.conf.unconfirmed
}

one_edit()
{
	two_modules
	mkdir -p "$host/root/var/lib"
	nfg deny top
	cp "$etc/50-nfguard.conf" "$host/was"
	cp "$host/root/$compiled/modules" "$host/was-stored"
	tail -n +2 "$host/proc/nfguard/policy" >"$host/was-in-force"
}

edit_undone()
{
	file etc/nfguard.d/50-nfguard.conf <"$host/was"
	file "$compiled/modules" <"$host/was-stored"
	in_force <"$host/was-in-force"
	no_file etc/nfguard.d/50-nfguard.conf.unconfirmed
	no_temporary
}

test_confirm_deny_and_remove()
{
	one_edit
	nfg deny --confirm 1 third </dev/null
	exits 1
	out_has "not written yet"
	edit_undone
	nfg remove --confirm 1 top </dev/null
	exits 1
	edit_undone
	nfg allow --confirm 100 top <<<no
	exits 1
	edit_undone
	nfg deny --confirm 100 third <<<yes
	exits 0
	out_has kept
	grep -qx 'deny third' "$etc/50-nfguard.conf" || bad "not written"
	grep -qx 'rule deny third' "$host/root/$compiled/modules" || bad "not stored"
	in_force_is 'deny third' || bad "not in force"
	# Nothing to confirm.
	nfg deny --confirm 100 third </dev/null
	exits 0
	out <<<'unchanged, generation 9'
}

test_confirm_deny_and_who_is_killed()
{
	one_edit
	trial deny --confirm 10000 third
	in_force_is 'deny third' || bad "not in force"
	kill -KILL "$trial"
	wait "$trial" 2>/dev/null
	wait_until no_watcher || bad "nobody restored"
	edit_undone
	trial deny --confirm 10000 third
	kill_watcher
	trial_ends 1
	edit_undone
	trial deny --confirm 10000 third
	power_cut
	nfg boot
	exits 0
	silent
	edit_undone
}

test_confirm_deny_and_both_are_killed()
{
	one_edit
	trial deny --confirm 10000 third
	kill -STOP "$trial"
	kill_watcher
	kill -KILL "$trial"
	wait "$trial" 2>/dev/null
	nfg status
	err_has "nfguard deny --confirm 10000 third changed the policy in force, was not confirmed"
	err_has "nfguard apply puts the policy files into effect again"
	nfg apply
	exits 0
	edit_undone
	nfg status
	err_lacks confirmed
}

test_confirm_one_at_a_time()
{
	one_edit
	trial deny --confirm 10000 third
	for verb in "deny base" "allow base" "remove top" "apply" "mode permissive" \
		"lock" "apply --store" "apply --confirm 5" "undo"; do
		# shellcheck disable=SC2086
		env NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \
			NFGUARD_MODULES="$host/modules" LD_PRELOAD="$fake" \
			ASAN_OPTIONS=verify_asan_link_order=0 TZ=UTC \
			"$bin" $verb </dev/null >"$host/out2" 2>"$host/err2"
		[ $? = 1 ] || bad "$verb was not refused"
		grep -q "nothing was changed: nfguard deny --confirm 10000 third waits to be confirmed until .* (process $trial): type yes or no there, or wait" \
			"$host/err2" || bad "$verb: $(cat "$host/err2")"
	done
	in_force_is 'deny third' || bad "not in force any more"
	echo no >&4
	trial_ends 1
	edit_undone
}

test_confirm_mode()
{
	nfg mode --confirm 1 permissive </dev/null
	exits 1
	err_has "not confirmed: the mode is enforcing again"
	grep -qx 'mode enforcing' "$host/proc/nfguard/status" || bad "still permissive"
	trial mode --confirm 10000 permissive
	kill -KILL "$trial"
	wait "$trial" 2>/dev/null
	wait_until grep -qx 'mode enforcing' "$host/proc/nfguard/status" ||
		bad "still permissive"
	wait_until no_watcher
	nfg mode --confirm 100 permissive <<<yes
	exits 0
	out_has kept
	grep -qx 'mode permissive' "$host/proc/nfguard/status" || bad "enforcing again"
	nfg mode --dry-run enforcing
	out <<-'END'
	mode in force: permissive -> enforcing
	stored mode: permissive -> enforcing
	END
	grep -qx 'mode permissive' "$host/proc/nfguard/status" || bad "it was a dry run"
	nfg mode --dry-run
	exits 2
}

test_confirm_bad_times()
{
	local verb

	one_edit
	remember
	for verb in "deny third" "allow third" "remove top" "mode permissive"; do
		# shellcheck disable=SC2086
		nfg $verb --confirm 0
		exits 2
		err_has "${verb%% *}: --confirm '0': must be a number of seconds from 1 to 86400"
	done
	untouched
}

test_dry_run_of_an_edit()
{
	one_edit
	remember
	nfg deny --dry-run third
	exits 0
	out_has "+deny third"
	out_has "+ deny third (2 entries)"
	nfg remove --dry-run top
	exits 0
	out_has "-deny top"
	nfg deny --dry-run top
	out <<<'nothing would change'
	untouched
}

# Without a record of the files, there is nothing to restore them from.
test_confirm_after_an_old_version()
{
	one_edit
	rm "$host/root/run/nfguard/applied"
	printf '# Kept by nfguard, in case a boot finds an error in a policy file.\ndeny top\n\n' \
		>"$host/root/$compiled/last-good"
	conf etc/nfguard.d/60.conf <<<'deny third'
	nfg apply --confirm 1 </dev/null
	exits 1
	err_has "nobody recorded what the policy files held before"
	err_has "the policy files stay as they are"
	in_force <"$host/was-in-force"
	file etc/nfguard.d/60.conf <<<'deny third'
}
