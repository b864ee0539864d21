# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What a test changes on the machine, and how that is undone when it ends.

undo_list=()

# undo COMMAND...: runs COMMAND when the test ends; the last one given runs first.
undo()
{
	undo_list+=("$(printf '%q ' "$@")")
}

undo_all()
{
	local i

	for ((i = ${#undo_list[@]} - 1; i >= 0; i--)); do
		eval "${undo_list[i]}"
	done
}

put_back()
{
	printf '%s\n' "$2" >"$1"
}

# change FILE VALUE: until the test ends.
change()
{
	undo put_back "$1" "$(cat "$1")"
	printf '%s\n' "$2" >"$1"
}
