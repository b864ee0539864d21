# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# What a person reads: messages about common mistakes, and tables on a terminal;
# and what programs read in their place.

# --- mistakes ---------------------------------------------------------------

# mistyped MESSAGE ARGUMENT...: refused before anything is done, first with this.
mistyped()
{
	local want=$1

	shift
	nfg "$@"
	exits 2
	out </dev/null
	head -n 1 "$host/err" >"$host/first"
	same "the message" "$host/first" <<<"nfguard: $want"
}

test_mistyped_verbs()
{
	remember
	mistyped "no verb 'statu': did you mean status?" statu
	mistyped "no verb 'evnets': did you mean events?" evnets
	mistyped "no verb 'DENY': did you mean deny?" DENY x
	mistyped "no verb 'removed': did you mean remove?" help removed
	mistyped "no verb 'install': nfguard help lists them" install
	mistyped "no verb 'a\\x1b[2J': nfguard help lists them" $'a\e[2J'
	untouched
}

test_mistyped_options()
{
	local verb

	remember
	mistyped "status: no option '--jsno': did you mean --json?" status --jsno
	mistyped "status: no option '--jsno': did you mean --json?" --jsno
	nfg --root /nonexistent deny nf_tables
	exits 2
	err <<<"nfguard: options come after the verb: nfguard deny --root..."
	mistyped "events: no option '--sicne': did you mean --since?" events --sicne=10m
	mistyped "deny: no option '--runtme': did you mean --runtime?" deny --runtme a
	mistyped "list: no option '--dot': nfguard help list lists its options" list --dot
	mistyped "why: no option '-j': nfguard help why lists its options" why -j a
	mistyped "stats: no option '--verison': did you mean --version?" stats --verison
	mistyped "metrics: --output: FILE is missing" metrics --output
	mistyped "events: --json takes no value" events --json=yes
	# What each verb makes of an option that none has.
	nfg --complete
	cp "$host/out" "$host/verbs"
	while read -r verb; do
		mistyped "$verb: no option '--frobnicate': nfguard help $verb lists its options" \
			"$verb" --frobnicate
		[ "$(sed -n '2s/\(nfguard [a-z]*\).*/\1/p' "$host/err")" = "usage: nfguard $verb" ] ||
			bad "no usage"
	done <"$host/verbs"
	untouched
}

test_help_and_version_anywhere()
{
	local flag verb

	nfg --version
	cp "$host/out" "$host/version"
	for verb in "" status deny events help; do
		for flag in -V --version; do
			# shellcheck disable=SC2086	# none or one
			nfg $verb $flag
			exits 0
			silent
			out <"$host/version"
		done
		# shellcheck disable=SC2086
		nfg $verb --help
		cp "$host/out" "$host/help"
		# shellcheck disable=SC2086
		nfg $verb -h
		exits 0
		silent
		out <"$host/help"
	done
}

# Of each verb, all its options together, and each pair that is refused both ways.
test_options_that_exclude_each_other()
{
	remember
	mistyped "list: --cmdline excludes --json and --expand: give one or the other" \
		list --json --expand --cmdline
	mistyped "list: --modprobe excludes --json: give one or the other" list --json --modprobe
	mistyped "list: --cmdline excludes --modprobe: give one or the other" list --modprobe --cmdline
	mistyped "why: --dot excludes --json: give one or the other" why --json --dot a
	mistyped "apply: --dry-run excludes --confirm and --unload: give one or the other" \
		apply --unload --confirm 5 --dry-run
	mistyped "apply: --store excludes --unload: give one or the other" apply --store --unload
	mistyped "apply: --dry-run excludes --store: give one or the other" apply --store --dry-run
	mistyped "deny: --dry-run excludes --confirm: give one or the other" \
		deny --dry-run --confirm 5 a
	mistyped "mode: --store excludes --confirm: give one or the other" \
		mode permissive --store --confirm 5
	mistyped "apply: --root excludes --confirm: give one or the other" \
		apply --root / --confirm 5
	mistyped "generate: --allow-list excludes --deny-list: give one or the other" \
		generate --deny-list --allow-list
	mistyped "events: --record excludes --follow, --rule and --since: give one or the other" \
		events --record all --rule x --follow --since 10m
	untouched
	nfg list --json --expand --wide
	exits 0
}

test_mistyped_names()
{
	remember
	mistyped "'foo bar' is two names: give each as an argument of its own: foo bar" deny 'foo bar'
	mistyped "'a\\x0ab\\x0ac' is three names: give each as an argument of its own: a b c" \
		allow $'a\nb\nc'
	mistyped "'a b c d' is several names: give each as an argument of its own: a b c d" remove 'a b c d'
	mistyped "' foo' has a blank at its end or beginning: write foo" deny ' foo'
	mistyped "'a b' is two names: give each as an argument of its own: a b" why 'a b'
	mistyped "'caf\\xc3\\xa9': a byte outside printable ASCII" deny café
	untouched
}

test_remove_what_no_rule_names()
{
	local text

	nfg deny nf_conntrack b
	remember
	nfg remove nope
	exits 3
	err <<<'nfguard: no rule names nope: nfguard list shows the rules'
	out <<<'unchanged, generation 2'
	nfg remove nf-contrack
	exits 3
	err_has "no rule names nf-contrack: did you mean nf_conntrack?"
	nfg remove unprivileged b
	exits 3
	err_has "no unprivileged rule names b: nfguard list shows the rules"
	untouched
	# What is named is removed all the same.
	nfg remove nope b
	exits 3
	err_has "no rule names nope"
	text=$(grep -v '^#' "$etc/50-nfguard.conf" | xargs)
	[ "$text" = "deny nf_conntrack" ] || bad "the file has: $text"
	generation 3
}

# --- once, and on one line ---------------------------------------------------

# A rule in /run has the rest compiled a second time, to be stored.
test_each_warning_once()
{
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny nowhere base'
	nfg allow --runtime third
	exits 0
	[ "$(grep -c "'nowhere' is not a module" "$host/err")" = 1 ] || {
		bad "not once"
		cat "$host/err"
	}
	nfg apply
	[ "$(grep -c "'nowhere' is not a module" "$host/err")" = 1 ] || bad "apply: not once"
}

seven_live()
{
	local n

	for n in 1 2 3 4 5 6 7; do
		echo "needs kernel/net/m$n.ko"
	done | { cat; echo "builtin kernel/b1.ko"; echo "builtin kernel/b2.ko"; } | tree
	for n in 7 6 5 4 3 2 1; do
		echo "m$n 1 0 - Live 0x0"
	done >"$host/proc/modules"
	conf etc/nfguard.d/50.conf <<<'deny m[1-6] b1 b2
deny m7'
}

test_a_finding_about_seven_modules_is_a_line()
{
	local names="m6, m5, m4, m3, m2, m1" apart="m6 m5 m4 m3 m2 m1"

	seven_live
	nfg apply --yes
	exits 3
	err <<-END
	nfguard: m7 is denied (deny m7) but already live: nfguard apply --unload
	nfguard: $names are denied (deny m[1-6] b1 b2) but already live: nfguard apply --unload
	nfguard: b1, b2 are denied (deny m[1-6] b1 b2) but built into this kernel, whose symbols (/proc/kallsyms) do not name their init functions: boot a kernel without them
	END
	nfg check
	exits 3
	err_has "nfguard: $names are denied"
	nfg doctor
	exits 3
	out_has "m7, $names are denied but already live"
	out_has "    remedy: nfguard apply --unload"
	out_has "b1, b2 are denied but built into this kernel"
	[ "$(grep -c "already live" "$host/out")" = 1 ] || bad "more than a line"
	set_status locked 1
	nfg status
	err_has "$names are denied (deny m[1-6] b1 b2) but already live: rmmod $apart"
	nfg doctor
	out_has "    remedy: rmmod m7 $apart"
	set_status locked 0
	# One that is used, and says by what, stands alone.
	sed -i 's/^m6 1 0/m6 1 1/' "$host/proc/modules"
	nfg status
	err_has "m6 is denied (deny m[1-6] b1 b2) but already live, and stays: something uses it"
	err_has "${names#m6, } are denied (deny m[1-6] b1 b2) but already live: nfguard apply --unload"
	nfg doctor
	out_has "m6 is denied but already live, and stays: something uses it"
	out_has "m7, ${names#m6, } are denied but already live"
	sed -i 's/^m6 1 1/m6 1 0/' "$host/proc/modules"
	needs_json || return 0
	# For programs each is an object.
	nfg doctor --json
	json '[f["text"] for f in d["findings"] if f["check"] == "live"][0]' "m7 is denied but already live"
	json 'len([f for f in d["findings"] if f["check"] == "live"])' 7
	printf 'm7 1 0 - Live 0x0\n' >"$host/proc/modules"
	nfg doctor
	out_has "m7 is denied but already live"
}

test_soft_dependencies_share_a_line()
{
	tree <<-'END'
	needs kernel/user.ko
	needs kernel/a.ko
	needs kernel/b.ko
	END
	echo 'softdep user pre: a b' >"$host/modules/modules.softdep"
	conf etc/nfguard.d/50.conf <<<'deny a b'
	nfg check
	exits 0
	err <<<'nfguard: warning: a, b are soft dependencies of user, which is allowed: modprobe will try them, and the load gate will deny them'
}

# --- events -----------------------------------------------------------------

# storm N: so many equal ones, each of a process of its own, between two others.
storm()
{
	local i

	event 1 1700000000 "deny request name=one rule=\"deny one\" $(asker 5 nft 0 bash)"
	for ((i = 0; i < $1; i++)); do
		event $((i + 2)) $((1700000010 + i)) "deny request name=ip_tables rule=\"deny x\" $(asker $((100 + i)) iptables-restor 0 ufw)"
	done
	event 90 1700000100 "deny request name=one rule=\"deny one\" $(asker 5 nft 0 bash)"
	event 91 1700000110 "deny request name=one rule=\"deny one\" $(asker 5 nft 0 bash)"
}

test_equal_events_are_a_line_with_a_count()
{
	storm 40 >"$host/debug/nfguard/events"
	nfg events
	exits 0
	silent
	sed -i 's/  */ /g; s/ $//' "$host/out"
	out <<-'END'
	TIME COUNT VERDICT GATE NAME REQUEST PROGRAM PARENT UID NAMESPACES CONTAINER RULE
	2023-11-14 22:13:20 deny request one - nft[5] bash 0 - - deny one
	2023-11-14 22:14:09 40 deny request ip_tables - iptables-restor[100,...] ufw 0 - - deny x
	2023-11-14 22:15:10 2 deny request one - nft[5] bash 0 - - deny one
	END
	nfg events --no-fold
	[ "$(wc -l <"$host/out")" = 44 ] || bad "$(wc -l <"$host/out") lines, not 44"
	! grep -q COUNT "$host/out" || bad "a count of nothing"
	storm 2 >"$host/debug/nfguard/events_pipe"
	nfg events --follow
	[ "$(wc -l <"$host/out")" = 4 ] || bad "--follow: $(wc -l <"$host/out") lines, not 4"
	out_has "deny x (2 times)"
	nfg events --follow --no-fold
	[ "$(wc -l <"$host/out")" = 6 ] || bad "--follow --no-fold: not 6 lines"
	needs_json || return 0
	nfg events --json
	json 'len(d["events"])' 43
}

test_events_that_do_not_match()
{
	storm 3 >"$host/debug/nfguard/events"
	nfg events --name nothing
	exits 0
	err <<<'nfguard: warning: no event matches: there are 6, since 2023-11-14 22:13:20'
	: >"$host/debug/nfguard/events"
	nfg events
	exits 0
	err <<<'nfguard: warning: there are no events: nothing was denied since the kernel module was loaded'
	set_status record none
	nfg events
	exits 0
	err <<<'nfguard: warning: there are no events, and none are recorded: nfguard events --record denied'
}

# --- groups -----------------------------------------------------------------

groups_tree()
{
	tree <<-'END'
	needs kernel/net/netfilter/nf_conntrack.ko
	needs kernel/net/netfilter/xt_conntrack.ko kernel/net/netfilter/nf_conntrack.ko
	needs kernel/net/ipv4/netfilter/iptable_nat.ko kernel/net/netfilter/nf_conntrack.ko
	needs kernel/net/sched/sch_fq.ko
	alias net-pf-16-proto-12 xt_conntrack
	END
}

test_list_shows_the_directories_of_a_group()
{
	groups_tree
	conf etc/nfguard.d/50.conf <<<'deny @netfilter @net/sched @nowhere'
	nfg list
	out_has "@netfilter: net/netfilter, net/ipv4/netfilter"
	out_has "@net/sched: net/sched"
	out_has "@nowhere: no such directory"
	nfg list --expand
	grep -q -- '-@netfilter  *net/netfilter, net/ipv4/netfilter$' "$host/out" ||
		bad "no line of the group"
	needs_json || return 0
	nfg list --json
	json '[g["directory"] for g in d["groups"] if g["group"] == "@netfilter"]' \
		"['net/netfilter', 'net/ipv4/netfilter']"
}

# --- on a terminal ------------------------------------------------------------

# on_terminal COLUMNS ARGUMENT...: the command on a terminal of that width. The
# root is relative, so that paths are about as long as on a host.
on_terminal()
{
	local columns=$1

	shift
	last="nfguard $* at $columns columns"
	cat >"$host/typed" <<-END
	#!/bin/sh
	stty cols $columns rows 24
	cd "$host/root" || exit
	exec env NFGUARD_ROOT=. NFGUARD_PROC="$host/proc" \
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="$host/modules" \
		NFGUARD_SYS="$host/sys" LD_PRELOAD="$fake" TZ=UTC LC_ALL=C \
		TERM=xterm ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99 \
		$bin $* 2>"$host/err"
	END
	chmod +x "$host/typed"
	SHELL=/bin/sh script -qec "$host/typed" /dev/null </dev/null >"$host/coloured"
	status=$?
	sed -i 's/\r$//' "$host/coloured"
	sed 's/\x1b\[[0-9;]*m//g; s/ *$//' "$host/coloured" >"$host/out"
	! grep -qE 'Sanitizer|runtime error' "$host/err" || bad "a sanitizer's finding"
}

# fits COLUMNS: no line is longer.
fits()
{
	local long

	long=$(awk -v n="$1" 'length($0) > n' "$host/out" | head -n 1)
	[ -z "$long" ] || bad "a line of ${#long}: $long"
	[ -s "$host/out" ] || bad "nothing was printed"
}

needs_terminal()
{
	command -v script >/dev/null || {
		skip "no script(1), which is what gives a terminal"
		return 1
	}
}

test_tables_fit_a_terminal()
{
	local columns

	needs_terminal || return 0
	groups_tree
	with_events
	mkdir -p "$host/root/var/lib"
	nfg deny @netfilter 'xt_*' 'nf_[a-z]*' nf_conntrack
	with_hits
	echo 'events_lost 1' >"$host/debug/nfguard/counters"
	for columns in 80 100 132; do
		on_terminal $columns list
		fits $columns
		on_terminal $columns list --expand
		fits $columns
		on_terminal $columns why nf_conntrack
		fits $columns
		on_terminal $columns events
		fits $columns
		on_terminal $columns events --follow
		fits $columns
		on_terminal $columns stats --explain
		fits $columns
		on_terminal $columns status
		fits $columns
		on_terminal $columns history
		fits $columns
	done
	on_terminal 80 events
	out <<-'END'
	TIME           VERDICT    GATE    NAME         PROGRAM      RULE
	11-14 22:13:20 deny       request nft-expr-ct  nft[812]     deny nf_conntrack
	11-14 22:14:20 deny       load    nf_conntrack nft[813]     deny nf_conntrack
	11-14 22:15:20 would-deny load    xt_LOG       insmod[77]   deny xt_* "q"
	11-14 22:16:20 allow      load    dummy        modprobe[78] default allow
	(not shown: REQUEST, PARENT, UID, NAMESPACES, CONTAINER; --wide shows all)
	END
	on_terminal 80 list
	out_has "(not shown: LAST-NAME, ASKER, WHEN, ENTRIES; --wide shows all)"
	on_terminal 80 history
	out_has "CHANGE"
	# All of it, as in a pipe.
	nfg history
	sed -i 's/ *$//' "$host/out"
	out_has "nfguard deny @netfilter xt_* nf_[a-z]* nf_conntrack"
	out_has "+deny @netfilter, +deny xt_*, +deny nf_[a-z]*, +deny nf_conntrack"
	sed 's/^.* nfguard deny/nfguard deny/' "$host/out" >"$host/all"
	on_terminal 80 history --wide
	sed -i 's/^.* nfguard deny/nfguard deny/' "$host/out"
	out <"$host/all"
	nfg events
	sed -i 's/ *$//' "$host/out"
	cp "$host/out" "$host/all"
	on_terminal 80 events --wide
	out <"$host/all"
	on_terminal 200 events
	out <"$host/all"
}

test_denials_have_colour()
{
	local red=$'\e[1;31m' yellow=$'\e[33m'

	needs_terminal || return 0
	groups_tree
	with_events
	nfg deny nf_conntrack
	on_terminal 80 events
	[ "$(grep -cF "${red}deny" "$host/coloured")" = 2 ] || bad "denials are not red"
	grep -qF "${yellow}would-deny" "$host/coloured" || bad "would-deny is not yellow"
	on_terminal 80 events --follow
	[ "$(grep -cF "${red}deny" "$host/coloured")" = 2 ] || bad "--follow: denials are not red"
	on_terminal 80 why nf_conntrack
	grep -qF "${red}deny" "$host/coloured" || bad "why has no colour"
	on_terminal 80 list --expand
	grep -qF "${red}deny" "$host/coloured" || bad "list --expand has no colour"
	export NO_COLOR=1
	for verb in events "events --follow" "why nf_conntrack" "list --expand"; do
		on_terminal 80 "$verb"
		! grep -q $'\e' "$host/coloured" || bad "colour in spite of NO_COLOR"
	done
	unset NO_COLOR
	nfg events
	! grep -q $'\e' "$host/out" || bad "colour in a pipe"
}

# --- for programs -----------------------------------------------------------

# Nothing but the document is on stdout.
one_document()
{
	python3 -m json.tool <"$host/out" >/dev/null 2>&1 || {
		bad "not one JSON document"
		sed 's/^/#   /' "$host/out"
	}
}

test_JSON_of_changes()
{
	needs_json || return 0
	two_modules
	printf 'base 1 0 - Live 0x0\n' >"$host/proc/modules"
	nfg deny base --json
	exits 1
	one_document
	json 'sorted(d)' "['findings']"
	nfg deny base --json --yes
	exits 3
	one_document
	err_has "base is denied (deny base) but already live"
	json 'sorted(d)' "['change', 'live']"
	json 'd["change"][0]["changed"]' True
	json 'd["change"][0]["generation_before"]' 1
	json 'd["change"][0]["generation_after"]' 2
	json 'd["change"][0]["file"]' /etc/nfguard.d/50-nfguard.conf
	json 'd["change"][0]["file_changed"]' True
	json 'd["change"][0]["timer"]' None
	json 'd["change"][0]["rules"]' 1
	json 'd["live"]' "[{'module': 'base', 'why': 'live', 'rule': 'deny base', 'init_functions': None}]"
	nfg apply --json
	exits 3
	one_document
	json 'd["change"][0]["changed"]' False
	json 'd["change"][0]["generation_after"]' 2
	json 'd["change"][0]["file"]' None
	: >"$host/proc/modules"
	nfg allow base --json
	exits 0
	one_document
	json 'd["live"]' '[]'
	nfg remove base nope --json
	exits 3
	one_document
	json 'd["change"][0]["file_changed"]' True
	nfg deny 'a b' --json
	exits 2
	out </dev/null
}

test_JSON_of_apply()
{
	needs_json || return 0
	two_modules
	conf etc/nfguard.d/50.conf <<<'deny base
default deny'
	nfg apply --dry-run --json
	exits 0
	one_document
	json '[(c["change"], c["rule"]) for c in d["changes"]]' \
		"[('remove', 'default allow'), ('add', 'default deny'), ('add', 'deny base')]"
	json 'd["changes"][2]["entries"] > 0' True
	nfg apply --json --unload
	one_document
	json 'sorted(d)' "['change', 'live', 'unloaded']"
	json 'd["unloaded"]' '[]'
	conf etc/nfguard.d/50.conf <<<'deny base third
default deny'
	nfg apply --dry-run --json
	one_document
	conf etc/nfguard.d/50.conf <<<'deny base
default deny'
	nfg apply --dry-run --json
	json 'd["changes"]' '[]'
	echo 'deny third' >>"$etc/50.conf"
	nfg apply --json --confirm 100 <<<'yes'
	exits 0
	one_document
	err_has "type yes within 100 s to keep it"
	json 'd["change"][0]["changed"]' True
	nfg apply --store --json
	exits 0
	one_document
	json 'd["change"][0]["stored"]' True
	guard_not_loaded
	nfg apply --json
	exits 4
	one_document
	json 'd["change"][0]["generation_after"]' None
	nfg deny third --json
	exits 4
	one_document
	json 'd["change"][0]["file_changed"]' True
}

test_JSON_of_a_trial()
{
	needs_json || return 0
	two_modules
	nfg deny base --json --dry-run
	exits 0
	one_document
	json '[(c["change"], c["rule"]) for c in d["changes"]]' "[('add', 'deny base')]"
	nfg deny base --json --confirm 100 <<<'no'
	exits 1
	out </dev/null
	nfg deny base --json --confirm 100 <<<'yes'
	exits 0
	one_document
	err_has "type yes within 100 s to keep it"
	json 'd["change"][0]["changed"], d["change"][0]["file_changed"]' "True True"
	json 'd["change"][0]["generation_before"] < d["change"][0]["generation_after"]' True
	nfg remove nope --json --confirm 100
	exits 3
	one_document
	[ "$(grep -c "no rule names nope" "$host/err")" = 1 ] || bad "not once"
	json 'd["change"][0]["changed"]' False
	nfg mode permissive --json --confirm 100 <<<'no'
	exits 1
	out </dev/null
	nfg mode permissive --json --confirm 100 <<<'yes'
	exits 0
	one_document
	err_has "type yes within 100 s to keep it"
	json 'd["mode"]' "[{'mode': 'permissive', 'changed': True, 'before': 'enforcing', 'stored_mode': 'permissive', 'stored_changed': True}]"
}

test_JSON_of_check()
{
	needs_json || return 0
	two_modules
	printf 'base 1 0 - Live 0x0\n' >"$host/proc/modules"
	conf etc/nfguard.d/50.conf <<-'END'
	allow third nowhere
	deny base
	END
	nfg check
	cp "$host/err" "$host/said"
	nfg check --json
	exits 3
	one_document
	err <"$host/said"
	json 'd["check"][0]["errors"]' 0
	json 'd["check"][0]["rules"]' 2
	json '[(f["severity"], f["line"], f["column"]) for f in d["findings"] if f["check"] == "policy"]' \
		"[('warning', 1, 13)]"
	json '[f["text"] for f in d["findings"] if f["check"] == "live"]' \
		"['base is denied but already live']"
	conf etc/nfguard.d/50.conf <<<'dney base'
	nfg check --json
	exits 2
	one_document
	json 'd["check"][0]["errors"]' 1
	json 'd["check"][0]["rules"]' None
	json '[(f["check"], f["severity"], f["file"], f["line"], f["column"]) for f in d["findings"]]' \
		"[('policy', 'error', '/etc/nfguard.d/50.conf', 1, 1)]"
	nfg check --json /nowhere
	exits 2
	one_document
}

test_JSON_of_mode_generate_and_selftest()
{
	needs_json || return 0
	two_modules
	nfg mode --json
	exits 0
	json 'd["mode"]' "[{'mode': 'enforcing', 'changed': False, 'before': None, 'stored_mode': None, 'stored_changed': False}]"
	nfg mode permissive --json --dry-run
	exits 0
	one_document
	json 'd["mode"][0]["changed"], d["mode"][0]["stored_changed"]' "True True"
	nfg mode permissive --json --store --dry-run
	one_document
	json 'd["mode"][0]["mode"], d["mode"][0]["stored_mode"]' "enforcing permissive"
	nfg mode permissive --json
	exits 0
	one_document
	json 'd["mode"]' "[{'mode': 'permissive', 'changed': True, 'before': 'enforcing', 'stored_mode': 'permissive', 'stored_changed': True}]"
	conf etc/nfguard.d/50.conf <<<'deny base'
	: >"$host/debug/nfguard/events"
	nfg generate --json
	exits 0
	one_document
	json 'd["generate"][0]["list"]' deny
	json 'd["generate"][0]["events"]' 0
	json 'd["rules"]' "[{'rule': 'deny base', 'comment': None}]"
	nfg selftest --json
	one_document
	json 'd["selftest"][0]["gate"], d["selftest"][0]["ok"]' "request True"
	json 'd["selftest"][1]["ok"]' False
}

test_JSON_has_null_where_nothing_was_asked_for()
{
	needs_json || return 0
	with_hits
	nfg status --json
	json 'd["rules"][0]["last_name"]' None
	json 'd["rules"][1]["last_name"]' nf_conntrack
	nfg list --json
	json 'd["rules"][1]["last_name"]' None
}
