# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after deny @net.
. "$here/carriers_lib.sh"

# 3: what is built in, and what PID 1 loads before any unit.
check "enforcing, as the files say" exits 3 nfguard status
check "@net is in force" policy_has 'deny @net'
check "it holds" fails modprobe sctp
check "the interface's driver is live" live vmxnet3
interface=$(interface_of vmxnet3)
check "the interface is there" [ -n "$interface" ]
check "and goes up" ip link set "$interface" up
