# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# deny, allow and remove change the file and the policy in force, or neither if anything
# fails.

head_of_file='# Written by nfguard deny, allow and remove. You can also edit it by hand;
# to apply your changes: nfguard apply
'

test_deny_makes_the_file_and_applies()
{
	rmdir "$etc"
	nfg deny nf-conntrack 'xt_*'
	exits 0
	silent
	out <<<'/etc/nfguard.d/50-nfguard.conf written, generation 1 -> 2'
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny nf-conntrack
	deny xt_*
	END
	in_force <<-'END'
	default allow
	rule deny nf-conntrack
	name deny any nf_conntrack
	rule deny xt_*
	pattern deny any xt_*
	end
	END
	no_temporary
	[ "$(stat -c %a "$etc" "$etc/50-nfguard.conf" | xargs)" = "755 644" ] ||
		bad "modes are not 755 and 644"
}

test_deny_twice_is_unchanged()
{
	nfg deny nf_conntrack
	nfg deny nf-conntrack nf_conntrack
	exits 0
	out <<<'unchanged, generation 2'
	generation 2
}

test_deny_applies_a_rule_that_is_already_in_the_file()
{
	conf etc/nfguard.d/50-nfguard.conf <<<'deny a'
	nfg deny a
	exits 0
	out <<<'/etc/nfguard.d/50-nfguard.conf unchanged, generation 1 -> 2'
}

test_the_new_rule_goes_first_and_the_rest_stays()
{
	conf etc/nfguard.d/50-nfguard.conf <<-'END'
	# my head

	# why xt
	allow  xt_LOG   # loggers
	deny	xt_* \
	   nf_tables \
	   nf_nat   # and these
	END
	nfg allow nf_nat nf_conntrack xt_LOG
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-'END'
	# my head

	allow nf_nat
	allow nf_conntrack
	# why xt
	allow  xt_LOG   # loggers
	deny	xt_* \
	   nf_tables   # and these
	END
}

test_the_other_verdict_replaces_the_rule()
{
	nfg deny a b
	nfg allow a
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	allow a
	deny b
	END
	in_force <<-'END'
	default allow
	rule allow a
	rule deny b
	name deny any b
	end
	END
}

test_a_name_behind_a_pattern_moves_before_it()
{
	conf etc/nfguard.d/50-nfguard.conf <<-'END'
	deny xt_*
	allow xt_LOG
	END
	nfg allow xt_LOG
	exits 0
	silent
	file etc/nfguard.d/50-nfguard.conf <<-'END'
	allow xt_LOG
	deny xt_*
	END
}

test_a_file_without_a_last_newline()
{
	printf '# only a comment' | conf etc/nfguard.d/50-nfguard.conf
	nfg deny a
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-'END'
	# only a comment
	deny a
	END
}

test_unprivileged_is_a_rule_of_its_own()
{
	nfg allow nf_tables
	nfg deny unprivileged nf_tables
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny unprivileged nf_tables
	allow nf_tables
	END
	nfg remove unprivileged nf_tables
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	allow nf_tables
	END
	nfg deny unprivileged nf_tables
	nfg deny nf_tables
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny nf_tables
	END
}

test_remove_takes_one_name_out_of_a_rule()
{
	conf etc/nfguard.d/50-nfguard.conf <<-'END'
	deny a b c   # three
	deny \
	  d \
	  e
	END
	nfg remove a d
	exits 0
	file etc/nfguard.d/50-nfguard.conf <<-'END'
	deny b c   # three
	deny \
	  e
	END
	nfg remove c
	nfg remove b e
	exits 0
	file etc/nfguard.d/50-nfguard.conf </dev/null
	in_force <<-'END'
	default allow
	end
	END
}

test_remove_of_a_name_in_no_file_changes_nothing()
{
	nfg remove a
	exits 3
	out <<<'unchanged, generation 1'
	no_file etc/nfguard.d/50-nfguard.conf
}

test_remove_of_a_name_in_another_file_is_refused()
{
	conf etc/nfguard.d/60-mine.conf <<-'END'
	# mine
	deny x a
	END
	nfg deny b
	nfg deny --runtime c
	remember
	nfg remove a b c
	exits 1
	err_has "nfguard: a is named by /etc/nfguard.d/60-mine.conf:2, which this command does not edit"
	err_has "nfguard: c is named by /run/nfguard.d/00-runtime.conf:4: nfguard remove --runtime c"
	untouched
	nfg remove --runtime b
	exits 1
	err_has "nfguard: b is named by /etc/nfguard.d/50-nfguard.conf:4: nfguard remove b"
}

test_runtime_rules_come_first_and_are_removed_alone()
{
	nfg allow nf_tables
	nfg deny --runtime nf_tables
	exits 0
	file run/nfguard.d/00-runtime.conf <<-END
	$head_of_file
	deny nf_tables
	END
	tail -n +2 "$host/proc/nfguard/policy" | grep -q '^name deny any nf_tables$' ||
		bad "the runtime rule does not decide"
	nfg remove --runtime nf_tables
	exits 0
	in_force <<-'END'
	default allow
	rule allow nf_tables
	end
	END
}

test_runtime_file_that_would_be_shadowed()
{
	conf etc/nfguard.d/00-runtime.conf <<<'deny b'
	remember
	nfg deny --runtime a
	exits 1
	err_has "/run/nfguard.d/00-runtime.conf would be ignored"
	untouched
	no_temporary
}

test_an_earlier_file_that_decides_is_named()
{
	conf etc/nfguard.d/40-first.conf <<-'END'
	# first
	allow nf_*
	END
	nfg deny nf_tables
	exits 3
	err_has "nfguard: nf_tables: 'allow nf_*' at /etc/nfguard.d/40-first.conf:2 comes first and decides"
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny nf_tables
	END
}

test_bad_names_change_nothing()
{
	remember
	nfg deny good 'a b' ''
	exits 2
	err <<-'END'
	nfguard: 'a b' is two names: give each as an argument of its own: a b
	nfguard: '': an empty name
	END
	nfg deny '#x'
	exits 2
	nfg deny $'a\nallow b'
	exits 2
	err_has "'a\\x0aallow b'"
	nfg deny @ @ip* @/net @net/ net//x @net//x
	exits 2
	err <<-'END'
	nfguard: '@': a group is @ and a directory of the module tree, such as @netfilter
	nfguard: '@ip*': a group cannot be a pattern
	nfguard: '@/net': a group is @ and a directory of the module tree, such as @netfilter
	nfguard: '@net/': a group is @ and a directory of the module tree, such as @netfilter
	nfguard: '@net//x': an empty directory name
	END
	nfg deny unprivileged
	exits 2
	nfg deny
	exits 2
	err_has "usage: nfguard deny [--json] [--runtime] [--for TIME] [--dry-run] [--confirm SECONDS] [--unload] [--force] [--yes] [--root DIR] [--kernel VERSION] [unprivileged] NAME..."
	untouched
	no_temporary
}

test_an_error_in_any_file_changes_nothing()
{
	conf etc/nfguard.d/60.conf <<<'dney x'
	remember
	nfg deny a
	exits 2
	err <<-'END'
	nfguard: /etc/nfguard.d/60.conf:1:1: 'dney': a line must begin with allow, deny or default
	nfguard: nothing was changed
	END
	untouched
	no_temporary
	rm "$etc/60.conf"
	conf etc/nfguard.d/50-nfguard.conf <<<'dney x'
	remember
	nfg deny a
	exits 2
	untouched
}

test_a_rule_that_the_kernel_refuses_is_not_saved()
{
	nfg deny a
	for errno in 1 7 22 12 27 30 36 74 84; do
		steer errno-policy "$errno"
		remember
		nfg deny b
		exits 1
		err_has "nfguard: policy not changed: "
		untouched
		no_temporary
	done
	err_has "a byte outside printable ASCII"
}

test_a_first_file_that_the_kernel_refuses_leaves_nothing()
{
	rmdir "$run"
	steer errno-policy 12
	nfg deny --runtime b
	exits 1
	err_has "the kernel is out of memory"
	[ ! -e "$run" ] || bad "the directory is left behind"
}

test_a_full_disk_changes_nothing()
{
	nfg deny a
	steer errno-write 28
	remember
	nfg deny b
	exits 1
	err <<<'nfguard: /etc/nfguard.d/50-nfguard.conf: cannot be written, nothing was changed: No space left on device'
	untouched
	no_temporary
}

test_a_failed_rename_restores_the_previous_policy()
{
	nfg deny a
	cp "$host/proc/nfguard/policy" "$host/before"
	steer errno-replace 30
	nfg deny b
	exits 1
	err_has "50-nfguard.conf: cannot be written, nothing was changed: Read-only file system"
	tail -n +2 "$host/before" | in_force
	generation 4
	no_temporary
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny a
	END
}

test_a_stale_token_is_tried_again()
{
	steer stale 3
	nfg deny a
	exits 0
	out <<<'/etc/nfguard.d/50-nfguard.conf written, generation 4 -> 5'
	in_force <<-'END'
	default allow
	rule deny a
	name deny any a
	end
	END
	steer stale 1000
	nfg deny b
	exits 1
	err_has "something else keeps changing the policy: try again"
	no_temporary
}

test_locked_is_refused_before_anything_is_written()
{
	set_status locked 1
	remember
	nfg deny a
	exits 1
	out </dev/null
	err <<<'nfguard: policy not changed: it is locked until the host reboots: for the next boot, edit the policy files, nfguard apply --store, then reboot'
	nfg remove --runtime a
	exits 1
	untouched
	no_temporary
}

test_without_the_module_the_file_is_saved_and_it_says_so()
{
	guard_not_loaded
	nfg deny a
	exits 4
	out <<<'/etc/nfguard.d/50-nfguard.conf written'
	err <<<'nfguard: the kernel module is not loaded, nothing is in force: nfguard boot'
	file etc/nfguard.d/50-nfguard.conf <<-END
	$head_of_file
	deny a
	END
	guard_off
	nfg deny b
	exits 4
	err_has "loaded with off=1, nothing is in force"
	conf etc/nfguard.d/60.conf <<<'dney x'
	nfg deny c
	exits 2
	! grep -q 'deny c' "$etc/50-nfguard.conf" || bad "the rule was saved anyway"
}

test_a_link_is_left_alone()
{
	conf elsewhere.conf <<<'deny b'
	ln -s "$host/root/elsewhere.conf" "$etc/50-nfguard.conf"
	remember
	nfg deny a
	exits 1
	err_has "/etc/nfguard.d/50-nfguard.conf: a symbolic link, which this command does not edit"
	untouched
}

test_a_private_file_stays_private()
{
	conf etc/nfguard.d/50-nfguard.conf <<<'deny b'
	chmod 600 "$etc/50-nfguard.conf"
	nfg deny a
	exits 0
	[ "$(stat -c %a "$etc/50-nfguard.conf")" = 600 ] || bad "the file's mode has changed"
	file etc/nfguard.d/50-nfguard.conf <<-'END'
	deny a
	deny b
	END
}

test_edits_side_by_side_are_all_kept()
{
	local pids=() i names

	for i in 1 2 3 4 5 6; do
		(
			host_out=$host/$i
			mkdir "$host_out"
			NFGUARD_ROOT=$host/root NFGUARD_PROC=$host/proc \
				NFGUARD_DEBUGFS=$host/debug \
				NFGUARD_MODULES=$host/modules LD_PRELOAD=$fake \
				ASAN_OPTIONS=verify_asan_link_order=0 \
				"$bin" deny "m$i" >"$host_out/out" 2>&1
		) &
		pids+=($!)
	done
	wait "${pids[@]}"
	last="six nfguard deny"
	names=$(sed -n 's/^deny //p' "$etc/50-nfguard.conf" | sort | xargs)
	[ "$names" = "m1 m2 m3 m4 m5 m6" ] || bad "the file has: $names"
	names=$(sed -n 's/^name deny any //p' "$host/proc/nfguard/policy" | sort | xargs)
	[ "$names" = "m1 m2 m3 m4 m5 m6" ] || bad "the policy in force has: $names"
}

test_edits_without_permission_say_so()
{
	chmod 600 "$host/proc/nfguard/policy"
	remember
	needs_nobody || return 0
	nfg deny a
	exits 1
	err_has "cannot be written, nothing was changed: Permission denied: run it as root"
	nfg apply
	exits 1
	err_has "/proc/nfguard/policy: only root may read it: run it as root"
	untouched
	no_temporary
}

# What the warning advises is done, and the warning is gone.
test_an_alias_is_written_as_advised()
{
	tree <<-'END'
	needs kernel/esp4.ko
	alias xfrm-type-2-50 esp4
	END
	nfg deny xfrm-type-2-50
	err_has "'xfrm_type_2_50' is not a module but an alias of esp4, so the rule covers only requests for it: write alias:xfrm_type_2_50, or name the module"
	nfg deny alias:xfrm_type_2_50
	exits 0
	silent
	out_has "written"
	[ "$(grep '^deny' "$etc/50-nfguard.conf")" = "deny alias:xfrm_type_2_50" ] ||
		bad "$(cat "$etc/50-nfguard.conf")"
	nfg deny alias:xfrm-type-2-50
	exits 0
	silent
	out_has unchanged
	nfg deny alias:esp4
	err_has "'esp4' is a module's own name: treated as the module: write esp4 without alias:"
	nfg deny esp4
	exits 0
	silent
	nfg remove xfrm-type-2-50 alias:esp4
	exits 0
	! grep '^deny' "$etc/50-nfguard.conf" || bad "a rule is left"
}
