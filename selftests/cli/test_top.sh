# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# nfguard top, on a terminal of tmux: what is on its screen, and what it leaves.

needs_tmux()
{
	command -v tmux >/dev/null || {
		skip "no tmux, which is what gives a terminal"
		return 1
	}
}

tm()
{
	tmux -S "$host/tmux" -f /dev/null "$@"
}

# rule NUMBER REQUESTS LOADS TEXT: a line of the rules file.
rule()
{
	printf 'rule=%d request_denied=%d request_would_deny=0 load_denied=%d load_would_deny=0 last=1700000060.000 name=nft-expr-ct pid=812 comm=nft uid=0 text="%s"\n' "$@"
}

# counts REQUESTS LOADS: what nf_conntrack's rule denied.
counts()
{
	{
		rule 0 0 0 'default allow' | sed 's/last=[0-9.]* name=[^ ]*/last=0.000 name=-/'
		rule 1 "$1" "$2" 'deny nf_conntrack'
		rule 2 1 0 'deny xt_*'
	} >"$host/debug/nfguard/rules.new"
	mv "$host/debug/nfguard/rules.new" "$host/debug/nfguard/rules"
	printf '%s\n' "request_denied $(($1 + 1))" 'request_allowed 40' \
		'request_would_deny 0' "load_denied $2" 'load_allowed 9' \
		'load_would_deny 0' >"$host/debug/nfguard/counters"
}

# begin_terminal COLUMNS LINES: a terminal with a shell in it.
begin_terminal()
{
	cat >"$host/top" <<-END
	#!/bin/sh
	env NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \\
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="$host/modules" \\
		NFGUARD_SYS="$host/sys" TZ=UTC LC_ALL=C LD_PRELOAD="$fake" \\
		ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99 \\
		\${term:+TERM=\$term} "$bin" top 2>"$host/err"
	echo "status \$?"
	END
	chmod +x "$host/top"
	PS1='ready> ' tm new-session -d -x "$1" -y "$2" bash --norc --noprofile
	shows 'ready>'
}

# Every test that has a terminal ends with it.
end_terminal()
{
	tm kill-server
	! grep -qE 'Sanitizer|runtime error' "$host/err" || {
		bad "a sanitizer's finding"
		sed 's/^/#   /' "$host/err"
	}
}

screen()
{
	tm capture-pane -p
}

# shows [not] TEXT: waits until the screen has it, or has it no longer.
shows()
{
	local i

	for ((i = 0; i < 400; i++)); do
		screen >"$host/screen"
		if [ "$1" = not ]; then
			grep -qF -- "$2" "$host/screen" || return 0
		else
			! grep -qF -- "$1" "$host/screen" || return 0
		fi
		sleep 0.05
	done
	bad "the screen never came to: $*"
	sed 's/^/#   |/' "$host/screen"
	return 1
}

# on_screen REGEX: a line of the screen as it was last seen.
on_screen()
{
	grep -qE -- "$1" "$host/screen" || {
		bad "no line of the screen matches: $1"
		sed 's/^/#   |/' "$host/screen"
	}
}

key()
{
	tm send-keys "$@"
}

start()
{
	key "$host/top" Enter
	shows 'q quit' || bad "$(cat "$host/err")"
}

# new_event SEQ TEXT [PATH]: one more, at this moment.
new_event()
{
	event "$1" $(($(date +%s) + 1)) "$2" "${3:-/}" >>"$host/debug/nfguard/events_pipe"
}

guard_with_denials()
{
	last="nfguard top"
	with_events
	counts 2 1
}

test_top_shows_rules_and_events()
{
	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	start
	shows '22:16:20'
	on_screen '^nfguard top  guarding, enforcing, generation 1 '
	on_screen '^denied: requests 3 \(\+0\), loads 1 \(\+0\)   allowed: requests 40 '
	on_screen '^RULE +DENIED +/S +NOW/S +TOTAL +LAST +NAME'
	on_screen '^deny nf_conntrack +0 +0\.0 +0\.0 +3 +22:14:20 +nft-expr-ct'
	on_screen '^default allow +0 +0\.0 +0\.0 +0 +never +- *$'
	on_screen '^TIME +VERDICT +GATE +NAME +PROGRAM +CONTAINER'
	on_screen '^22:14:20 deny +load +nf_conntrack +nft\[813\] +web.service'
	# The newest is the first.
	[ "$(grep -nE '^22:16:20 allow' "$host/screen" | cut -d: -f1)" -lt \
		"$(grep -nE '^22:13:20 deny' "$host/screen" | cut -d: -f1)" ] ||
		bad "the events are not newest first"
	counts 7 1
	shows 'requests 8 (+5)'
	on_screen '^deny nf_conntrack +5 +[0-9.]+ +[0-9.]+ +8 '
	end_terminal
}

test_top_groups_by_program_and_container()
{
	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	start
	key s
	shows 'PROGRAM  '
	shows 'insmod '
	on_screen '^nft +0 +0\.0 +0\.0 +2 +22:14:20 +nf_conntrack'
	new_event 5 "deny request name=nft-expr-ct rule=\"deny nf_conntrack\" $(asker 815 curl 1000 bash)" \
		/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope
	shows 'curl[815]'
	on_screen '^curl +1 +[0-9.]+ +[0-9.]+ +1 '
	key s
	shows 'docker:0123456789ab '
	on_screen '^CONTAINER +DENIED'
	on_screen '^web.service +0 +0\.0 +0\.0 +1 '
	# An event that was allowed is no denial.
	on_screen '^\(host\) +0 +0\.0 +0\.0 +1 '
	key s
	shows 'deny nf_conntrack '
	key Left
	shows 's by rule'
	key Right
	shows 's by program'
	end_terminal
}

# One event can stand for many verdicts; what may have gone through is no denial.
test_top_counts_equal_verdicts_and_what_went_through()
{
	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	start
	shows 'insmod'
	key s
	shows 'PROGRAM  '
	new_event 5 "deny request name=net-pf-9 rule=\"deny net-pf-9\" $(asker 50 flood 1000 sh) count=7000 first=1700000000.000000"
	shows '7000x net-pf-9'
	on_screen '^flood +7000 +[0-9.]+ +[0-9.]+ +7000 '
	new_event 6 "unenforced request name=net-pf-9 rule=\"deny net-pf-9\" $(asker 50 flood 1000 sh) count=40 first=1700000000.000000"
	new_event 7 "unjudged request name=%s rule=\"default allow\" $(asker 50 flood 1000 sh)"
	shows 'unjudged '
	on_screen ' unenforced request 40x net-pf-9 '
	on_screen '^flood +7000 '
	echo 'request_unenforced 40' >>"$host/debug/nfguard/counters"
	shows '40 requests to be denied may have gone through (+40): nfguard status'
	end_terminal
}

test_top_orders_and_filters()
{
	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	start
	shows 'deny xt_*'
	on_screen 'o order \(most\)'
	key o o o
	shows 'order (name)'
	[ "$(sed -n '5,7p' "$host/screen" | cut -c1-8 | xargs)" = "default deny nf_ deny xt_" ] ||
		bad "not by name: $(sed -n 5,7p "$host/screen")"
	key f
	shows 'filter: _'
	key -l 'nf_connx'
	key BSpace
	shows 'filter: nf_conn_'
	key Enter
	shows 'f filter (nf_conn)'
	! grep -q '^deny xt_' "$host/screen" || bad "a rule that does not match is there"
	! grep -q '^22:15:20' "$host/screen" || bad "an event that does not match is there"
	on_screen '^22:14:20 deny'
	# A pattern is for a whole text. Escape leaves the filter as it was.
	key f BSpace BSpace BSpace BSpace BSpace BSpace BSpace
	key -l 'q*'
	shows 'filter: q*_'
	key Escape
	shows 'f filter (nf_conn)'
	key f BSpace BSpace BSpace BSpace BSpace BSpace BSpace
	key -l 'nft*zz'
	key Enter
	shows 'nothing here matches the filter'
	end_terminal
}

test_top_scrolls_and_survives_a_resize()
{
	local i

	needs_tmux || return 0
	guard_with_denials
	for ((i = 10; i < 60; i++)); do
		rule $i 0 0 "deny module_$i"
	done >>"$host/debug/nfguard/rules"
	begin_terminal 80 24
	start
	shows 'module_10'
	shows 'web.service'
	key NPage
	shows not 'module_10'
	key End
	shows 'module_59'
	key Up
	shows not 'module_59'
	key Down
	shows 'module_59'
	key Home
	shows 'deny nf_conntrack '
	tm resize-window -x 140 -y 50
	shows 'RULE          '
	shows 'module_28'
	on_screen '^22:14:20 deny .* deny nf_conntrack'
	[ "$(wc -l <"$host/screen")" = 50 ] || bad "not 50 lines"
	# Too small for anything but it lives.
	tm resize-window -x 20 -y 4
	shows not 'module_28'
	tm resize-window -x 1 -y 1
	tm resize-window -x 80 -y 24
	shows 'deny nf_conntrack '
	shows 'q quit'
	end_terminal
}

# modes: what stty says of the terminal, left in a file by its shell.
modes()
{
	key "stty -a >$host/stty; echo has-\$?" Enter
	shows 'has-0'
	cat "$host/stty"
	key 'clear' Enter
	shows not 'has-0'
}

test_top_leaves_the_terminal_as_it_was()
{
	local before end

	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	before=$(modes)
	for end in q C-c TERM HUP QUIT; do
		key 'echo kept' Enter
		start
		case $end in
		q | C-c) key $end ;;
		*) kill -$end "$(pgrep -P "$(pgrep -P "$(tm display -p '#{pane_pid}')")")" ;;
		esac
		case $end in
		q) shows 'status 0' ;;
		C-c) shows 'ready>' ;;
		*) shows 'status 1' ;;
		esac
		shows not 'q quit'
		on_screen '^kept'
		key 'clear' Enter
		shows not 'kept'
		[ "$(modes)" = "$before" ] || bad "after $end the terminal is another"
	done
	end_terminal
}

test_top_in_permissive_mode_and_degraded()
{
	needs_tmux || return 0
	guard_with_denials
	set_status mode permissive
	set_status record none
	begin_terminal 80 24
	start
	shows 'would be denied: requests 0'
	shows 'no events are recorded: nfguard events --record denied'
	set_status state degraded
	set_status request_gate 'degraded ENOENT'
	shows 'the request gate is not armed (degraded ENOENT): nfguard status'
	on_screen '^nfguard top  degraded, permissive'
	key q
	shows 'status 4'
	err_has 'the request gate is not armed'
	end_terminal
}

# Whoever asks chooses names; they arrive escaped and stay so.
test_top_of_hostile_names_and_a_flood()
{
	local i now

	needs_tmux || return 0
	guard_with_denials
	begin_terminal 80 24
	start
	now=$(($(date +%s) + 1))
	{
		for ((i = 0; i < 3000; i++)); do
			event $((10 + i)) "$now" "deny request name=x\\x1b[2J$i rule=\"deny x\" $(asker 1 "p$((i % 1500))" 0 sh)"
		done
		echo 'lost=17'
		echo 'no event'
	} >>"$host/debug/nfguard/events_pipe"
	shows '17 events were lost, they came too fast'
	on_screen 'x\\x1b\[2J2999 '
	key s
	shows '(others) '
	on_screen '^\(others\) +1[0-9]{3} '
	end_terminal
}

test_top_says_why_not()
{
	last="nfguard top"
	nfg top
	exits 1
	err <<<'nfguard: top: this is not a terminal: run it in one, or use nfguard events --follow'
	nfg top x
	exits 2
	guard_off
	nfg top
	exits 4
	err_has 'loaded with off=1'
	guard_not_loaded
	nfg top
	exits 4
	err_has 'the kernel module is not loaded, nothing is in force'
	guard_loaded
	rm -r "$host/debug/nfguard"
	nfg top
	exits 1
	err_has 'there is no /sys/kernel/debug/nfguard'
	if needs_tmux; then
		mkdir "$host/debug/nfguard"
		guard_with_denials
		begin_terminal 80 24
		key "term=nonsense $host/top" Enter
		shows 'status 1'
		err_has "unknown terminal type 'nonsense': set TERM"
		end_terminal
	fi
	needs_nobody || return 0
	chmod 700 "$host/debug"
	nfg top
	exits 1
	err_has 'only root may read /sys/kernel/debug/nfguard: run it as root'
}
