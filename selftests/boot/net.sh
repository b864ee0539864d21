# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# deny @net: kernel/net alone. The interface's driver is in kernel/drivers/net.
. "$here/carriers_lib.sh"

interface=$(interface_of vmxnet3)
check "the interface is up" ip link set "$interface" up
check "its driver is not one of kernel/net" prints /kernel/drivers/net/ modinfo -n vmxnet3
# Some of kernel/net is live or built in: 3. On a small host that is more than a tenth of what
# is live: --yes.
check "deny @net" exits 3 nfguard deny --yes @net
check "it is in force" policy_has 'deny @net'
check "list shows what it stands for" prints '@net: net' nfguard list
check "a module of kernel/net is denied" grep -qx 'name deny any sctp' /proc/nfguard/policy
check "no driver is" fails grep -Ex 'name deny any (vmxnet3|virtio_blk|e1000)' /proc/nfguard/policy
check "the interface is up still" prints UP ip -br link show "$interface"
