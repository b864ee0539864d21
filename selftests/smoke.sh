#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The guard loads and goes, and says so.
. "${0%/*}/lib.sh"

loads()
{
	modprobe nfguard
	grep -qx "state guarding" /proc/nfguard/status
}

goes()
{
	rmmod nfguard
	[ ! -e /proc/nfguard ]
}

plan 2
point "modprobe loads nfguard, and it is guarding" loads
point "rmmod removes it with its files" goes
finish
