# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The packages' life on a host that runs: the command removed and installed again, both
# upgraded while the guard is locked, removed while it is, purged. /root/debs has a
# later version and this one.

export DEBIAN_FRONTEND=noninteractive
version=$(dpkg-query -W -f '${Version}' nfguard)
hook=/etc/kernel/postinst.d/nfguard
echo '# ours' >>$hook
echo 'deny dummy' >/etc/nfguard.d/20-ours.conf
nfguard apply >/dev/null
said=/root/said

# install DIR: the packages there, in place of those that are installed.
install_packages()
{
	apt-get -q install -y --allow-downgrades --no-install-recommends \
		"$1"/nfguard_*.deb "$1"/nfguard-dkms_*.deb >$said 2>&1
}

# The same loading of the module, with what it had in force.
untouched()
{
	status_has state guarding && status_has token "$token" &&
		[ "$(grep ^generation /proc/nfguard/status)" = "$generation" ]
}

# The command alone goes and comes; DKMS has nothing to build.
check "the command is removed" bash -c "apt-get -q remove -y nfguard >$said 2>&1"
check "it says that nothing is guarded" grep -q "the kernel module was removed: nothing is guarded" $said
check "which is so" modprobe dummy
modprobe -r dummy
check "and installed again" bash -c "apt-get -q install -y /root/debs/this/nfguard_*.deb >$said 2>&1"
check "the guard is back, with the operator's files" exits 0 nfguard status
check "of which none is lost" policy_has 'deny dummy'
check "the watch for the initramfs too" systemctl is-active nfguard-initramfs.path

check "locked" exits 0 nfguard lock
generation=$(grep ^generation /proc/nfguard/status)
token=$(sed -n 's/^token \([^.]*\).*/\1/p' /proc/nfguard/status)
begun=$SECONDS
check "upgraded while locked" install_packages /root/debs/next
echo "# in $((SECONDS - begun)) s"
check "it says that the new module waits" grep -q \
	"version $version of the kernel module stays in force until the host reboots; then version" $said
check "nothing in force changed" untouched
check "a conffile that was changed is kept" grep -qx '# ours' $hook
check "the unit is as it was" systemctl is-active nfguard.service
check "status says that the module is older" prints "the kernel module is version $version" \
	nfguard status
check "the locked guard holds" fails modprobe nf_conntrack

check "removed while locked" bash -c "apt-get -q remove -y nfguard nfguard-dkms >$said 2>&1"
check "it says that the policy stays" grep -q "its policy stays in force until the host reboots" $said
check "which it does" fails modprobe dummy
check "no module is left on the disk" fails modinfo nfguard
check "no unit is left" fails systemctl cat nfguard.service
check "conffiles are kept" grep -qx '# ours' $hook
check "an operator's files too" [ -e /etc/nfguard.d/20-ours.conf ]
check "what was compiled is gone" [ ! -e /etc/nfguard.d/compiled ]
check "the initramfs has nothing of it" fails grep -q nfguard \
	<(lsinitramfs "/boot/initrd.img-$(uname -r)")
check "a kernel's hook does no harm" run-parts --arg="$(uname -r)" /etc/kernel/postinst.d

check "purged" bash -c "apt-get -q purge -y nfguard nfguard-dkms >$said 2>&1"
left()
{
	find / -xdev -name '*nfguard*' ! -path '/root/*' ! -path '/var/log/*' \
		! -path '/etc/hostname' ! -path '/var/cache/*' ! -path '/boot/plain/*'
}
check "no file is left but what the operator wrote" [ "$(left)" = /etc/nfguard.d ]
left | sed 's/^/# /'
check "that one is" prints "10-proxy.conf" ls /etc/nfguard.d
