#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A write that is not a complete and valid policy gets its errno, one line in the log
# with line and reason, and has no effect: the policy in force stays, to the byte. What
# is just within the limits is accepted.
. "${0%/*}/lib/common.sh"

text=$scratch/text

# state_read: sets $state to everything that a refused write must not change.
state_read()
{
	local lines line

	mapfile lines <"$proc/policy"
	state=$(<"$proc/mode")$(<"$proc/lock")$(<"$proc/record")${lines[*]}
	while read -r line; do
		case $line in
		load_gate_*) ;;
		*) state+=$line ;;
		esac
	done <"$proc/status"
}

# refused FILE ERRNO LINE REASON WRITE...: WRITE is a command that prints what write_once
# prints. A part of the reason will do.
refused()
{
	local file=$1 error=$2 line=$3 reason=$4 before

	shift 4
	state_read
	before=$state
	counters_mark
	log_mark
	equal "answer" "$error" "$("$@")"
	equal "writes refused" 1 "$(rise writes_refused)"
	equal "policies that took effect" 0 "$(rise policy_swaps)"
	state_read
	equal "policy, mode and status" "$before" "$state"
	logged "^nfguard: refuse $file error=$(shown "${error##* }") line=$line reason=\"[^\"]*($reason)[^\"]*\" pid=[0-9]+ comm=[^ ]+ uid=0$"
	equal "lines in the log" 1 "${#log[@]}"
}

# bad ERRNO LINE REASON DESCRIPTION: the policy in $text.
bad()
{
	point "$1: $4" refused policy "write $1" "$2" "$3" \
		write_text "$proc/policy"
}

write_text()
{
	write_once "$@" <"$text"
}

# header ENTRIES: with the current token, so that it is not the token that is wrong.
header()
{
	echo "policy 1 token=$(status token) entries=$1"
	echo "default allow"
}

# body ENTRIES LINE...: complete, except for what is wrong in LINE.
body()
{
	{
		header "$1"
		printf '%s\n' "${@:2}" end
	} >"$text"
}

# many N FORMAT: N lines, with their number in the format.
many()
{
	awk -v n="$1" -v format="$2" 'BEGIN { for (i = 1; i <= n; i++) printf format "\n", i }'
}

# big ENTRIES LINES-COMMAND...
big()
{
	{
		header "$1"
		echo "rule deny many"
		"${@:2}"
		echo end
	} >"$text"
}

words()
{
	local long pattern

	body 0 "rule deny a" "nmae deny any a"
	bad EINVAL 4 "unknown word" "an unknown word"
	body 0 "rule deny a" ""
	bad EINVAL 4 "unknown word" "an empty line"
	body 1 "rule deny a" "name refuse any a"
	bad EINVAL 4 "must be allow or deny" "an unknown verdict"
	body 1 "rule deny a" "name deny some a"
	bad EINVAL 4 "scope" "an unknown scope"
	body 1 "rule deny a" "name deny any"
	bad EINVAL 4 "no name|space" "a missing name"
	body 1 "rule deny a" "name deny any a b"
	bad EINVAL 4 "more than one name" "two names in a line"
	body 1 "rule deny a" "name deny any  a"
	bad EINVAL 4 "no name|more than one" "two spaces before a name"
	body 1 "rule deny a" "name deny any a "
	bad EINVAL 4 "space at the end" "a space at the end of a line"
	body 1 "name deny any a"
	bad EINVAL 3 "before the first rule" "an entry without a rule"
	body 0 "rule "
	bad EINVAL 3 "rule without text|space" "a rule without text"
	body 1 "rule deny a" "pattern deny any a["
	bad EINVAL 4 "bracket" "a pattern with a lone bracket"
	printf -v long '%056d' 0
	body 1 "rule deny a" "name deny any $long"
	bad ENAMETOOLONG 4 "too long" "a name of 56 characters"
	printf -v pattern '%0255d*' 0
	body 1 "rule deny a" "pattern deny any $pattern"
	bad ENAMETOOLONG 4 "too long" "a pattern of 256 characters"
	body 0 "rule $pattern"
	bad ENAMETOOLONG 3 "too long" "a rule of 256 characters"
	body 2 "rule deny a" "name deny any a-b" "name allow any a_b"
	bad EEXIST 5 "duplicate name" "the same name, with a dash and an underscore"
	body 0
	sed -i '2s/.*/defualt allow/' "$text"
	bad EINVAL 2 "no default" "no default"
}
n_words=16

bytes()
{
	body 1 "rule deny a" "name deny any a@b"
	sed -i 's/@/\x00/' "$text"
	bad EILSEQ 4 "outside printable ASCII" "a NUL in a name"
	body 1 "rule deny a" "name deny any nf_conntr"$'\xc3\xa4'"ck"
	bad EILSEQ 4 "outside printable ASCII" "a non-ASCII letter"
	body 1 "rule deny a"$'\t'"b" "name deny any a"
	bad EILSEQ 3 "outside printable ASCII" "a tab"
	body 1 "rule deny a" "name deny any a"$'\r'
	bad EILSEQ 4 "outside printable ASCII" "a line that ends in CR LF"
}
n_bytes=4

wholeness()
{
	: >"$text"
	bad EBADMSG 0 "empty" "an empty text"
	echo "default allow" >"$text"
	bad EBADMSG 1 "header" "no header"
	body 0
	sed -i '1s/ 1 / 2 /' "$text"
	bad EINVAL 1 "format" "an unknown format"
	body 0 "rule deny a"
	sed -i '$d' "$text"
	bad EBADMSG 4 "before its end line" "no end line"
	body 0 "rule deny a"
	truncate -s -1 "$text"
	bad EBADMSG 4 "before its end line" "an end line without newline"
	body 0 "rule deny a"
	echo "rule deny b" >>"$text"
	bad EBADMSG 4 "after the end line" "text after the end line"
	body 2 "rule deny a" "name deny any a_long_enough_name_for_two"
	bad EBADMSG 5 "fewer entries" "fewer entries than announced"
	body 1 "rule deny a" "name deny any a" "name deny any b"
	bad EBADMSG 5 "more entries" "more entries than announced"
	body 60000 "rule deny a" "name deny any a"
	bad EBADMSG 1 "more entries announced" "more entries announced than the text can hold"
	sed -i '1s/=60000/=many/' "$text"
	bad EINVAL 1 "no valid number" "a word for the number of entries"
	echo "policy 1 entries=0
default allow
end" >"$text"
	bad EINVAL 1 "token missing" "no token"
}
n_wholeness=11

limits()
{
	big 65537 many 65537 'name deny any n%d'
	bad E2BIG 1 "too many entries" "65,537 entries"
	big 1025 many 1025 'pattern deny any p%d_*'
	bad E2BIG 1028 "too many patterns" "1,025 patterns"
	big 101 many 101 'pattern deny any *_p%d'
	bad E2BIG 105 "same beginning" "101 patterns with the same beginning"
	big 11 many 11 'pattern deny any p?_p%d'
	bad E2BIG 15 "same beginning" "11 that have more than a '*'"
	big 0 many 4096 'rule deny %d'
	bad E2BIG 4099 "too many rules" "4,097 rules"
	big 1 eval 'echo "name deny any a"; head -c 8388608 /dev/zero | tr "\0" x'
	bad EFBIG 0 "too long" "a text of more than 8 MiB"
}
n_limits=6

# accepts KEY COUNT: the policy in $text, which is just within the limit.
accepts()
{
	equal "answer" ok "$(write_once "$proc/policy" <"$text")"
	equal "$1" "$2" "$(status "$1")"
	tail -n +2 "$text" | cmp - <(tail -n +2 "$proc/policy")
	put_policy "${first[@]}"
}

within_limits()
{
	big 65536 many 65536 'name deny any n%d'
	point "65,536 entries are accepted" accepts names 65536
	big 1024 many 1024 'pattern deny any p%d_*'
	point "1,024 patterns are accepted" accepts patterns 1024
	big 100 many 100 'pattern deny any *_p%d'
	point "100 patterns with the same beginning are accepted" accepts patterns 100
	big 0 many 4095 'rule deny %d'
	point "4,096 rules are accepted" accepts rules 4096
	body 1 "rule deny a" "name deny any $(printf '%055d' 0)"
	point "a name of 55 characters is accepted" accepts names 1
}
n_within=5

# cat and the like write 3 MiB in pieces of 128 KiB, and the first one is refused.
as_cat()
{
	cat "$text" >"$proc/policy" 2>"$scratch/err" && echo ok && return
	sed -n 's/.*Bad message.*/write EBADMSG/p' "$scratch/err"
}

pieces()
{
	big 65536 many 65536 'name deny any name_of_thirty_characters_%06d'
	point "EBADMSG: 3 MiB from cat, which writes in pieces" \
		refused policy "write EBADMSG" 1 "more entries announced" as_cat
	body 1 "rule deny a" "name deny any a"
	point "EBADMSG: a short text in pieces" \
		refused policy "write EBADMSG" 1 "before its end line" \
		write_text -p 10 "$proc/policy"
	point "ESPIPE: a write that does not start at offset 0" \
		refused policy "write ESPIPE" 0 "not at offset 0" \
		write_text -o 1 "$proc/policy"
}
n_pieces=3

stale()
{
	body 0 "rule deny a"
	sed -i '1s/ entries/x entries/' "$text"
	bad ESTALE 0 "not that of the policy in force" "a token with one more letter"
	body 0 "rule deny a"
	sed -i '1s/=[^ ]* / /; 1s/token/token=/' "$text"
	bad ESTALE 0 "not that of the policy in force" "an empty token"
	body 0 "rule deny a"
	sed -i '1s/\.[0-9]* / /' "$text"
	bad ESTALE 0 "not that of the policy in force" "a token cut short"
	body 0 "rule deny a"
	put_policy "${first[@]}"
	bad ESTALE 0 "not that of the policy in force" "the token of the previous policy"
	body 0 "rule deny a"
	sed -i '1s/=[0-9a-f]*/=0123456789abcdef/' "$text"
	bad ESTALE 0 "not that of the policy in force" "the current generation, but the id of another load of the module"
}
n_stale=5

without_capability()
{
	setpriv --bounding-set -mac_admin --inh-caps -mac_admin -- \
		write_once "$@" <"$text"
}

in_user_namespace()
{
	unshare -Ur -- write_once "$@" <"$text"
}

# handed_over COMMAND: writes to a descriptor that this shell opened.
handed_over()
{
	"$1" -f 5 5>"$proc/policy"
}

no_file_for_nobody()
{
	local before

	state_read
	before=$state
	equal "answer of policy" "open EACCES" \
		"$(as_nobody "$(command -v write_once)" "$proc/policy" <"$text")"
	equal "answer of mode" "open EACCES" \
		"$(as_nobody "$(command -v write_once)" "$proc/mode" <"$text")"
	refuses as_nobody cat "$proc/policy"
	state_read
	equal "policy, mode and status" "$before" "$state"
}

rights()
{
	body 0 "rule deny a"
	point "EPERM: root without CAP_MAC_ADMIN can't open it" \
		refused policy "open EPERM" 0 "CAP_MAC_ADMIN" \
		without_capability "$proc/policy"
	point "EPERM: root drops it after the open" \
		refused policy "write EPERM" 0 "CAP_MAC_ADMIN" \
		write_text -d "$proc/policy"
	point "EPERM: a program without it inherits a descriptor" \
		refused policy "write EPERM" 0 "CAP_MAC_ADMIN" \
		handed_over without_capability
	point "EPERM: root of a user namespace can't open it" \
		refused policy "open EPERM" 0 "CAP_MAC_ADMIN" \
		in_user_namespace "$proc/policy"
	point "EPERM: root of a user namespace inherits a descriptor" \
		refused policy "write EPERM" 0 "CAP_MAC_ADMIN" \
		handed_over in_user_namespace
	point "nobody can neither write policy and mode nor read the policy" no_file_for_nobody
}
n_rights=6

# word FILE ERRNO REASON DESCRIPTION: the word in $text.
word()
{
	point "$2: $1: $4" refused "$1" "write $2" 0 "$3" write_text "$proc/$1"
}

other_files()
{
	echo off >"$text"
	word mode EINVAL "must be enforcing or permissive" "an unknown mode"
	: >"$text"
	word mode EBADMSG "empty" "an empty text"
	printf 'permissive\0' >"$text"
	word mode EILSEQ "outside printable" "a NUL"
	printf 'permissive%0100d' 0 >"$text"
	word mode EFBIG "too long" "a text longer than any word"
	echo some >"$text"
	word record EINVAL "none, denied or all" "an unknown word"
	echo 0 >"$text"
	word lock EINVAL "must be 1" "an attempt to unlock"
	echo permissive >"$text"
	point "EPERM: mode: root without CAP_MAC_ADMIN" \
		refused mode "open EPERM" 0 CAP_MAC_ADMIN without_capability "$proc/mode"
	echo none >"$text"
	point "EPERM: record: root without CAP_MAC_ADMIN" \
		refused record "open EPERM" 0 CAP_MAC_ADMIN without_capability "$proc/record"
	echo 1 >"$text"
	point "EPERM: lock: root without CAP_MAC_ADMIN" \
		refused lock "open EPERM" 0 CAP_MAC_ADMIN without_capability "$proc/lock"
}
n_other=9

first=("default allow" "rule deny nfguard_first" "name deny any nfguard_first"
	"rule deny nfguard-f*" "pattern deny unprivileged nfguard-f*")

# So that the points above can't pass because no policy is ever accepted.
good_is_taken()
{
	put_policy "${first[@]}"
	equal "rules" 2 "$(status rules)"
}

plan $((n_words + n_bytes + n_wholeness + n_limits + n_within + n_pieces + \
	n_stale + n_rights + n_other + 2))
guard_load
point "a valid policy is accepted" good_is_taken
words
bytes
wholeness
limits
pieces
stale
rights
other_files
within_limits
point "a valid policy is still accepted" good_is_taken
finish
