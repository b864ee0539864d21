# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of nfguard in bash: whatever can be offered, nfguard itself says. An
# offer "--NAME=WHAT" is an option with a value, "#FILE" stands for any file.

# _nfguard_value OPTION OFFER...: what the value of an option is, if it has one.
_nfguard_value()
{
	local option=$1 offer

	shift
	for offer; do
		[[ $offer != "$option"=* ]] || echo "${offer#*=}"
	done
}

# _nfguard_offer OFFER TYPED SKIP: offers what is to be typed, quoted for the
# shell, if TYPED is the beginning of it. readline replaces only what is behind
# SKIP.
_nfguard_offer()
{
	local word=$1 quoted

	[[ $word != --*=* ]] || word=${word%%=*}=
	printf -v quoted %q "$word"
	[[ $word == "$2"* || $quoted == "$2"* ]] || return 0
	COMPREPLY+=("${quoted#"$3"}")
}

_nfguard()
{
	local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} typed='' skip='' value offer
	local -a words offers

	COMPREPLY=()
	# Not by COMP_WORDS, where ':', '=' and '@' end a word. The first two are
	# where readline begins one.
	read -ra words <<<"$line"
	if [[ $line != *[[:blank:]] ]]; then
		typed=${words[-1]}
		unset 'words[-1]'
	fi
	# In names both are one.
	[[ $typed == -* ]] || typed=${typed//-/_}
	[[ $COMP_WORDBREAKS != *=* || $typed != *=* ]] || skip=${typed%"${typed##*=}"}
	[[ $COMP_WORDBREAKS != *:* || $typed != *:* ]] || skip=${typed%"${typed##*:}"}
	mapfile -t offers < <("$1" --complete "${words[@]:1:1}" 2>/dev/null)

	if [[ $typed == --*=* ]]; then
		value=$(_nfguard_value "${typed%%=*}" "${offers[@]}")
	else
		value=$(_nfguard_value "${words[-1]}" "${offers[@]}")
	fi
	# With nothing offered, readline looks for files or directories.
	case $value in
	DIR) compopt -o dirnames ;;
	FILE) compopt -o default ;;
	*'|'*)
		IFS='|'
		for offer in $value; do
			_nfguard_offer "$offer" "${typed#--*=}" ''
		done
		;;
	?*) ;;
	*) _nfguard_operands ;;
	esac
}

# The operands; or the options, if the beginning of one is typed.
_nfguard_operands()
{
	local offer

	for offer in "${offers[@]}"; do
		if [[ $offer == '#FILE' ]]; then
			compopt -o default
		elif [[ $offer == --* && $typed == -* || $offer != --* && $typed != -* ]]; then
			_nfguard_offer "$offer" "$typed" "$skip"
		fi
	done
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != --*= ]] || compopt -o nospace
}

complete -F _nfguard nfguard
