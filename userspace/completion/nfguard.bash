# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of nfguard in bash; nfguard itself prints what can be offered. An
# offer "--NAME=WHAT" is an option with a value, "#FILE" means any file.

# _nfguard_value OPTION OFFER...: what an option takes as its value, if any.
_nfguard_value()
{
	local option=$1 offer

	shift
	for offer; do
		[[ $offer != "$option"=* ]] || echo "${offer#*=}"
	done
}

# _nfguard_offer OFFER TYPED SKIP: adds OFFER, quoted for the shell, to the
# completions if it begins with TYPED. readline replaces only what follows SKIP.
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
	# Not COMP_WORDS, where ':', '=' and '@' end a word. At the first two,
	# readline begins a new one.
	read -ra words <<<"$line"
	if [[ $line != *[[:blank:]] ]]; then
		typed=${words[-1]}
		unset 'words[-1]'
	fi
	# In names, '-' and '_' are the same.
	[[ $typed == -* ]] || typed=${typed//-/_}
	[[ $COMP_WORDBREAKS != *=* || $typed != *=* ]] || skip=${typed%"${typed##*=}"}
	[[ $COMP_WORDBREAKS != *:* || $typed != *:* ]] || skip=${typed%"${typed##*:}"}
	mapfile -t offers < <("$1" --complete "${words[@]:1:1}" 2>/dev/null)

	if [[ $typed == --*=* ]]; then
		value=$(_nfguard_value "${typed%%=*}" "${offers[@]}")
	else
		value=$(_nfguard_value "${words[-1]}" "${offers[@]}")
	fi
	# If nothing is offered, readline completes files or directories.
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

# Offers operands, or options if the typed word begins with a dash.
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
