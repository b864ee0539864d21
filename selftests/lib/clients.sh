# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Programs run as somebody else, or in namespaces of their own.

# The rules that a program makes in a network namespace are gone when it ends.
in_netns()
{
	unshare --net -- "$@"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --)

as_nobody()
{
	"${nobody[@]}" "$@"
}
