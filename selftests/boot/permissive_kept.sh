# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# A boot after. Nothing was ever stricter than the operator left it.
. "$here/carriers_lib.sh"

echo "# $(uname -r)"
check "still permissive" status_has mode permissive
check "status agrees" prints permissive nfguard status
check "the policy is in force, loaded in the initramfs" prints "loaded in the initramfs" \
	nfguard doctor
check "permissive before the policy was in force" before \
	"$(kernel_time 'nfguard: .*mode.*permissive')" "$(kernel_time 'nfguard: initramfs: in force')"
# Loaded empty it is enforcing, as the module is by itself: no policy, no denial.
check "nothing was denied" fails grep -E 'nfguard: deny ' <(dmesg)
check "what is denied gets in" modprobe nf_conntrack
check "the unit is up" systemctl is-active nfguard.service
