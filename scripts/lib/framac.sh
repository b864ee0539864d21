# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# common.sh and the script assign them
# Frama-C, with the prover that it asks, in a folder of its own: .cache/frama-c/root; and
# what check-proofs has it prove. Needs common.sh and apt.sh.

framac_suite=bookworm		# trixie has no Frama-C

framac_inputs()
{
	{
		echo "$framac_suite"
		data "$scripts/data/frama-c-packages"
		declare -f build_framac
	} | sha256sum | cut -d' ' -f1
}

# The packages are only unpacked: nothing here needs what their scripts would do.
build_framac()
{
	local list dir

	list=$(data "$scripts/data/frama-c-packages" | paste -sd,)
	# shellcheck disable=SC2016	# mmdebstrap hands the folder to the hook
	bootstrap "$framac_suite" "$1/root" --variant=extract --include="$list" \
		--setup-hook='/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh "$1"' || return
	for dir in doc icons info locale man; do
		"${root[@]}" rm -rf "$1/root/usr/share/$dir"
	done
	"${root[@]}" mkdir -p "$1/root/source" "$1/root/work"
}

make_framac()
{
	local want dir=$cache/frama-c started=$SECONDS

	want=$(framac_inputs)
	[ "$(cat "$dir/inputs" 2>/dev/null)" != "$want" ] || return 0
	lock frama-c
	if [ "$(cat "$dir/inputs" 2>/dev/null)" = "$want" ]; then
		unlock
		return 0
	fi
	say "fetching Frama-C from $framac_suite (1.3 GB are kept, about a minute)"
	begin_partial "$cache/.frama-c.new"
	build_framac "$partial" ||
		die "mmdebstrap could not unpack Frama-C" "see its messages above"
	echo "$want" >"$partial/inputs"
	end_partial "$dir"
	unlock
	say "Frama-C is ready ($((SECONDS - started)) s)"
}

# weave DIR: puts both files there, with their annotations.
weave()
{
	local name

	mkdir -p "$1"
	for name in abi/text policy; do
		awk -f "$scripts/lib/weave.awk" "$proofs/$(basename "$name").acsl" \
			"$top/kmod/$name.c" >"$1/$(basename "$name").c" || return
	done
}

# Prints the functions that have a contract, separated by commas.
contracts()
{
	sed -n 's/^== \([a-z_]*\)$/\1/p' "$proofs"/*.acsl | paste -sd,
}

# wp DIR FUNCTIONS: prints what the WP plugin of Frama-C proves of them. The steps bound the
# prover's work, however busy the machine is.
wp()
{
	local -a enter

	# shellcheck disable=SC2016
	enter_folder "$cache/frama-c/root" "$top=/source=ro" "$1=/work" -- bash -euc '
		cd /work
		why3 config detect >prover.log 2>&1
		exec frama-c -cpp-extra-args="-include /source/selftests/proofs/contracts.h \
			-I/source/kmod -I/source/kmod/abi" text.c policy.c -wp -wp-fct "$1" \
			-wp-rte -warn-unsigned-overflow -wp-literals -wp-prover cvc4 -wp-par 2 \
			-wp-steps 200000 -wp-timeout 300 -wp-warn-key pedantic-assigns=inactive
	' bash "$2"
	limited "${enter[@]}"
}

# proves FUNCTIONS: all that is to be proved of them is.
proves()
{
	local out

	rm -rf "$work/wp"
	weave "$work/wp" || return
	out=$(wp "$work/wp" "$1") || {
		echo "$out"
		return 1
	}
	echo "$out"
	awk '/Proved goals:/ { n++; ok = $4 > 0 && $4 == $6 } END { exit !(n == 1 && ok) }' \
		<<<"$out"
}

# misses GOAL FUNCTION FILE SED: with that edit of the file, that goal is not proved.
misses()
{
	local out file=$work/wp/$3

	rm -rf "$work/wp"
	weave "$work/wp" || return
	cp "$file" "$file.sound"
	sed -i -E "$4" "$file"
	if [ "$(diff "$file.sound" "$file" | grep -c '^>')" != 1 ]; then
		echo "the defect must change one line of $3"
		return 1
	fi
	out=$(wp "$work/wp" "$2") || true
	echo "$out"
	grep -qE "Goal typed_$2_($1)[a-z0-9_]* : (Timeout|Step limit|Unknown|Failed)" <<<"$out"
}

check_code()
{
	point "the bytes that text.c and policy.c read" proves "first,$(contracts)"
	point "found: the length itself is a byte to escape" \
		misses assert_rte_mem_access nfg_escape text.c \
		'/^size_t nfg_escape/,/^}/s/; i < len; /; i <= len; /'
	point "found: the byte before an empty line is read" \
		misses assert_rte_mem_access next_line policy.c \
		's/if \(parser->args.len && (parser->rest\[-2\])/if (\1/'
	point "found: a blank is skipped where none is" \
		misses assert_rte_unsigned_overflow next_word policy.c \
		's/word.len \+ \(blank != NULL\)/word.len + 1/'
	point "found: a number of ten digits" \
		misses assert_rte_unsigned_overflow parse_number policy.c \
		's/word->len > 9\)/word->len > 10)/'
	point "found: one rule too many" \
		misses ensures add_rule policy.c 's/(n_rules > NFG_RULES_MAX)\)/\1 + 1)/'
	point "found: the pool is a byte too small" \
		misses loop_invariant count_lines policy.c 's/, \.pool = 1 /, .pool = 0 /'
	point "found: a search for lines that never ends" \
		misses loop_variant_decrease count_lines policy.c \
		's/line\.p = newline \+ 1\)/line.p = newline)/'
}
