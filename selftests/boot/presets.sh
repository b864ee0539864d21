# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154	# run assigns here
# The presets that leave containers what they need are enabled, as an operator does it;
# together they deny more than each by itself, so a host that boots with all of them boots
# with each.
. "$here/presets_lib.sh"

# So that there is one image to make anew, each time.
for old in /lib/modules/*; do
	old=${old##*/}
	[ "$old" = "$(uname -r)" ] ||
		check "the older kernel is removed" \
			apt-get -q purge -y "linux-image-$old" "linux-headers-$old"
done
# As a host has it that GRUB boots.
mkdir -p /boot/grub
printf '\tlinux %s root=/dev/vda rw\n' /boot/vmlinuz-* >/boot/grub/grub.cfg
rm /etc/nfguard.d/10-proxy.conf
check "the policy of before is gone" exits 0 nfguard apply
# It had been denied nf_conntrack, and may have given up by now.
check "docker can be started" docker_again
for preset in "${presets[@]}"; do
	check "preset enable $preset" exits 0 nfguard preset enable "$preset"
done
check "the list says so" [ "$(nfguard preset list | grep -c ' enabled ')" = ${#presets[@]} ]
check "containers run" containers_run
image_is_built
check "the doctor finds nothing" exits 0 nfguard doctor
check "verify agrees" exits 0 nfguard verify
