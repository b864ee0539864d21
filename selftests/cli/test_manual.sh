# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
# The manual pages and the completion agree with the code: verbs, options, keys, errnos
# and limits.

man=$top/userspace/man
abi=$top/kmod/abi/abi.h

has()
{
	grep -qF -- "$2" "$man/$1" || bad "$1 lacks: $2"
}

test_manual_pages_are_well_formed()
{
	local page

	command -v scdoc >/dev/null || {
		skip "no scdoc"
		return 0
	}
	for page in "$man"/*.scd; do
		scdoc <"$page" >"$host/page" || bad "scdoc refuses $page"
		[ "$(wc -l <"$host/page")" -gt 50 ] || bad "$page has hardly any lines"
	done
}

test_examples_are_free_of_errors()
{
	local example n=0

	for example in "$top"/debian/examples/*.conf; do
		nfg check "$example"
		exits 0
		n=$((n + 1))
	done
	[ $n -gt 2 ] || bad "only $n examples"
}

# about VERB: prints the part of nfguard(8) about it.
about()
{
	awk -v verb="$1" '/^## / { on = $2 == verb } /^# / { on = 0 } on' \
		"$man/nfguard.8.scd"
}

test_manual_has_each_verb_and_option_and_no_other()
{
	local verb

	nfg --complete
	cp "$host/out" "$host/verbs"
	sed -n '/^# VERBS/,/^# EXIT/s/^## \([a-z]*\).*/\1/p' "$man/nfguard.8.scd" |
		sort >"$host/headings"
	sort "$host/verbs" | same "the headings of verbs" "$host/headings"
	while read -r verb; do
		nfg --complete "$verb"
		grep '^--' "$host/out" | sed 's/=.*//' | sort >"$host/options"
		about "$verb" | sed -n 's/^\*\(--[a-z-]*\)\*.*/\1/p' | sort >"$host/documented"
		same "the options of $verb" "$host/documented" <"$host/options"
	done <"$host/verbs"
}

# The manual's first sentence about each is the same as in the help.
test_manual_has_each_exit_status()
{
	awk '
		function flush() {
			if (text)
				print status, tolower(substr(text, 1, 1)) substr(text, 2)
			text = ""
		}
		/^# / { on = /^# EXIT STATUS/ }
		/^\*[0-9]\*$/ { status = substr($0, 2, 1) }
		on && /^\t/ { sub(/^\t/, text ? " " : ""); text = text $0; next }
		{ flush() }' "$man/nfguard.8.scd" | sed 's/\. .*//; s/\.$//' >"$host/documented"
	nfg help
	sed -n '/^exit status/,$s/^  \([0-9]\)  /\1 /p' "$host/out" |
		same "the exit statuses in nfguard(8)" "$host/documented"
	[ "$(wc -l <"$host/documented")" = 6 ] || bad "the manual does not have six exit statuses"
}

# The code's tables have the keys in their columns.
test_manual_has_each_key_of_json()
{
	local key n=0

	while read -r key; do
		grep -Eq "(^|[^a-z_])$key\$|_${key}_" "$man/nfguard.8.scd" ||
			bad "nfguard(8) lacks the JSON key $key"
		n=$((n + 1))
	done < <(cat "$top"/userspace/*/*.[ch] |
		sed -nE 's/^\t\{ ("[A-Z-]*"|NULL), "([a-z0-9_]+)", COLUMN_.*/\2/p
			s/^\t\{ NULL, prefix "([a-z0-9_]+)", COLUMN_.*/\1\nrequest_\1/p' |
		sort -u)
	[ "$n" -gt 65 ] || bad "only $n keys were found in the code"
}

test_manual_has_each_errno_key_and_counter()
{
	local word n=0

	while read -r word; do
		grep -Eq "(^|[^A-Za-z_])${word//\\_/_}([^A-Za-z_]|\$)" \
			<(sed 's/\\_/_/g' "$man/nfguard.4.scd") ||
			bad "nfguard(4) lacks $word"
		n=$((n + 1))
	done < <(
		sed -nE '/What a refused write/,/\*\//s/^ \*\t(E[A-Z0-9]+)\t.*/\1/p' "$abi"
		sed -nE 's/^#define NFG_KEY_[A-Z_]+\t+"([^"]+)"/\1/p' "$abi"
		sed -nE 's/.*"((request|load|policy|writes|log|audit|events|kprobe)_[a-z_]+)".*/\1/p' \
			"$top/kmod/abi/counters.h"
	)
	[ "$n" -gt 35 ] || bad "only $n words were found in the code"
}

test_manual_has_each_limit()
{
	local limit value n=0

	while read -r limit value; do
		value=$((value))
		n=$((n + 1))
		grep -Eq "^\|[[ ] *$value( |\$)" "$man/nfguard.d.5.scd" ||
			bad "nfguard.d(5) lacks $limit, $value"
	done < <(sed -nE 's/^#define (NFG_(NAME|PATTERN|RULE|ENTRIES|PATTERNS|PATTERNS_COST|RULES|TEXT)_MAX)\t+(\(?[0-9][^\t/]*).*/\1 \3/p' "$abi" |
		tr -d u)
	[ "$n" = 8 ] || bad "$n limits were found in the code, not 8"
}

# The command on the fake host, where a shell finds it.
command_in_path()
{
	mkdir -p "$host/path"
	cat >"$host/path/nfguard" <<-END
	#!/bin/sh
	exec env NFGUARD_ROOT="$host/root" NFGUARD_PROC="$host/proc" \
		NFGUARD_DEBUGFS="$host/debug" NFGUARD_MODULES="$host/modules" \
		ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$fake" "$bin" "\$@"
	END
	chmod +x "$host/path/nfguard"
	PATH=$host/path:$PATH
}

# completed WORD...: prints what bash offers for the last word, sorted, in one line.
completed()
{
	# shellcheck disable=SC2016
	bash -c '
		compopt() { :; }
		. "$1"
		shift
		COMP_LINE=$*
		COMP_POINT=${#COMP_LINE}
		_nfguard nfguard
		printf "%s\n" "${COMPREPLY[@]}" | sort | xargs' \
		bash "$top/userspace/completion/nfguard.bash" "$@"
}

# offers WANTED WORD...
offers()
{
	local want=$1 got

	shift
	last="completion of $*"
	got=$(completed "$@")
	[ "$got" = "$want" ] || bad "for '$*' bash offers '$got', not '$want'"
}

test_completion_in_bash()
{
	two_modules
	command_in_path
	conf etc/nfguard.d/50.conf <<<'deny base alias:some-name @net'
	offers why nfguard wh
	offers "--confirm= --dry-run --for= --force --json --kernel= --root= --runtime --unload --yes" nfguard deny --
	offers "--cmdline --expand --json --kernel= --modprobe --root= --wide" nfguard list --
	offers "@net" nfguard deny @
	offers "base" nfguard deny ba
	# For readline a word begins after a colon.
	offers "some_name" nfguard remove alias:
	offers "enforcing permissive" nfguard mode ""
	offers "doctor" nfguard help "do"
	offers "all denied none" nfguard events --record ""
	offers "denied" nfguard events --record=d
	offers "allow deny unenforced unjudged would-deny" nfguard events --verdict ""
	offers "unenforced unjudged" nfguard events --verdict=un
	offers "--degraded" nfguard lock --d
}

# becomes SHELL FILE: types each line of stdin, "TYPED | WANTED", on a terminal, and a TAB
# after it. The bar at the end makes trailing spaces visible.
becomes()
{
	local -a typed

	last="completion on a terminal of $1"
	sed 's/ *$//' >"$host/wanted"
	mapfile -t typed < <(sed 's/ *|.*//' "$host/wanted")
	(cd "$host/dir" && zsh -f "$cli/type.zsh" "$host/typed" "$1" "$2" "${typed[@]}") |
		sed 's/$/|/' >"$host/became" || bad "the terminal printed no line"
	paste -d'\n' <(printf '%s |\n' "${typed[@]}") "$host/became" |
		sed 'N; s/\n/ /' >"$host/got"
	same "the completed lines" "$host/got" <"$host/wanted"
}

# The same lines for each shell.
lines_typed()
{
	two_modules
	command_in_path
	# With characters that the shell must not interpret.
	conf etc/nfguard.d/50.conf <<-'END'
	deny xt_* alias:some-name q$(>pwned)
	END
	mkdir -p "$host/dir/below"
	becomes "$1" "$top/userspace/completion/$2" <<-'END'
	nfguard wh | nfguard why |
	true; A=1 nfguard wh | true; A=1 nfguard why |
	nfguard deny @n | nfguard deny @net |
	nfguard deny --runtime thi | nfguard deny --runtime third |
	nfguard remove alias:some-n | nfguard remove alias:some_name |
	nfguard remove xt | nfguard remove xt_\* |
	nfguard remove q | nfguard remove q\$\(\>pwned\) |
	nfguard list --js | nfguard list --json |
	nfguard events --record no | nfguard events --record none |
	nfguard events --record=no | nfguard events --record=none |
	nfguard metrics --output be | nfguard metrics --output below/|
	nfguard apply --ro | nfguard apply --root=|
	nfguard apply --root be | nfguard apply --root below/|
	nfguard apply --root=be | nfguard apply --root=below/|
	nfguard check be | nfguard check below/|
	END
	[ ! -e "$host/dir/pwned" ] || bad "a name was run as a command"
}

needs_zsh()
{
	command -v zsh >/dev/null || {
		skip "no zsh, which provides the terminal"
		return 1
	}
}

test_completion_in_bash_on_a_terminal()
{
	needs_zsh || return 0
	lines_typed bash nfguard.bash
}

test_completion_in_zsh_on_a_terminal()
{
	needs_zsh || return 0
	zsh -n "$top/userspace/completion/_nfguard" || bad "zsh finds an error"
	lines_typed zsh _nfguard
}
