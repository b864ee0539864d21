# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The boot after presets.sh: the host is up as without them, and containers run.
. "$here/presets_lib.sh"

check "the guard is fully in effect" exits 0 nfguard status
check "it was loaded in the initramfs" prints "loaded in the initramfs" nfguard doctor
check "the unit had nothing to change" prints "(as before)" journal -u nfguard.service
check "containers run" containers_run
check "nothing has failed" nothing_failed
for module in sctp cramfs usb_storage algif_aead openvswitch; do
	check "$module is denied" fails modprobe $module
done
check "verify agrees" exits 0 nfguard verify

# Docker has connection tracking live, and what a user could have loaded is there already.
check "no-conntrack names who needs it" bash -c \
	"nfguard preset enable --yes no-conntrack 2>&1 | grep docker"
check "it does not hold before the next boot" exits 3 nfguard status
check "nor does user-namespaces" exits 3 nfguard preset enable --yes user-namespaces
image_is_built
