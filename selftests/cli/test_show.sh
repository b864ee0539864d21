# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# What the commands show, and with which exit statuses.

with_hits()
{
	nfg deny nf_conntrack 'xt_*'
	set_status rules 2
	cat >"$host/debug/nfguard/rules" <<-'END'
	rule=0 request_denied=0 request_would_deny=0 load_denied=0 load_would_deny=0 last=0.000 name=- pid=0 comm= uid=0 text="default allow"
	rule=1 request_denied=3 request_would_deny=0 load_denied=1 load_would_deny=2 last=1700000000.123 name=nf_conntrack pid=812 comm=evil\x20\x1b[2J uid=1000 text="deny nf_conntrack"
	rule=2 request_denied=0 request_would_deny=0 load_denied=0 load_would_deny=0 last=0.000 name=- pid=0 comm= uid=0 text="deny xt_*"
	END
}

test_status_on_one_screen()
{
	with_hits
	nfg
	exits 0
	silent
	sed -i 's/ *$//' "$host/out"
	out <<-END
	nfguard       guarding, version $version
	mode          enforcing
	locked        no
	request gate  armed
	load gate     registered; last load seen never, denied never, proved never
	ftrace pin    held
	policy        generation 2: 2 rules, 0 names, 0 patterns, default allow; matches the policy files

	RULE              REQUESTS-DENIED LOADS-DENIED LAST-NAME    ASKER                         WHEN
	default allow                   0            0 -            -                             never
	deny nf_conntrack               3            1 nf_conntrack evil\x20\x1b[2J[812] uid 1000 2023-11-14 22:13:20
	deny xt_*                       0            0 -            -                             never
	END
}

test_status_as_JSON()
{
	with_hits
	printf 'nf_conntrack 1 0 - Live 0x0\n' >"$host/proc/modules"
	needs_json || return 0
	nfg status --json
	exits 3
	valid_json
	json 'sorted(d)' "['live', 'rules', 'status', 'switched_off']"
	json 'd["status"][0]["state"]' guarding
	json 'd["status"][0]["locked"]' False
	json 'd["status"][0]["generation"]' 2
	json 'd["status"][0]["files"]' same
	json 'd["rules"][1]["request_denied"]' 3
	json 'd["rules"][1]["last_comm"]' 'evil\x20\x1b[2J'
	json 'd["rules"][1]["last"]' 1700000000
	json 'd["rules"][2]["last"]' None
	json 'd["live"]' "[{'module': 'nf_conntrack', 'why': 'live', 'rule': 'deny nf_conntrack', 'init_functions': None}]"
	set_status locked 1
	nfg --json
	json 'd["status"][0]["locked"]' True
	guard_not_loaded
	nfg status --json
	exits 4
	valid_json
	json 'd["status"][0]["state"]' 'not loaded'
	json 'd["rules"]' '[]'
}

test_status_tells_what_may_have_gone_through()
{
	printf 'request_unenforced 0\n' >"$host/debug/nfguard/counters"
	nfg status
	exits 0
	! grep -q unenforced "$host/out" || bad "there is none"
	printf 'request_unenforced 3\n' >"$host/debug/nfguard/counters"
	nfg status
	exits 0
	out_has "unenforced    3 requests to be denied may have gone through: nfguard events --verdict unenforced"
	printf 'request_unenforced 1\n' >"$host/debug/nfguard/counters"
	nfg status
	out_has "unenforced    1 request to be denied may have gone through: "
	needs_json || return 0
	nfg status --json
	json 'd["status"][0]["request_unenforced"]' 1
	rm -rf "$host/debug/nfguard"
	nfg status --json
	json 'd["status"][0]["request_unenforced"]' None
}

test_status_when_not_loaded_or_off()
{
	guard_not_loaded
	nfg status
	exits 4
	out <<<'nfguard       not loaded'
	err <<<'nfguard: the kernel module is not loaded, nothing is in force: nfguard boot'
	guard_off
	nfg status
	exits 4
	out <<<"nfguard       off, version $version"
	err_has "off=1"
}

test_status_of_a_degraded_guard_names_gate_and_remedy()
{
	set_status state degraded
	set_status request_gate 'degraded -ENAMETOOLONG'
	nfg status
	exits 4
	err_has "nfguard: the request gate is not armed (degraded -ENAMETOOLONG: its probe does not answer): requests get through, only the load gate holds: wait some 10 seconds"
	err_has "if nfguard selftest still fails: modprobe -r nfguard && nfguard boot"
	set_status request_gate armed
	set_status load_gate 'missing -ENOENT'
	nfg status
	exits 4
	err_has "nfguard: the load gate is not registered (missing -ENOENT: No such file or directory): modprobe and insmod pass unseen"
	set_status load_gate registered
	set_status ftrace_pin 'missing -EBUSY'
	nfg status
	exits 4
	err_has "nfguard: the ftrace pin is missing (missing -EBUSY: Device or resource busy): sysctl kernel.ftrace_enabled=0 could switch the request gate off"
	err_lacks "gate is not"
	set_status ftrace_pin unneeded
	set_status state guarding
	nfg status
	exits 0
	silent
	# Whoever can't read debugfs can't know the reason.
	needs_nobody || return 0
	set_status state degraded
	set_status request_gate 'degraded -ENAMETOOLONG'
	nfg status
	exits 4
	err_has "only the load gate holds: run nfguard status as root, which can read why"
}

test_status_when_files_and_kernel_differ()
{
	nfg deny a
	conf etc/nfguard.d/60.conf <<<'deny b'
	nfg status
	exits 0
	out_has "; differs from the policy files"
	err_has "the policy in force (generation 2) differs from the policy files: nfguard apply"
	conf etc/nfguard.d/60.conf <<<'dney b'
	nfg status
	exits 2
	err_has "60.conf:1:1"
	out_has "generation 2: "
}

# sync same|differs|unknown: what status and metrics say of files and kernel.
sync()
{
	local same=0

	nfg metrics
	[ "$1" != same ] || same=1
	grep -qx "nfguard_policy_in_sync $same" "$host/out" ||
		bad "$(grep '^nfguard_policy_in_sync' "$host/out"), but the files are: $1"
	nfg status
	case $1 in
	same) out_has "; matches the policy files" ;;
	differs) out_has "; differs from the policy files" ;;
	unknown) out_lacks "the policy files" ;;
	esac
}

sync_tree()
{
	tree <<-'END'
	needs kernel/net/a.ko
	needs kernel/net/b.ko kernel/net/a.ko
	builtin kernel/net/c.ko
	alias net-pf-3 a
	END
}

# The digests of what a policy was made from tell whether the files still say the same.
test_status_notices_whatever_changed()
{
	sync_tree
	mkdir -p "$host/root/etc/modprobe.d"
	nfg deny a
	exits 0
	sync same
	in_force <<-'END'
	default allow
	rule deny a
	name deny any a
	name deny any b
	name deny any net_pf_3
	end
	END
	echo 'alias net-pf-4 b' >>"$host/modules/modules.alias"
	sync differs
	sed -i '$d' "$host/modules/modules.alias"
	sync same
	echo 'alias net-pf-5 a' >"$host/root/etc/modprobe.d/x.conf"
	sync differs
	# A change from which the same follows.
	echo 'options a x=1' >"$host/root/etc/modprobe.d/x.conf"
	sync same
	echo 'alias symbol:s b' >>"$host/modules/modules.symbols"
	sync differs
	sync_tree
	conf etc/nfguard.d/60.conf <<<'# nothing'
	sync same
	conf etc/nfguard.d/60.conf <<<'allow x'
	sync differs
	rm "$host/root/etc/nfguard.d/60.conf"
	conf run/nfguard.d/60.conf <<<'deny x'
	sync differs
	nfg apply
	exits 0
	sync same
	rm "$host/root/run/nfguard.d/60.conf"
	sync differs
}

test_status_notices_what_cannot_be_compiled()
{
	sync_tree
	nfg deny a
	exits 0
	head -c 8 "$host/modules/modules.alias.bin" >"$host/bin"
	mv "$host/bin" "$host/modules/modules.alias.bin"
	sync unknown
	exits 2
	err_has "modules.alias.bin: truncated: rebuild the index: depmod"
	nfg metrics
	err_has "modules.alias.bin: truncated: rebuild the index: depmod"
	sync_tree
	sync same
	rm "$host/modules/modules.dep"
	sync unknown
	exits 2
	err_has "modules.dep: No such file or directory: rebuild the index: depmod"
	sync_tree
	chmod 666 "$host/root/etc/nfguard.d/50-nfguard.conf"
	sync unknown
	exits 2
	err_has "50-nfguard.conf"
}

# What is stored is not what counts, but what the files say.
test_status_without_a_stored_policy()
{
	local stored=$etc/compiled/modules

	sync_tree
	nfg deny a
	cp "$stored" "$host/whole"
	head -c 100 "$host/whole" >"$stored"
	sync same
	sed 's/deny any a/allow any a/' "$host/whole" >"$stored"
	sync same
	rm "$stored"
	sync same
	conf etc/nfguard.d/60.conf <<<'deny x'
	sync differs
}

# The minutely metrics must not cost a compilation: they believe what was stored.
test_status_does_not_compile_what_is_stored()
{
	local stored=$etc/compiled/modules digest

	sync_tree
	nfg deny a
	sed '1d; s/deny any net_pf_3/allow any net_pf_3/' "$stored" >"$host/body"
	digest=$(sha256sum <"$host/body" | cut -d' ' -f1)
	{
		sed "1!d; s/policy=.*/policy=$digest/" "$stored"
		cat "$host/body"
	} >"$host/whole"
	cat "$host/whole" >"$stored"
	sync differs
}

test_status_without_debugfs()
{
	nfg deny a
	rm -rf "$host/debug/nfguard"
	nfg status
	exits 0
	out_has "deny a"
	err_has "cannot read the hits: there is no /sys/kernel/debug/nfguard"
}

test_status_for_everybody()
{
	nfg deny nf_conntrack
	printf 'nf_conntrack 1 0 - Live 0x0\n' >"$host/proc/modules"
	chmod 600 "$host/proc/nfguard/policy"
	chmod 700 "$host/debug"
	needs_nobody || return 0
	nfg status
	exits 3
	out_has "matches the policy files"
	err_has "cannot read the hits: only root may read"
	err_has "nf_conntrack is denied (deny nf_conntrack) but already live"
	conf etc/nfguard.d/60.conf <<<'deny b'
	nfg status
	exits 0
	err_has "only root can read the policy in force"
}

# A module before the gate is Loading, as is one that got through: the first one goes.
test_a_load_that_is_being_refused_is_not_live()
{
	tree <<<'needs kernel/nf_nat.ko'
	nfg deny nf_nat
	exits 0
	echo 'nf_nat 1 0 - Loading 0x0000000000000000 (OE)' >"$host/proc/modules"
	(sleep 0.2; : >"$host/proc/modules") &
	nfg status
	exits 0
	silent
	wait
}

test_live_and_built_in_modules_are_named()
{
	{
		echo 'nf_conntrack 176128 2 nf_nat,xt_conntrack, Live 0x0000000000000000'
		echo 'nf_nat 1 0 - Loading 0x0000000000000000 (OE)'
		echo 'xt_gone 1 0 - Unloading 0x0000000000000000'
		echo 'nf_other 1 0 - Live 0x0'
		other_modules
	} >"$host/proc/modules"
	tree <<-'END'
	builtin kernel/net/ipv4/tcp-cubic.ko
	builtin kernel/fs/ext4/ext4.ko
	needs kernel/nf_conntrack.ko
	needs kernel/nf_nat.ko
	needs kernel/xt_gone.ko
	END
	nfg deny nf_conntrack nf_nat xt_gone tcp_cubic
	exits 3
	err <<-'END'
	nfguard: nf_conntrack is denied (deny nf_conntrack) but already live: nfguard apply --unload
	nfguard: nf_nat is denied (deny nf_nat) but already live: nfguard apply --unload
	nfguard: tcp_cubic is denied (deny tcp_cubic) but built into this kernel, whose symbols (/proc/kallsyms) do not name its init function: boot a kernel without it
	END
	nfg apply
	exits 3
	nfg status
	exits 3
	err_has "nf_conntrack is denied"
	nfg mode permissive
	nfg status
	exits 0
	err_lacks "nf_conntrack is denied"
	nfg apply
	exits 0
	err_has "permissive mode: nothing is denied, only counted and reported; to enforce the policy: nfguard mode enforcing"
	nfg mode enforcing
	set_status state degraded
	set_status request_gate 'degraded -ENOENT'
	nfg apply
	exits 4
}

test_live_under_an_allow_list()
{
	conf etc/nfguard.d/10.conf <<-'END'
	default deny
	allow ext4
	END
	printf '%s 1 0 - Live 0x0\n' ext4 nfguard sd_mod virtio >"$host/proc/modules"
	tree <<-'END'
	needs kernel/ext4.ko
	builtin kernel/lib/crc.ko
	END
	nfg apply --yes
	exits 3
	err <<<'nfguard: denied by default but already live; allow those that this host needs, rmmod the others: sd_mod virtio'
}

test_live_though_denied_to_unprivileged_askers()
{
	echo 'nf_tables 1 0 - Live 0x0' >"$host/proc/modules"
	nfg deny unprivileged nf_tables
	exits 3
	err_has "nf_tables is denied to unprivileged askers (deny unprivileged nf_tables) but already live: rmmod nf_tables, unless root needs it"
}

# What root runs on is not to be taken down for a rule that is about users.
test_live_for_root_though_denied_to_users()
{
	echo 'nf_tables 1 3 - Live 0x0' >"$host/proc/modules"
	nfg deny unprivileged nf_tables
	exits 3
	err_has "leave it while root needs it; users can use what is live"
	err_lacks rmmod
	nfg doctor
	out_has "nf_tables is denied to unprivileged askers but already live"
	out_has "leave it while root needs it; users can use what is live"
	nfg verify nf_tables
	out_has "leave it while root needs it; users can use what is live"
}

test_list_with_places_hits_and_entries()
{
	conf usr/lib/nfguard.d/10-vendor.conf <<-'END'
	default allow
	deny unprivileged nf_tables
	END
	with_hits
	conf etc/nfguard.d/60.conf <<<'allow xt_LOG'
	nfg list
	exits 0
	# The width of the first column depends on the host's path.
	sed -i 's/  */ /g' "$host/out"
	out <<-'END'
	WHERE RULE REQUESTS-DENIED LOADS-DENIED LAST-NAME ASKER WHEN MODULES ENTRIES
	/usr/lib/nfguard.d/10-vendor.conf:2 deny unprivileged nf_tables 0 1
	/etc/nfguard.d/50-nfguard.conf:4 deny nf_conntrack 3 1 nf_conntrack evil\x20\x1b[2J[812] uid 1000 2023-11-14 22:13:20 0 1
	/etc/nfguard.d/50-nfguard.conf:5 deny xt_* 0 0 - - never 0 1
	/etc/nfguard.d/60.conf:1 allow xt_LOG 0 0
	default allow (/usr/lib/nfguard.d/10-vendor.conf:1)
	END
	err_has "60.conf:1:7: 'xt_LOG' can never match here"
	err_has "differs from the policy files: nfguard apply"
	needs_json || return 0
	nfg list --json
	valid_json
	json 'len(d["rules"])' 4
	json 'd["rules"][1]["load_would_deny"]' 2
	json '[e["name"] for e in d["entries"]]' "['nf_tables', 'nf_conntrack', 'xt_*']"
	json 'd["entries"][2]["kind"]' pattern
}

test_mode()
{
	nfg mode
	exits 0
	out <<<enforcing
	nfg mode permissive
	exits 0
	out <<<'enforcing -> permissive'
	nfg mode permissive
	exits 0
	out <<<'unchanged: permissive'
	nfg mode off
	exits 2
	err_has "mode 'off': must be enforcing or permissive"
	steer errno-mode 30
	nfg mode enforcing
	exits 1
	err_has "mode not changed: it is locked"
	guard_not_loaded
	nfg mode
	exits 4
	nfg mode permissive
	exits 4
}

test_lock()
{
	guard_is_live
	steer errno-lock 1
	nfg lock --yes
	exits 1
	err_has "lock not changed: this needs CAP_MAC_ADMIN"
	rm "$host/proc/fake/errno-lock"
	nfg lock --yes
	exits 0
	out_has "locked: generation 1, enforcing"
	nfg lock --yes
	exits 0
	out_has "already locked: generation 1, enforcing"
	guard_off
	nfg lock --yes
	exits 1
}

is_locked()
{
	grep -qx "locked $1" "$host/proc/nfguard/status" || bad "locked is not $1"
}

# A lock would keep what does not hold, so it is refused, with what to do in that state.
test_lock_while_degraded()
{
	guard_is_live
	mkdir -p "$host/debug/kprobes" "$host/proc/sys/kernel" \
		"$host/sys/kernel/livepatch/fix_it/vmlinux/__request_module,1"
	echo 1 | tee "$host/debug/kprobes/enabled" "$host/proc/sys/kernel/ftrace_enabled" \
		>"$host/sys/kernel/livepatch/fix_it/enabled"
	set_status state degraded
	set_status request_gate 'degraded -ENAMETOOLONG'
	nfg lock --yes
	exits 1
	err <<-'END'
	nfguard: the request gate is not armed (degraded -ENAMETOOLONG: its probe does not answer): requests get through, only the load gate holds: the live patch fix_it replaces __request_module: echo 0 > /sys/kernel/livepatch/fix_it/enabled, or boot a kernel that has the fix; the kernel module then arms it within some 10 seconds
	nfguard: not locked: what does not hold might stay so until the host reboots: do the above and lock again, or lock all the same: nfguard lock --degraded
	END
	is_locked 0
	echo 0 >"$host/sys/kernel/livepatch/fix_it/enabled"
	echo 0 >"$host/debug/kprobes/enabled"
	nfg lock --yes
	err_has "only the load gate holds: kprobes are off: echo 1 > /sys/kernel/debug/kprobes/enabled; the kernel module then arms"
	echo 1 >"$host/debug/kprobes/enabled"
	echo 0 >"$host/proc/sys/kernel/ftrace_enabled"
	set_status request_gate 'degraded -EBUSY'
	set_status ftrace_pin 'missing -EBUSY'
	nfg lock --yes
	err_has "the request gate is not armed (degraded -EBUSY: Device or resource busy): requests get through, only the load gate holds: ftrace is off: sysctl kernel.ftrace_enabled=1; the kernel module then arms"
	err_has "the ftrace pin is missing (missing -EBUSY: Device or resource busy): ftrace is off, and the request gate can't be armed: sysctl kernel.ftrace_enabled=1"
	echo 1 >"$host/proc/sys/kernel/ftrace_enabled"
	set_status request_gate armed
	set_status ftrace_pin held
	set_status load_gate 'missing -12'
	nfg lock --yes
	err_has "the load gate is not registered (missing -12: Cannot allocate memory): modprobe and insmod pass unseen: modprobe -r nfguard && nfguard boot"
	exits 1
	is_locked 0
	# It may hold again when it is asked for; the kernel module decides.
	set_status load_gate registered
	set_status state guarding
	steer errno-lock 19
	nfg lock --yes
	exits 1
	err <<<'nfguard: not locked: a gate did not hold at that moment, but does now: lock again'
}

test_lock_degraded()
{
	guard_is_live
	set_status state degraded
	set_status request_gate 'degraded -EILSEQ'
	nfg lock --degraded
	exits 1
	err_has "add --yes if you mean it"
	is_locked 0
	nfg lock --degraded --yes
	exits 4
	is_locked 1
	out_has "locked: generation 1, enforcing"
	err_has "warning: locked although the guard is degraded: until the host reboots, what can't be armed again stays as it is"
	err_has "requests get through, only the load gate holds: wait some 10 seconds, as the kernel module tries to arm it again; if nfguard selftest still fails: reboot"
	# A whole guard is locked by it too.
	set_status locked 0
	set_status state guarding
	set_status request_gate armed
	nfg lock --degraded --yes
	exits 0
	err_lacks "degraded"
}

# A removal that is forced and was begun before goes on.
test_lock_lost_to_a_removal()
{
	guard_is_live
	steer removal 1
	nfg lock --yes
	exits 1
	[ ! -s "$host/out" ] || bad "it says: $(cat "$host/out")"
	err <<<'nfguard: the lock is lost: the kernel module was just being removed (rmmod -f?), and nothing is in force: nfguard boot && nfguard lock'
	nfg history
	out <<<'no change was recorded yet'
	# Or it is gone altogether.
	set_status locked 0
	steer removal 0
	: >"$host/proc/modules"
	nfg lock --yes
	exits 1
	err_has "the lock is lost"
}

test_stats()
{
	printf 'request_allowed 12\nrequest_denied 3\nfrom_the_future 1\n' \
		>"$host/debug/nfguard/counters"
	nfg stats
	exits 0
	silent
	out <<-'END'
	COUNTER         VALUE
	request_allowed    12
	request_denied      3
	from_the_future     1
	END
	nfg stats --explain
	out_has "requests that the request gate refused"
	rm -rf "$host/debug/nfguard"
	nfg stats
	exits 1
	err_has "cannot read the counters: there is no /sys/kernel/debug/nfguard"
}

test_stats_as_JSON()
{
	needs_json || return 0
	printf 'request_allowed 12\nrequest_denied 3\n' >"$host/debug/nfguard/counters"
	nfg stats --json --explain
	valid_json
	json 'd["counters"][1]["value"]' 3
	json 'd["counters"][1]["meaning"]' 'requests that the request gate refused'
}

test_selftest_without_its_module()
{
	nfg selftest
	exits 1
	out <<-'END'
	ok      request gate: the canary was caught
	not ok  load gate: not proved
	END
	err_has "there is no module nfguard_proof in modules"
	guard_not_loaded
	nfg selftest
	exits 4
	guard_loaded
	set_status request_gate 'degraded -ENAMETOOLONG'
	set_status state degraded
	nfg selftest
	exits 4
	out_has "not ok  request gate: degraded -ENAMETOOLONG"
}

test_apply_without_the_module_checks_the_files()
{
	guard_not_loaded
	nfg apply
	exits 4
	err_has "nothing is in force"
	conf etc/nfguard.d/60.conf <<<'dney b'
	nfg apply
	exits 4
	err_has "60.conf:1:1"
}

test_a_policy_text_of_another_format()
{
	echo 'policy 2 token=x entries=0' >"$host/proc/nfguard/policy"
	nfg apply
	exits 1
	err_has "/proc/nfguard/policy: unknown format"
}

test_help_usage_and_completion_come_from_one_table()
{
	local verb

	nfg help
	exits 0
	for verb in status deny allow remove list apply mode lock boot stats doctor selftest help; do
		out_has "  $verb "
	done
	out_has "  3  done, but a denied module is live or built in"
	cp "$host/out" "$host/help"
	nfg --help
	cmp -s "$host/out" "$host/help" || bad "--help and help differ"
	nfg help deny
	exits 0
	out_has "nfguard deny [--json] [--runtime] [--for TIME] [--dry-run] [--confirm SECONDS] [--unload] [--force] [--yes] [--root DIR] [--kernel VERSION] [unprivileged] NAME..."
	cp "$host/out" "$host/help"
	nfg deny --help
	cmp -s "$host/out" "$host/help" || bad "deny --help and help deny differ"
	nfg --version
	out <<<"nfguard $version"
	nfg --complete
	[ "$(xargs <"$host/out")" = "status deny allow remove preset list mirror apply check why impact test verify mode lock history undo boot events top generate import stats metrics doctor selftest help" ] ||
		bad "completes $(xargs <"$host/out")"
	nfg --complete stats
	[ "$(xargs <"$host/out")" = "--json --explain --all --wide" ] || bad "completes $(xargs <"$host/out")"
}

test_bad_usage()
{
	nfg frobnicate
	exits 2
	err_has "no verb 'frobnicate': nfguard help lists them"
	nfg status extra
	exits 2
	nfg apply --dot
	exits 2
	err_has "apply: no option '--dot': nfguard help apply lists its options"
	nfg deny -x a
	exits 2
	nfg mode a b
	exits 2
	generation 1
}
