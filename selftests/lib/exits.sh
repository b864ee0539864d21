# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# whoever runs the command assigns $status
# The check of an exit status, shared by the guest, boot and CLI tests. Each of them
# defines
#
#	run_command COMMAND...	runs it and leaves its exit status in $status
#	wrong_status WANTED	fails the test and shows what the command printed

# exits STATUS [COMMAND...]: runs COMMAND, or looks at the command that ran last, and
# fails unless its exit status is STATUS.
exits()
{
	local wanted=$1

	shift
	[ $# = 0 ] || run_command "$@"
	[ "$status" = "$wanted" ] || wrong_status "$wanted"
}
