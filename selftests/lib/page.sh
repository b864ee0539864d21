# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The commands that a page of docs/ shows, each as "    # COMMAND", with what it prints
# below it, so that tests compare that with what it does print.

# page_commands PAGE: prints the commands, one a line.
page_commands()
{
	sed -n 's/^    # //p' "$1"
}

# page_output PAGE COMMAND: prints what the page shows below that command.
page_output()
{
	awk -v command="    # $2" '
		on && (/^    # / || /^[^ ]/) { exit }
		on { print substr($0, 5) }
		$0 == command { on = 1 }
	' "$1"
}

# page_plain: copies stdin without what differs from host to host: how many changes and
# other rules there are, and the release of the kernel. A page has no blanks at the ends
# of lines, and none of its blocks ends in an empty line.
page_plain()
{
	local text

	text=$(sed -E 's/generation [0-9]+/generation N/; s/ -> [0-9]+/ -> N/
		s/[0-9]+ rules, [0-9]+ entries/N rules, N entries/
		s/^next boot of [^:]*/next boot of KERNEL/; s/ +$//')
	printf '%s\n' "$text"
}
