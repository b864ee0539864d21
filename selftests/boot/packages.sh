# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The packages on a running host: the command's removed and installed again, both upgraded
# while the guard is locked, removed while it is locked, purged. /root/debs has this
# version and a later one.

export DEBIAN_FRONTEND=noninteractive
version=$(dpkg-query -W -f '${Version}' nfguard)
hook=/etc/kernel/postinst.d/nfguard
echo '# ours' >>$hook
echo 'deny dummy' >/etc/nfguard.d/20-ours.conf
nfguard apply >/dev/null
said=/root/said

# install_packages DIR: installs the packages that are there.
install_packages()
{
	apt-get -q install -y --allow-downgrades --no-install-recommends \
		"$1"/nfguard_*.deb "$1"/nfguard-dkms_*.deb >$said 2>&1
}

# The module was not reloaded, and its policy has not changed.
untouched()
{
	status_has state guarding && status_has token "$token" &&
		[ "$(grep ^generation /proc/nfguard/status)" = "$generation" ]
}

# Only the command's package: DKMS has nothing to build.
check "the command's package is removed" bash -c "apt-get -q remove -y nfguard >$said 2>&1"
check "it says that nothing is guarded" grep -q "the kernel module was removed: nothing is guarded" $said
check "nothing is guarded" modprobe dummy
modprobe -r dummy
check "the command's package is installed again" bash -c "apt-get -q install -y /root/debs/this/nfguard_*.deb >$said 2>&1"
check "the guard is fully in effect again" exits 0 nfguard status
check "the history is still there" prints "+deny dummy" nfguard history
check "the operator's policy files are still there" policy_has 'deny dummy'
check "the path unit for the initramfs is active again" systemctl is-active nfguard-initramfs.path

check "nfguard lock" exits 0 nfguard lock --yes
generation=$(grep ^generation /proc/nfguard/status)
token=$(sed -n 's/^token \([^.]*\).*/\1/p' /proc/nfguard/status)
begun=$SECONDS
check "both packages are upgraded while locked" install_packages /root/debs/next
echo "# in $((SECONDS - begun)) s"
check "it says that the new module waits" grep -q \
	"version $version of the kernel module stays in force until the host reboots; then version" $said
check "module, policy and lock are the same" untouched
check "a changed conffile is kept" grep -qx '# ours' $hook
check "the unit is still active" systemctl is-active nfguard.service
check "status says that the module is older" prints "the kernel module is version $version" \
	nfguard status
check "the locked guard still denies" fails modprobe nf_conntrack

check "both packages are removed while locked" bash -c "apt-get -q remove -y nfguard nfguard-dkms >$said 2>&1"
check "it says that the policy stays" grep -q "its policy stays in force until the host reboots" $said
check "the policy stays" fails modprobe dummy
check "no module is left on the disk" fails modinfo nfguard
check "no unit is left" fails systemctl cat nfguard.service
check "conffiles are kept" grep -qx '# ours' $hook
check "the operator's policy files are kept" [ -e /etc/nfguard.d/20-ours.conf ]
check "the stored policy is kept" [ -e "/etc/nfguard.d/compiled/$(uname -r)" ]
check "the history is kept" [ -e /var/lib/nfguard/history ]
check "the initramfs has nothing of nfguard" fails grep -q nfguard \
	<(lsinitramfs "/boot/initrd.img-$(uname -r)")
check "the hook for new kernels does no harm" run-parts --arg="$(uname -r)" /etc/kernel/postinst.d

check "both packages are purged" bash -c "apt-get -q purge -y nfguard nfguard-dkms >$said 2>&1"
left()
{
	find / -xdev -name '*nfguard*' ! -path '/root/*' ! -path '/var/log/*' \
		! -path '/etc/hostname' ! -path '/var/cache/*' ! -path '/boot/plain/*'
}
check "only the folder of the operator's policy files is left" [ "$(left)" = /etc/nfguard.d ]
left | sed 's/^/# /'
check "the operator's policy file is in it" prints "10-proxy.conf" ls /etc/nfguard.d
