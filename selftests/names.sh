#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a name means: dashes and underscores, patterns, and which entry decides. And no
# name, whatever its bytes, breaks a line that is printed about it.
. "${0%/*}/lib/common.sh"

victim=$(test_module nfguard_victim)

# denied KIND NAME, allowed KIND NAME: a request, and the gate's verdict.
denied()
{
	counters_mark
	"${asker[@]}" "$request" "$@" >/dev/null
	[ "$(rise request_denied)" -ge 1 ] || fail "allowed: $*"
}

allowed()
{
	counters_mark
	"${asker[@]}" "$request" "$@" >/dev/null
	[ "$(rise request_allowed)" -ge 1 ] || fail "not requested: $*"
	[ "$(rise request_denied)" -eq 0 ] || fail "denied: $*"
}
request=$(command -v request)
asker=()

dash_at_request()
{
	put_policy "default allow" "rule deny fs-dash-name" "name deny any fs-dash-name"
	denied filesystem dash-name
	denied filesystem dash_name
	allowed filesystem dash.name
}

underscore_at_request()
{
	put_policy "default allow" "rule deny fs_under_name" "name deny any fs_under_name"
	denied filesystem under-name
	denied filesystem under_name
	allowed filesystem under_name-
	allowed filesystem undername
}

dash_at_load()
{
	put_policy "default allow" "rule deny nfguard-victim" "name deny any nfguard-victim"
	refuses insmod "$victim"
	not_live nfguard_victim
	equal "hits" 1 "$(rule_field "deny nfguard-victim" load_denied)"
	equal "name of the last hit" nfguard_victim "$(rule_field "deny nfguard-victim" name)"
}

underscore_at_load()
{
	put_policy "default allow" "rule deny nfguard_victim" "name deny any nfguard_victim"
	refuses insmod "$victim"
	not_live nfguard_victim
	put_policy "default allow" "rule deny nfguard_victi" "name deny any nfguard_victi"
	insmod "$victim"
	rmmod nfguard_victim
}

patterns()
{
	put_policy "default allow" "rule deny some" "pattern deny any fs-a*z" \
		"pattern deny any fs_b?" "pattern deny any fs-[c-e]x" \
		"pattern deny any *-mid-*"
	denied filesystem az
	denied filesystem a-anything-z
	allowed filesystem azy
	denied filesystem b1
	allowed filesystem b12
	denied filesystem dx
	allowed filesystem fx
	# Inside brackets a dash makes a range, and is no underscore.
	allowed filesystem _x
	denied filesystem x-mid_x
}

first_pattern_decides()
{
	put_policy "default allow" "rule allow" "pattern allow any fs-ab*" \
		"rule deny" "pattern deny any fs-a*" \
		"rule allow later" "pattern allow any fs-acc*"
	allowed filesystem abc
	denied filesystem axc
	denied filesystem accc
}

# Patterns are looked up by their literal prefix, but their order still decides.
first_pattern_decides_whatever_its_prefix()
{
	put_policy "default allow" "rule deny" "pattern deny any *x" \
		"rule allow" "pattern allow any fs-long-prefix*"
	denied filesystem long-prefix-x
	put_policy "default allow" "rule allow" "pattern allow any fs-long-prefix*" \
		"rule deny" "pattern deny any *x"
	allowed filesystem long-prefix-x
	denied filesystem other-x
}

exact_before_pattern()
{
	put_policy "default allow" "rule deny" "pattern deny any fs-*" \
		"rule allow" "name allow any fs-exact"
	allowed filesystem exact
	denied filesystem exactly
}

unprivileged()
{
	put_policy "default allow" "rule deny unprivileged net-pf-13" \
		"name deny unprivileged net-pf-13"
	asker=()
	allowed family 13
	asker=(as_nobody)
	denied family 13
	equal "uid of the last hit" 65534 \
		"$(rule_field "deny unprivileged net-pf-13" uid)"
	# Root of a user namespace, and root without CAP_SYS_MODULE.
	asker=(unshare -Ur --)
	denied family 13
	asker=(setpriv --bounding-set -sys_module --inh-caps -sys_module --)
	denied family 13
	asker=()
}

unprivileged_before_any()
{
	put_policy "default allow" "rule allow unprivileged net-pf-13" \
		"name allow unprivileged net-pf-13" \
		"rule deny net-pf-13" "name deny any net-pf-13" \
		"rule deny net-pf-1*" "pattern deny unprivileged net-pf-1*"
	asker=()
	denied family 13
	allowed family 14
	asker=(as_nobody)
	allowed family 13
	denied family 14
	asker=()
}

default_deny()
{
	put_policy "default deny" "rule allow" "name allow any net-pf-13"
	allowed family 13
	denied family 14
	refuses insmod "$victim"
	not_live nfguard_victim
	equal "hits of the default" 1 "$(rule_field "default deny" load_denied)"
	equal "its number" 0 "$(rule_field "default deny" rule)"
	put_policy "default allow"
}

# name, the same as the log, the rules file and the command must print it
hostile=(
	'"'			'\x22'
	'a"b rule="deny x"'	'a\x22b\x20rule\x3d\x22deny\x20x\x22'
	$'nl\nnfguard: x'	'nl\x0anfguard:\x20x'
	$'\e[31mred'		'\x1b[31mred'
	'back\slash\x41'	'back\x5cslash\x5cx41'
	'k=v'			'k\x3dv'
	$'tab\ttab'		'tab\x09tab'
	$'\xff\xfe\x80'		'\xff\xfe\x80'
	$'\xc3\xa4\xe2\x82\xac'	'\xc3\xa4\xe2\x82\xac'
	$'\x7f\x01'		'\x7f\x01'
	'%s%n%p'		'%s%n%p'
	'{"a":["b'		'{\x22a\x22:[\x22b'
	'a b'			'a\x20b'
)

# json_whole FILE: it is one JSON value, by the grammar, and valid UTF-8.
json_whole()
{
	perl -0777 -ne '
		exit 1 unless utf8::decode($_);
		exit !/\A\s*(?&value)\s*\z
		(?(DEFINE)
			(?<value> \s*(?: (?&object) | (?&array) | (?&string) |
				true | false | null |
				-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)? )\s*)
			(?<object> \{ (?: \s*(?&string)\s*:(?&value)
				(?: ,\s*(?&string)\s*:(?&value) )* | \s* ) \} )
			(?<array> \[ (?: (?&value) (?: , (?&value) )* | \s* ) \] )
			(?<string> " (?: [^"\\\x00-\x1f] |
				\\ (?: ["\\\/bfnrt] | u[0-9a-fA-F]{4} ) )* " )
		)/x' "$1"
}

# The name of the program that asks is as bad.
hostile_comm='c"=\ '

hostile_name()
{
	local name=$1 escaped=$2 rule

	counters_mark
	log_mark
	"$scratch/$hostile_comm" filesystem "$name" >/dev/null
	equal "requests denied" 1 "$(rise request_denied)"
	rule=$(rule_line "deny hostile")
	equal "lines of the rules file" 2 "$(wc -l <"$debugfs/rules")"
	[[ $rule == *" name=fs-$escaped pid="* ]] || fail "rules file: $rule"
	[[ $rule == *' comm=c\x22\x3d\x5c\x20 uid=0 text='* ]] || fail "rules file: $rule"
	hostile_log "$escaped"
	hostile_cli "$escaped"
}

hostile_log()
{
	wait_for log_has '^nfguard: deny request ' || fail "not in the log"
	equal "lines in the log" 1 "${#log[@]}"
	[[ ${log[0]} == "nfguard: deny request name=fs-$1 rule=\"deny hostile\" pid="*' comm=c\x22\x3d\x5c\x20 uid=0 '* ]] ||
		fail "the log: ${log[0]}"
}

hostile_cli()
{
	local rows

	exits 0 nfguard status
	rows=$(<"$scratch/out")
	[[ ! $rows =~ [^$'\n'\ -~] ]] ||
		fail "the table has a byte outside printable ASCII: $rows"
	rows=$(grep '^deny hostile' "$scratch/out")
	[[ $rows == *" fs-$1 "* && $rows != *$'\n'* ]] || fail "the table: $rows"
	exits 0 nfguard status --json
	json_whole "$scratch/out" || fail "JSON: $(<"$scratch/out")"
	rows=$(<"$scratch/out")
	[[ $rows == *"\"fs-${1//\\/\\\\}\""* ]] || fail "JSON has another name: $rows"
}

# A module's own name is in its file, where root can write any bytes.
hostile_load()
{
	put_policy "default allow" "rule deny *victim*" "pattern deny any *vic*"
	sed 's/nfguard_victim/nf"g\n=rd_vic m/g' "$victim" >"$scratch/hostile.ko"
	counters_mark
	log_mark
	refuses insmod "$scratch/hostile.ko"
	equal "loads denied" 1 "$(rise load_denied)"
	equal "name of the last hit" 'nf\x22g\x0a\x3drd_vic\x20m' \
		"$(rule_field "deny *victim*" name)"
	wait_for log_has '^nfguard: deny load ' || fail "not in the log"
	equal "lines in the log" 1 "${#log[@]}"
	exits 0 nfguard status --json
	json_whole "$scratch/out" || fail "JSON: $(cat "$scratch/out")"
}

# The name's field in the file, filled to its last byte: no NUL ends it.
endless_load()
{
	local v55

	printf -v v55 '%055d' 0
	v55=${v55//0/v}
	put_policy "default allow" "rule deny endless" "name deny any $v55"
	perl -0777 -pe 's/nfguard_victim\0{42}/"v" x 56/e' "$victim" >"$scratch/endless.ko"
	refuses cmp -s "$victim" "$scratch/endless.ko"
	counters_mark
	refuses insmod "$scratch/endless.ko"
	equal "loads denied" 1 "$(rise load_denied)"
	equal "name of the last hit" "$v55" "$(rule_field "deny endless" name)"
}

# The text of a rule may have any printable byte.
hostile_rule()
{
	local text='deny "x" \ = {'

	put_policy "default allow" "rule $text" "name deny any net-pf-13"
	log_mark
	request family 13 >/dev/null
	equal "hits" 1 "$(rule_field 'deny \x22x\x22 \x5c = {' request_denied)"
	wait_for log_has '^nfguard: deny request name=net-pf-13 rule="deny ' ||
		fail "not in the log"
	exits 0 nfguard status --json
	json_whole "$scratch/out" || fail "JSON: $(cat "$scratch/out")"
	put_policy "default allow"
}

checker_can_fail()
{
	local text

	for text in '{"a": "b"' '{"a": "\x41"}' $'{"a": "\xff"}' '["a" "b"]' \
		    $'"a\nb"'; do
		printf '%s' "$text" >"$scratch/json"
		! json_whole "$scratch/json" || fail "accepted as JSON: $text"
	done
	printf '{"a": ["b", 1, -2.5, true, {}], "c": "\\u00e4"}' >"$scratch/json"
	json_whole "$scratch/json"
}

plan $((15 + ${#hostile[@]} / 2))
guard_load
point "a rule with dashes matches requests with dashes or underscores" dash_at_request
point "a rule with underscores matches requests with either" underscore_at_request
point "a rule with dashes matches loads" dash_at_load
point "a rule with underscores matches loads" underscore_at_load
point "patterns match as a shell's do" patterns
point "the first pattern that matches decides" first_pattern_decides
point "it also decides before a pattern with a longer prefix" \
	first_pattern_decides_whatever_its_prefix
point "an exact name decides before any pattern" exact_before_pattern
point "unprivileged is who lacks CAP_SYS_MODULE in the initial user namespace" unprivileged
point "an exact entry for unprivileged decides before one for any" unprivileged_before_any
point "default deny denies all that is not allowed, at both gates" default_deny
point "the check for JSON refuses what is not JSON" checker_can_fail

cp "$request" "$scratch/$hostile_comm"
put_policy "default allow" "rule deny hostile" "pattern deny any fs-*"
for ((n = 0; n < ${#hostile[@]}; n += 2)); do
	printf -v shown '%q' "${hostile[n]}"
	point "a hostile name is escaped in log, rules, table and JSON: $shown" \
		hostile_name "${hostile[n]}" "${hostile[n + 1]}"
done
put_policy "default allow"
point "so is the hostile name of a module" hostile_load
endless="a module's name that no NUL ends is judged by what fits"
if zcat /proc/config.gz 2>/dev/null | grep -q "CONFIG_FORTIFY_SOURCE is not set"; then
	point "$endless" endless_load
else
	skip "$endless" "a kernel with FORTIFY_SOURCE dies of such a name by itself"
fi
point "so is the hostile text of a rule" hostile_rule
finish
