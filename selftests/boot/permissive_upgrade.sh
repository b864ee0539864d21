# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The kernel's package is upgraded, from the tar on the third disk.
. "$here/carriers_lib.sh"

export DEBIAN_FRONTEND=noninteractive
check "still permissive" status_has mode permissive
mkdir -p /new
tar -xf /dev/vdc -C /new
{ read -r _; read -r new; } </new/releases
begun=$SECONDS
check "the kernel is upgraded" bash -c \
	'apt-get -q install -y --no-install-recommends /new/*.deb >/root/said 2>&1'
echo "# in $((SECONDS - begun)) s"
check "the module is built for it" modinfo -k "$new" nfguard
check "its policy is stored" [ -e "/etc/nfguard.d/compiled/$new" ]
check "its initramfs has the mode" prints nfguard.d/mode lsinitramfs "/boot/initrd.img-$new"
check "still permissive after that" status_has mode permissive
rm -rf /new
